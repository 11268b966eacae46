using System.Text;

namespace Tarmac.Foundation.Hosting;

/// <summary>The folder that holds everything a platform keeps on disk. One platform uses it at a time.</summary>
public sealed class HomeFolder : IDisposable
{
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

    /// <exception cref="HomeInUseException">Another platform runs on this home.</exception>
    public static HomeFolder Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(full);
        else Directory.CreateDirectory(full, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var held = Lock(full);
        try
        {
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

    public void Dispose() => held.Dispose();

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
            throw new HomeInUseException(home);
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
    /// <param name="secret">True to make it readable by its owner only.</param>
    public static void Write(string path, string text, bool secret = false)
    {
        var temporary = path + "." + Guid.NewGuid().ToString("n")[..8] + ".tmp";
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

/// <summary>Another platform already runs on this home.</summary>
public sealed class HomeInUseException(string path)
    : Exception($"Another Tarmac already runs on the home {path}. Use that one (tarmac open), stop it, or name another home with --home.");
