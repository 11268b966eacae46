namespace Tarmac.Cli;

internal static class Program
{
    // The shim is one process per instance: it starts before anything else is loaded.
    public static int Main(string[] args)
    {
        if (args is ["shim", var folder])
            return Runtimes.ShimCommand.Run(folder);
        Console.WriteLine("tarmac");
        return 0;
    }
}
