using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Actions;

namespace Tarmac.Cli.Roads;

internal sealed class NewCommand : ChangeVerb
{
    private readonly Argument<string?> name;
    private readonly Option<string?> road;
    private readonly Option<string?> owner;
    private readonly Option<string?> description;
    private readonly Option<string?> system;
    private readonly Option<string?> tier;
    private readonly Option<string[]> set;
    private readonly Option<string?> file;
    private readonly Option<bool> noDeploy;
    private readonly Option<bool> noClone;
    private readonly Option<bool> yes;

    public NewCommand() : base(RoadActions.Create, "new", "Create a service from a paved road: repository, owner, running release. Asks for what is missing, and shows the plan first.",
        "tarmac new", "tarmac new vouchers --road web-api --owner promotions --description \"Issues and redeems gift vouchers\" --yes", "tarmac new --file answers.yaml --plan")
    {
        CanBeLeft();
        name = With(new Argument<string?>("name") { Description = "The service's name: lower-case letters, digits and dashes.", Arity = ArgumentArity.ZeroOrOne });
        road = Having(new Option<string?>("--road") { Description = "The paved road; tarmac road list shows them.", HelpName = "ROAD" });
        owner = Having(new Option<string?>("--owner") { Description = "The team that will own it.", HelpName = "GROUP" });
        description = Having(new Option<string?>("--description") { Description = "What it does, for whom.", HelpName = "TEXT" });
        system = Having(new Option<string?>("--system") { Description = "The system it is part of.", HelpName = "SYSTEM" });
        tier = Having(new Option<string?>("--tier") { Description = "How much depends on it: Platinum, Gold, Silver, Bronze or Unsupported.", HelpName = "TIER" });
        set = Having(new Option<string[]>("--set") { Description = "What this road asks for besides, as NAME=VALUE; repeated.", HelpName = "NAME=VALUE" });
        file = Having(new Option<string?>("--file") { Description = "A YAML file with the answers; options win over it.", HelpName = "FILE" });
        noDeploy = Having(new Option<bool>("--no-deploy") { Description = "Do not deploy it to dev yet." });
        noClone = Having(new Option<bool>("--no-clone") { Description = "Do not clone the repository into a folder of its name." });
        yes = Having(new Option<bool>("--yes", "-y") { Description = "Do not ask." });
    }

    protected override async Task<int> Run(Invocation run)
    {
        var input = run.Get(file) is { } path ? RoadAnswersFile.Read(path) : new JsonObject { ["answers"] = new JsonArray() };
        Put(input, "name", run.Get(name));
        Put(input, "road", run.Get(road));
        Put(input, "owner", run.Get(owner));
        Put(input, "description", run.Get(description));
        Put(input, "system", run.Get(system));
        Put(input, "tier", run.Get(tier));
        foreach (var answer in run.Get(set) ?? []) input["answers"]!.AsArray().Add((JsonNode)answer);
        if (run.Get(noDeploy)) input["deploy"] = false;

        var chosen = await new RoadQuestions(run, input).Complete();
        if (input.Text("owner") is { } team) input["owner"] = Refs.Full(team, "group");
        if (input.Text("system") is { } part) input["system"] = Refs.Full(part, "system");
        if (Planning(run)) return await ShowPlan(run, input);

        var service = input.Text("name")!;
        var folder = Path.GetFullPath(service);
        if (!run.Get(noClone) && Path.Exists(folder))
            throw CliProblem.WrongUsage($"{folder} exists already, so the repository cannot be cloned there.", "Go to another folder, or add --no-clone.");
        if (!run.Get(yes) && !Agreed(run, await run.Platform.Plan(Definition, input)))
        {
            run.Terminal.Progress("Nothing was made.");
            return ExitCode.Failure;
        }
        return await Create(run, input, chosen, service, folder);
    }

    private async Task<int> Create(Invocation run, JsonObject input, JsonNode chosen, string service, string folder)
    {
        var took = Stopwatch.StartNew();
        var answer = await run.Platform.Act(Definition, input);
        if (Leaving(run)) return await Finish(run, answer, null);
        var exit = ExitCode.Ok;
        if (answer.Text("operation") is { } operation)
        {
            var outcome = await OperationFollower.FollowAsProgress(run, operation);
            ((JsonObject)answer)["outcome"] = outcome.DeepClone();
            // Creating ends with a deploy of its own, which goes on after it.
            if (outcome.Text("operation", "result", "deploy") is { } deploy)
            {
                outcome = await OperationFollower.FollowAsProgress(run, deploy);
                ((JsonObject)answer)["deploy"] = outcome.DeepClone();
            }
            exit = OperationFollower.Outcome(run, outcome);
        }
        var live = took.Elapsed;
        // A service whose first deploy failed exists all the same, and its repository is where that is mended.
        var made = await Hosted(run, service);
        if (made is not null && !run.Get(noClone))
        {
            await GitClone.Into(run, made.Text("repository") ?? $"{run.Platform.Url}/git/{service}.git", folder);
            ((JsonObject)answer)["folder"] = folder;
        }
        run.Terminal.Document(answer);
        if (!run.Terminal.Json && made is not null) Tell(run, answer, made, chosen, service, live, exit);
        return exit;
    }

    private void Tell(Invocation run, JsonNode answer, JsonNode made, JsonNode chosen, string service, TimeSpan live, int exit)
    {
        var terminal = run.Terminal;
        var url = answer.At("deploy") is null ? null : made.Text("url");
        terminal.Line();
        terminal.Line(exit != ExitCode.Ok ? $"{service} exists, but is not live yet." : url is null ? $"{service} was made in {Ago.Span(live)}." : $"{service} is live after {Ago.Span(live)}: {url}");
        var steps = answer.List("outcome", "steps").Concat(answer.List("deploy", "steps")).Where(step => step.Time("finishedAt") is not null)
            .Select(step => $"{step.Text("name")} {Ago.Span(step.Time("finishedAt")!.Value - step.Time("startedAt")!.Value)}");
        if (string.Join(", ", steps) is { Length: > 0 } times) terminal.Line("  " + times);
        terminal.Line();
        terminal.Line("Next:");
        if (!run.Get(noClone)) terminal.Line($"  cd {service}");
        terminal.Line("  git push             after your first commit: each push is built, tested and released");
        terminal.Line($"  tarmac logs -f       what it prints");
        terminal.Line($"  tarmac score         what it still lacks to be operable");
        foreach (var then in chosen.List("then")) terminal.Line("  - " + then.Text());
    }

    private static async Task<JsonNode?> Hosted(Invocation run, string service)
    {
        try
        {
            return await run.Platform.Get("/api/services/" + Uri.EscapeDataString(service));
        }
        catch (CliProblem problem) when (problem.ExitCode == ExitCode.NotFound)
        {
            return null; // the operation failed before there was anything
        }
    }

    private static bool Agreed(Invocation run, JsonNode planned)
    {
        Write(planned, run.Terminal.Progress);
        return run.Terminal.CanAsk
            ? run.Terminal.Confirm("Create it?")
            : throw CliProblem.WrongUsage("Nobody is here to be asked whether to create it.", "Add --yes when you mean it, or --plan to see what would happen.");
    }

    private static void Put(JsonObject input, string field, string? value)
    {
        if (value is not null) input[field] = value;
    }
}
