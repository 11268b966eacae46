using System.Text.Json.Nodes;

namespace Tarmac.Cli.Foundation;

/// <summary>What <c>tarmac login</c> remembers: platforms with their tokens, in a file only its owner can read.</summary>
internal sealed class SavedConnections
{
    private readonly JsonObject json;

    private SavedConnections(JsonObject json) => this.json = json;

    public static string FilePath => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "tarmac", "connections.json");

    public string? Current => json.Text("current");

    public static SavedConnections Load()
    {
        var file = FilePath;
        if (!File.Exists(file)) return new([]);
        return new(JsonReading.TryParse(File.ReadAllText(file)) as JsonObject
            ?? throw CliProblem.Unreadable(file, "It is not the JSON that tarmac login writes; remove it and log in again."));
    }

    public string? TokenFor(string url) => json.Text("platforms", url, "token");

    public void Add(string url, string token)
    {
        var platforms = json["platforms"] as JsonObject ?? [];
        platforms[url] = new JsonObject { ["token"] = token };
        json["platforms"] = platforms;
        json["current"] = url;
        var file = FilePath;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var temporary = $"{file}.{Environment.ProcessId}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(temporary, options)) writer.WriteLine(json.Indented());
        File.Move(temporary, file, overwrite: true);
    }
}
