using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Delivery;

internal sealed class LogsCommand : Verb
{
    private const int UsualTail = 500;

    private readonly Argument<string?> service;
    private readonly Option<string?> environment;
    private readonly Option<bool> follow;
    private readonly Option<string?> since;
    private readonly Option<string?> grep;
    private readonly Option<int?> tail;

    public LogsCommand() : base("logs", "What a service printed.", "tarmac logs vouchers --since 10m --grep error", "tarmac logs --follow")
    {
        service = With(ServiceOptions.Service());
        environment = Having(ServiceOptions.Environment());
        follow = Having(new Option<bool>("--follow", "-f") { Description = "Show the last 100 lines, then go on with what it prints; with --json, one JSON object a line." });
        since = Having(new Option<string?>("--since") { Description = "Only what is newer: 90s, 10m, 2h, 3d, or a time.", HelpName = "AGE" });
        grep = Having(new Option<string?>("--grep") { Description = "Only lines with this text, whatever its case.", HelpName = "TEXT" });
        tail = Having(new Option<int?>("--tail") { Description = "At most so many of the last lines; 500 when not said, 100 with --follow.", HelpName = "COUNT" });
    }

    protected override async Task<int> Run(Invocation run)
    {
        var name = ServiceHere.Or(run.Get(service));
        var age = run.Get(since) is { } text ? Refs.Since(text, TimeProvider.System) : null;
        if (run.Get(follow)) return await Follow(run, name, age);
        // One more than is shown, to know whether there is more.
        var lines = (JsonArray)await run.Platform.Get(Path(run, name, age, run.Get(tail) ?? UsualTail + 1, following: false));
        var cut = run.Get(tail) is null && lines.Count > UsualTail;
        if (cut) lines.RemoveAt(0);
        run.Terminal.Document(lines);
        foreach (var line in lines.List()) run.Terminal.Line(Shown(line));
        if (cut) run.Terminal.Progress($"These are the last {UsualTail} lines; --tail COUNT shows more.");
        return ExitCode.Ok;
    }

    private string Path(Invocation run, string name, string? from, int? lines, bool following) =>
        new Query($"/api/services/{Uri.EscapeDataString(name)}/logs").Add("environment", run.Get(environment)).Add("since", from)
            .Add("grep", run.Get(grep)).Add("tail", lines?.ToString(CultureInfo.InvariantCulture)).Add("follow", following ? "true" : null).ToString();

    // The stream ends when the instance does or the platform goes; then it is asked again from the last line seen, for the next instance.
    private async Task<int> Follow(Invocation run, string name, string? from)
    {
        string? last = null;
        var seen = new HashSet<string>();
        var lost = new Stopwatch();
        while (true)
        {
            try
            {
                await foreach (var (type, data, _) in run.Platform.Stream(Path(run, name, last ?? from, last is null ? run.Get(tail) : int.MaxValue, following: true)))
                {
                    lost.Reset();
                    if (type != "line" || data is null) continue;
                    var key = data.OnOneLine();
                    if (data.Text("at") is { } at && at != last)
                    {
                        seen.Clear();
                        last = at;
                    }
                    // Asking again from a time answers the lines of that time once more.
                    if (!seen.Add(key)) continue;
                    Console.Out.WriteLine(run.Terminal.Json ? key : Shown(data));
                }
            }
            catch (ConnectionLostException) when (lost.Elapsed < PlatformClient.Patience)
            {
                lost.Start();
            }
            await Task.Delay(500, run.Cancellation);
        }
    }

    private static string Shown(JsonNode line) =>
        $"{line.Time("at")?.ToLocalTime():HH:mm:ss.fff} {(line.Text("stream") == "stderr" ? "! " : "  ")}{line.Text("text")}";
}
