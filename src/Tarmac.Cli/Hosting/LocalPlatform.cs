using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Actions;
using Tarmac.Model.Runtimes;

namespace Tarmac.Cli.Hosting;

/// <summary>The platform of a home on this machine: in the background under our own shim, which keeps its log and brings
/// it back when it dies.</summary>
internal static class LocalPlatform
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(45);

    public sealed record Running(int Pid, JsonNode Announced, bool Supervised);

    public static ProcessFolder FolderOf(string home) => new(Path.Combine(home, "platform"));

    /// <summary>The platform that runs on this home now, or null.</summary>
    public static Running? Find(string home)
    {
        var file = Path.Combine(home, "platform.json");
        if (!File.Exists(file) || JsonReading.TryParse(File.ReadAllText(file)) is not { } announced) return null;
        if (announced.Number("pid") is not { } pid || announced.Number("startTime") is not { } started || announced.Text("bootId") is not { } boot) return null;
        if (!new ProcessIdentity((int)pid, (long)started, boot).IsAlive) return null;
        return new Running((int)pid, announced, FolderOf(home).ReadShim()?.Identity.IsAlive == true);
    }

    public static async Task<int> Detach(Invocation run, string home, List<string> command)
    {
        if (Find(home) is { } already)
        {
            run.Terminal.Progress("It runs already.");
            return await Tell(run, home, already);
        }
        var folder = FolderOf(home);
        if (folder.ReadShim()?.Identity.IsAlive != true)
        {
            folder.Create();
            folder.Write(new ProcessSpec
            {
                Id = "platform",
                Purpose = ProcessPurpose.Platform,
                Program = command[0],
                Arguments = [.. command.Skip(1)],
                WorkingDirectory = home,
                Environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Where(entry => (string)entry.Key != "TARMAC_TOKEN")
                    .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? ""),
                Restart = RestartPolicy.Gateway with { Mode = RestartMode.OnFailure, GiveUpAfter = 5 },
                StopGrace = TimeSpan.FromSeconds(20),
            });
            File.Delete(folder.ExitFile);
            Launch(folder);
        }
        var waited = Stopwatch.StartNew();
        while (Find(home) is not { } platform || !await IsReady(run, platform))
        {
            if (folder.ReadExit() is { } exit) throw NotStarted(folder, exit.Detail ?? $"It left with exit code {exit.Code}.");
            if (waited.Elapsed > StartsWithin) throw NotStarted(folder, $"It was not ready after {StartsWithin.TotalSeconds:0} s.");
            await Task.Delay(50, run.Cancellation);
        }
        run.Terminal.Progress($"Ready after {Ago.Span(waited.Elapsed)}.");
        return await Tell(run, home, Find(home)!);
    }

    public static async Task<int> Stop(Invocation run, string home, bool withServices)
    {
        var stopped = new JsonArray();
        var shim = FolderOf(home).ReadShim();
        if (shim?.Identity.IsAlive == true) await End(run, shim.Pid, "platform", stopped);
        else if (Find(home) is { } platform) await End(run, platform.Pid, "platform", stopped);
        if (withServices)
            foreach (var folder in Supervised(home))
                if (folder.ReadShim() is { } record && record.Identity.IsAlive)
                    await End(run, record.Pid, Path.GetRelativePath(home, folder.Path), stopped);
        run.Terminal.Line(stopped.Count == 0 ? $"Nothing of {home} runs." : "Stopped: " + stopped.Texts() + ".");
        run.Terminal.Document(new JsonObject { ["home"] = home, ["stopped"] = stopped });
        return ExitCode.Ok;
    }

    private static IEnumerable<ProcessFolder> Supervised(string home) =>
        Directory.Exists(home)
            ? Directory.EnumerateFiles(home, "shim.json", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3, IgnoreInaccessible = true })
                .Select(file => new ProcessFolder(Path.GetDirectoryName(file)!)).Where(folder => folder.Path != FolderOf(home).Path)
            : [];

    private static async Task End(Invocation run, int pid, string name, JsonArray stopped)
    {
        if (ProcessIdentity.Of(pid) is not { } process) return;
        _ = Posix.Kill(pid, Posix.SigTerm);
        var waited = Stopwatch.StartNew();
        while (process.IsAlive)
        {
            if (waited.Elapsed > StopsWithin)
                throw new CliProblem(ExitCode.Failure, CliCodes.ServerNotStarted, $"The {name} (process {pid}) does not stop.", $"It was asked {StopsWithin.TotalSeconds:0} s ago.", "Look into its log; kill -9 ends it, and loses nothing that was accepted.");
            await Task.Delay(20, run.Cancellation);
        }
        stopped.Add((JsonNode)name);
    }

    private static void Launch(ProcessFolder folder)
    {
        string[] self = ServerProgram.Self.EndsWith(".dll", StringComparison.Ordinal) ? [Environment.ProcessPath!, ServerProgram.Self] : [ServerProgram.Self];
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");
        environment.Remove("TARMAC_TOKEN");
        ShimStart.Detached(folder, self, environment);
    }

    private static async Task<bool> IsReady(Invocation run, Running platform)
    {
        if (platform.Announced.Text("url") is not { } url) return false;
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };
            using var response = await http.GetAsync(url + "/health/ready", run.Cancellation);
            return response.IsSuccessStatusCode;
        }
        catch (Exception notYet) when (notYet is HttpRequestException || (notYet is OperationCanceledException && !run.Cancellation.IsCancellationRequested))
        {
            return false;
        }
    }

    private static async Task<int> Tell(Invocation run, string home, Running platform)
    {
        var url = platform.Announced.Text("url")!;
        var token = (await File.ReadAllTextAsync(Path.Combine(home, "token"), run.Cancellation)).Trim();
        using var client = new PlatformClient(new ConnectionSettings(url, token, null, home), run.Terminal, run.Cancellation);
        var link = url + (await client.Act(AccessActions.SignInLink, [])).Text("secret");
        run.Terminal.Line($"Portal:   {url}");
        run.Terminal.Line($"Sign in:  {link}  (once, within ten minutes; tarmac open makes another)");
        run.Terminal.Line($"Services: {platform.Announced.Text("gateway")}");
        run.Terminal.Line($"Log:      {FolderOf(home).CurrentLog}");
        run.Terminal.Document(new JsonObject
        {
            ["url"] = url,
            ["gateway"] = platform.Announced.Text("gateway"),
            ["pid"] = platform.Pid,
            ["home"] = home,
            ["log"] = FolderOf(home).CurrentLog,
            ["signIn"] = link,
        });
        return ExitCode.Ok;
    }

    private static CliProblem NotStarted(ProcessFolder folder, string why)
    {
        var words = new StringBuilder(why);
        foreach (var file in (string[])[folder.CurrentLog, folder.ShimOutput])
            if (File.Exists(file))
                foreach (var line in File.ReadLines(file).TakeLast(10)) words.Append(CultureInfo.InvariantCulture, $"\n{line}");
        return new CliProblem(ExitCode.Failure, CliCodes.ServerNotStarted, "The platform did not start.", words.ToString(), $"Its log is {folder.CurrentLog}. Mend what it says, and start it again.");
    }
}
