namespace Tarmac.Cli.Runtimes;

/// <summary>The shim's own words, which the platform puts into <c>shim.log</c>.</summary>
internal static class ShimOutput
{
    public static void Say(string text)
    {
        try
        {
            Console.Error.WriteLine(text);
        }
        catch (IOException)
        {
            // The disk that holds shim.log is full, and there is nobody else to tell. Supervising goes on.
        }
    }
}
