using System.CommandLine;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Actions;

namespace Tarmac.Cli.Walk;

/// <summary>
/// Team Promotions makes a service, pushes to it, sees it live, gets its score, mends one failing and is scored again.
/// Everything is done as a member of that team; the operator only hands out the member's token.
/// </summary>
internal sealed class WalkCommand : Verb
{
    private const string Member = "user:default/noor";
    private const string Team = "group:default/promotions";
    private const string Runbook = "RUNBOOK.md";
    private static readonly string[] Answers = ["Contains Personal Data", "Contains Sensitive Data"];

    private readonly Option<string> service;
    private readonly Option<string> road;

    public WalkCommand() : base("walk", "Walk the main job on a platform with the sample organisation.", "tarmac walk", "tarmac walk --road node-api --service vouchers-node")
    {
        Hidden = true;
        service = Having(new Option<string>("--service") { Description = "The service's name.", DefaultValueFactory = _ => "vouchers" });
        road = Having(new Option<string>("--road") { Description = "The road it is made from.", DefaultValueFactory = _ => "web-api" });
    }

    protected override async Task<int> Run(Invocation run)
    {
        try
        {
            await Walk(run, new WalkSteps(run.Terminal, run.Cancellation));
            return ExitCode.Ok;
        }
        catch (CliProblem told) when (run.Terminal.Json)
        {
            return told.ExitCode; // its step's line has said it, and lines are all there is
        }
    }

    private async Task Walk(Invocation run, WalkSteps steps)
    {
        var name = run.Get(service)!;
        var token = await steps.Run("member", "Noor of team Promotions signs in", async () =>
        {
            var made = await run.Platform.Act(AccessActions.CreateToken, new JsonObject { ["name"] = "the walk", ["person"] = Member, ["days"] = 1 });
            return ((Id: made.Text("result", "id")!, Secret: made.Text("secret")!), "as a member of the team, not as the operator");
        });
        var url = run.Platform.Url;
        using var noor = new PlatformClient(new ConnectionSettings(url, token.Secret, null, run.Connections().Home), run.Terminal, run.Cancellation);
        using var copy = new WorkingCopy(token.Secret);

        await steps.Run("create", $"Create {name} from {run.Get(road)}", () => Create(run, noor, name));
        await steps.Run("clone", "Clone its repository", async () =>
        {
            await copy.Clone($"{url}/git/{name}.git");
            return (true, "into a folder of the walk's own");
        });
        await steps.Run("push", "Push a change: build, test, release, switch", async () =>
        {
            // Walked again, it takes its own answers back first, so that there is something to mend again.
            copy.Write(Runbook, Unanswered(copy.Read(Runbook)));
            copy.Write("WALK.md", $"Walked at {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC.\n");
            await copy.Push("Note when this was walked");
            return (true, await Deployed(run, noor, name, await copy.Head()));
        });
        var live = await steps.Run("live", "Ask it through the gateway", () => Ask(run, noor, name));
        var before = await steps.Run("score", "Score its operability", () => Score(noor, name));
        await steps.Run("fix", "Mend one failing: answer about personal data", async () =>
        {
            copy.Write(Runbook, Answered(copy.Read(Runbook)));
            await copy.Push($"Say in the runbook that {name} holds no personal data");
            return (true, await Deployed(run, noor, name, await copy.Head()));
        });
        var after = await steps.Run("rescore", "Score it again", () => Score(noor, name));
        var (owner, link) = await steps.Run("leave", "Noor signs out, and you may sign in", async () =>
        {
            var team = (await noor.Get("/api/services/" + name)).Text("owner");
            await run.Platform.Act(AccessActions.RevokeToken, new JsonObject { ["id"] = token.Id });
            return ((team, url + (await run.Platform.Act(AccessActions.SignInLink, [])).Text("secret")), "her token is revoked");
        });

        steps.Done(new JsonObject
        {
            ["url"] = url,
            ["signIn"] = link,
            ["serviceUrl"] = live.Url,
            ["serviceHost"] = live.Host,
            ["httpStatus"] = live.Status,
            ["owner"] = owner,
            ["scoreBefore"] = before,
            ["scoreAfter"] = after,
        });
        run.Terminal.Line($"\n{name} is live at http://{live.Host}:{new Uri(live.Url).Port}/, owned by {owner}; its score rose from {before:0.#} to {after:0.#}.");
        run.Terminal.Line($"\nPortal:   {url}\nSign in:  {link}  (as the operator; once, within ten minutes; ./tarmac open makes another)");
    }

    private async Task<(bool, string)> Create(Invocation run, PlatformClient noor, string name)
    {
        var known = (await noor.Get("/api/services")).List().FirstOrDefault(item => item.Text("name") == name);
        if (known is not null) return (false, "it is there already, from an earlier walk");
        var answer = await noor.Act(RoadActions.Create, new JsonObject
        {
            ["road"] = run.Get(road),
            ["name"] = name,
            ["owner"] = Team,
            ["system"] = "system:default/promotions",
            ["description"] = "Gives, redeems and expires gift vouchers; shoppers cannot pay with one when it is down.",
        });
        var created = await Finished(noor, answer.Text("operation")!);
        if (created.Text("operation", "result", "deploy") is { } deploy) await Finished(noor, deploy);
        return (true, $"repository, owner, route and first release; owned by {Team}");
    }

    private static async Task<string> Deployed(Invocation run, PlatformClient noor, string name, string commit)
    {
        var operations = await noor.Get($"/api/operations?subject=component:default/{name}&limit=10");
        var deploy = operations.List().FirstOrDefault(item => item.Text("title")!.Contains(commit[..8], StringComparison.Ordinal))
            ?? throw new CliProblem(ExitCode.Failure, CliCodes.WalkFailed, "The push decided no deploy.", null, $"Look at {run.Platform.Url}/deliveries.");
        var done = await Finished(noor, deploy.Text("id")!);
        return $"release {done.Text("operation", "result", "release")}";
    }

    private static async Task<JsonNode> Finished(PlatformClient platform, string operation)
    {
        await foreach (var _ in platform.Stream($"/api/operations/{operation}/log?follow=true"))
        {
            // The stream ends with the operation.
        }
        var shown = await platform.Get("/api/operations/" + operation);
        if (shown.Text("operation", "state") == "succeeded") return shown;
        var problem = shown.At("operation", "problem");
        throw new CliProblem(ExitCode.Failure, CliCodes.WalkFailed, problem.Text("title") ?? "The operation did not succeed.", problem.Text("detail"), problem.Text("cure") ?? $"tarmac operation log {operation} has its log.");
    }

    private static async Task<((string Url, string Host, int Status), string)> Ask(Invocation run, PlatformClient noor, string name)
    {
        var dev = (await noor.Get("/api/services/" + name)).List("environments").First();
        var (host, port) = (dev.Text("host")!, new Uri(dev.Text("url")!).Port);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/");
        request.Headers.Host = host;
        var status = await StatusOf(http, request, host, name, run.Cancellation);
        if (status != 200) throw new CliProblem(ExitCode.Failure, CliCodes.WalkFailed, $"{host} answered {status}.", null, $"tarmac logs {name} shows what it said.");
        return (($"http://127.0.0.1:{port}/", host, status), $"{status} from {host}");
    }

    private static async Task<(double, string)> Score(PlatformClient noor, string name)
    {
        await noor.Act(OperabilityActions.Rescore, new JsonObject { ["entity"] = "component:default/" + name });
        var score = await noor.Get("/api/scores/component/default/" + name);
        var points = score.Number("score") ?? throw new CliProblem(ExitCode.Failure, CliCodes.WalkFailed, "There is no score yet.", null, "Look at the score page.");
        var open = score.List("findings").Count(finding => finding.Text("outcome") is "critical" or "error" or "warning");
        return (points, $"{points:0.#} of 100, {open} {(open == 1 ? "failing" : "failings")}");
    }

    private static async Task<int> StatusOf(HttpClient http, HttpRequestMessage request, string host, string name, CancellationToken cancellation)
    {
        try
        {
            using var response = await http.SendAsync(request, cancellation);
            return (int)response.StatusCode;
        }
        catch (HttpRequestException none)
        {
            throw new CliProblem(ExitCode.Failure, CliCodes.WalkFailed, $"Nothing answers for {host}.", none.Message, $"tarmac status {name} shows whether it runs, tarmac logs {name} what it said.");
        }
    }

    // The road leaves these two to the team, because only the team can know.
    private static string Answered(string runbook) => Each(runbook, (lines, heading) =>
    {
        if (IsOpen(lines, heading)) lines.InsertRange(heading + 1, ["", "false"]);
    });

    // Only what the walk wrote; an answer of anybody else's stays.
    private static string Unanswered(string runbook) => Each(runbook, (lines, heading) =>
    {
        if (lines[(heading + 1)..] is ["", "false", ..]) lines.RemoveRange(heading + 1, 2);
    });

    private static string Each(string runbook, Action<List<string>, int> change)
    {
        var lines = runbook.Split('\n').ToList();
        foreach (var title in Answers)
            if (lines.FindIndex(line => line.Trim() == "## " + title) is var heading and >= 0)
                change(lines, heading);
        return string.Join('\n', lines);
    }

    private static bool IsOpen(List<string> lines, int heading) =>
        lines.Skip(heading + 1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal)).All(line => line.Trim() is "" || line.StartsWith("<!--", StringComparison.Ordinal));
}
