using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Tarmac.Model.Runtimes;

/// <summary>The folder of one supervised process: where its records are, and how they are read and written.</summary>
public sealed class ProcessFolder(string path)
{
    /// <summary>Environment variable that every process of the folder carries; its value is the folder's path.
    /// It finds what a dead shim left behind, also when it moved to another session.</summary>
    public const string Marker = "TARMAC_PROCESS";

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public string SpecFile => System.IO.Path.Join(Path, "spec.json");
    public string ShimFile => System.IO.Path.Join(Path, "shim.json");
    public string ChildFile => System.IO.Path.Join(Path, "child.json");
    public string ExitFile => System.IO.Path.Join(Path, "exit.json");
    public string StopFile => System.IO.Path.Join(Path, "stop.json");

    /// <summary>Held by the shim for as long as it lives: there is never a second one.</summary>
    public string ShimLock => System.IO.Path.Join(Path, "shim.lock");

    /// <summary>Held by a runtime while it starts or removes the process.</summary>
    public string RuntimeLock => System.IO.Path.Join(Path, "runtime.lock");

    /// <summary>What the shim itself had to say; empty when all is well.</summary>
    public string ShimOutput => System.IO.Path.Join(Path, "shim.log");

    public string LogFolder => System.IO.Path.Join(Path, "logs");
    public string CurrentLog => System.IO.Path.Join(LogFolder, "current.log");

    public ProcessSpec? ReadSpec() => Read(SpecFile, RuntimesJson.Default.ProcessSpec);
    public ShimRecord? ReadShim() => Read(ShimFile, RuntimesJson.Default.ShimRecord);
    public ChildRecord? ReadChild() => Read(ChildFile, RuntimesJson.Default.ChildRecord);
    public ExitRecord? ReadExit() => Read(ExitFile, RuntimesJson.Default.ExitRecord);
    public StopRequest? ReadStop() => Read(StopFile, RuntimesJson.Default.StopRequest);

    public void Write(ProcessSpec value) => Write(SpecFile, value, RuntimesJson.Default.ProcessSpec);
    public void Write(ShimRecord value) => Write(ShimFile, value, RuntimesJson.Default.ShimRecord);
    public void Write(ChildRecord value) => Write(ChildFile, value, RuntimesJson.Default.ChildRecord);
    public void Write(ExitRecord value) => Write(ExitFile, value, RuntimesJson.Default.ExitRecord);
    public void Write(StopRequest value) => Write(StopFile, value, RuntimesJson.Default.StopRequest);

    /// <summary>Creates the folder for the owner only: a spec holds an environment, and environments hold secrets.</summary>
    public void Create()
    {
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("Supervised processes need Linux.");
        Directory.CreateDirectory(Path, owner);
        Directory.CreateDirectory(LogFolder, owner);
    }

    /// <summary>Null when there is none. Throws <see cref="InvalidDataException"/> when it is damaged.</summary>
    private static T? Read<T>(string file, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), type);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file} is damaged: {e.Message}", e);
        }
    }

    /// <summary>A reader sees the old content or the new, never a part, and after a crash too.</summary>
    private static void Write<T>(string file, T value, JsonTypeInfo<T> type)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, type);
        var temporary = $"{file}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, file, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
