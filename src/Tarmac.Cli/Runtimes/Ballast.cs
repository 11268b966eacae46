using Tarmac.Model.Runtimes;

namespace Tarmac.Cli.Runtimes;

/// <summary>A little disk space set aside, so that the exit record can be written on a full disk.</summary>
internal static class Ballast
{
    private const int Bytes = 16 * 1024;

    public static void Create(ProcessFolder folder)
    {
        try
        {
            File.WriteAllBytes(Name(folder), new byte[Bytes]);
        }
        catch (IOException e)
        {
            ShimOutput.Say($"No space could be set aside for the exit record: {e.Message}");
        }
    }

    public static void Release(ProcessFolder folder) => File.Delete(Name(folder));

    private static string Name(ProcessFolder folder) => Path.Join(folder.Path, "ballast");
}
