using System.Text;
using Tarmac.Foundation.Web;

namespace Tarmac.Foundation.Hosting;

/// <summary>The folder that holds everything a platform keeps on disk. One platform uses it at a time.</summary>
public sealed class HomeFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream held;

    private HomeFolder(string path, FileStream held)
    {
        Path = path;
        this.held = held;
        Id = ReadOrMakeId();
    }

    public string Path { get; }

    /// <summary>Names this home for as long as it exists; leases are held in this name.</summary>
    public string Id { get; }

    public string Database => In("tarmac.db");

    /// <summary>The operator's token for the CLI on this machine; readable by the owner of the home only.</summary>
    public string TokenFile => In("token");

    /// <exception cref="Problem">Another platform runs on this home, or it is somebody else's.</exception>
    public static HomeFolder Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            Close(full);
            return Opened(full, Lock(full));
        }
        catch (UnauthorizedAccessException error)
        {
            throw new Problem(403, "home-not-yours", $"The home {full} is not yours.", error.Message, "Name a folder of your own with --home, or run as the user whose it is.");
        }
    }

    private static HomeFolder Opened(string full, FileStream held)
    {
        try
        {
            // What a kill left half written is nobody's any more.
            foreach (var half in Directory.EnumerateFiles(full, "*" + DurableFile.Temporary)) File.Delete(half);
            return new HomeFolder(full, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public string In(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>The folder of this name below the home, made if missing.</summary>
    public string Folder(params string[] parts)
    {
        var folder = In(parts);
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>Deletes a folder and all in it, also below folders that were made read-only. One that is not there is no error.</summary>
    public static void Delete(string folder)
    {
        if (!Directory.Exists(folder)) return;
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (UnauthorizedAccessException)
        {
            MakeWritable(new DirectoryInfo(folder));
            Directory.Delete(folder, recursive: true);
        }
    }

    public void Dispose() => held.Dispose();

    // Only the owner may look inside, also when somebody else made the folder before.
    private static void Close(string home)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(home);
            return;
        }
        Directory.CreateDirectory(home, OwnerOnly);
        if (File.GetUnixFileMode(home) == OwnerOnly) return;
        if (!IsHome(home))
            throw new Problem(409, "home-not-empty", $"{home} holds other things and is open to others, so it is not made a home.", null, "Name an empty or a new folder with --home.");
        File.SetUnixFileMode(home, OwnerOnly);
    }

    // The command line puts the folder of the background process there before the platform starts.
    private static bool IsHome(string folder) =>
        File.Exists(System.IO.Path.Combine(folder, "id")) || Directory.EnumerateFileSystemEntries(folder).All(entry => System.IO.Path.GetFileName(entry) == "platform");

    private static void MakeWritable(DirectoryInfo folder)
    {
        if (!OperatingSystem.IsWindows()) folder.UnixFileMode |= UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (var inner in folder.EnumerateDirectories().Where(inner => inner.LinkTarget is null)) MakeWritable(inner);
    }

    private static FileStream Lock(string home)
    {
        var file = System.IO.Path.Combine(home, "lock");
        try
        {
            // The lock is the kernel's: it goes with the process, however that ends.
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(file))
        {
            throw new Problem(409, "home-in-use", $"Another Tarmac already runs on the home {home}.", null, "Use that one (tarmac open), stop it, or name another home with --home.");
        }
    }

    private string ReadOrMakeId()
    {
        var file = In("id");
        if (File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } known) return known;
        var id = Guid.CreateVersion7().ToString("n");
        DurableFile.Write(file, id);
        return id;
    }
}

/// <summary>Files that are either the old or the new whole, whatever happens in between.</summary>
public static class DurableFile
{
    /// <summary>How the name of a file that is being written ends.</summary>
    public const string Temporary = ".tmp";

    /// <param name="secret">True to make it readable by its owner only.</param>
    public static void Write(string path, string text, bool secret = false)
    {
        var temporary = path + "." + Guid.NewGuid().ToString("n")[..8] + Temporary;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (secret && !OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(Encoding.UTF8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            // A full disk must not be made fuller by what could not be finished.
            File.Delete(temporary);
            throw;
        }
    }
}
