namespace Tarmac.Gateway;

/// <summary>The paths under <c>HOME/gateway</c> which platform and gateway agree on.</summary>
public sealed class GatewayFolder(string home)
{
    /// <summary>A Unix-domain socket path longer than this does not fit the kernel's structure.</summary>
    public const int LongestSocketPath = 107;

    public string Folder { get; } = Path.Combine(Path.GetFullPath(home), "gateway");
    public string Routes => Path.Combine(Folder, "routes.json");
    public string Socket => Path.Combine(Folder, "gateway.sock");
    public string Lock => Path.Combine(Folder, "lock");

    /// <summary>Only the owner may enter: whoever reaches the control socket controls the gateway.</summary>
    public static void Create(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>
    /// Holds the lock for the life of a gateway process, drain included; the kernel lets go of it when the process dies,
    /// however it dies. Null when another process has it.
    /// </summary>
    public FileStream? TryLock()
    {
        Create(Folder);
        return TryOpenLock(FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>False while any gateway process of this home lives, also one that no longer listens and only drains.</summary>
    public bool IsGatewayGone()
    {
        if (!File.Exists(Lock)) return true;
        using var probe = TryOpenLock(FileAccess.Read, FileShare.Read);
        return probe is not null;
    }

    private FileStream? TryOpenLock(FileAccess access, FileShare share)
    {
        try
        {
            return new FileStream(Lock, access == FileAccess.Read ? FileMode.Open : FileMode.OpenOrCreate, access, share);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            return null; // held by the other side
        }
    }
}
