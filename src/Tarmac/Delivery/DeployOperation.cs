using System.Text.Json.Nodes;
using Tarmac.Delivery.Builds;
using Tarmac.Delivery.Git;
using Tarmac.Delivery.Releases;
using Tarmac.Foundation.Events;
using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Web;
using Tarmac.Workloads;

namespace Tarmac.Delivery;

/// <summary>From a commit to live: check out, build, test, release, then the switch. A failure anywhere leaves the old release serving.</summary>
public sealed class DeployOperation(
    Repositories repositories, BuildRunner builds, Artifacts artifacts, Activation activation, GatewayProcess gateway, DeliveryStore store, EventLog events, TimeProvider clock) : OperationKind(KindName)
{
    public const string KindName = "deploy";
    public const string ScoreFile = "score.yaml";

    public static OperationRequest Request(string service, string environment, string commit, string principal, string? host) =>
        new(KindName, ServiceName.Entity(service), $"Deploy {service} {commit[..8]} to {environment}",
            new JsonObject { ["service"] = service, ["environment"] = environment, ["commit"] = commit }, principal, Host: host);

    public override IReadOnlyList<(string Name, string Title)> Steps =>
        [("checkout", "Check out the commit"), ("build", "Build"), ("test", "Test"), ("release", "Make the release"), .. Activation.Steps, ("tidy", "Tidy up")];

    public override IReadOnlyList<NextStep> Next(Operation operation) => Activation.Next(operation);

    public override async Task<string> OwnerWhenUnknown(Operation operation, CancellationToken cancellation) =>
        (await store.Find(operation.Input["service"]!.GetValue<string>(), cancellation))?.Owner ?? operation.Principal;

    public override async Task<JsonObject?> Run(OperationRun run)
    {
        var (service, environment, commit) = Input(run.Operation);
        var source = Path.Combine(builds.FolderOf(run.Operation.Id), "source");
        await store.DemandActive(service, run.Stopping);
        // It comes up while we build.
        await gateway.Ensure(run.Stopping);

        var plan = await run.Step("checkout", async cancellation =>
        {
            var found = await repositories.Find(service, commit, cancellation);
            run.Log($"Commit {found.Short} “{found.Subject}” by {found.Author}");
            await CheckOutFresh(service, commit, source, cancellation);
            var workload = await ReadScoreFile(service, commit, run, cancellation);
            var configuration = ReleaseConfiguration.Resolve(workload, ScoreFile);
            foreach (var otherwise in ReadinessProbe.DoneOtherwise(workload)) run.Log("Warning: " + otherwise);
            var build = BuildPlan.Of(workload.Hints, [.. await repositories.Files(service, commit, cancellation)]);
            run.Log("How to build comes from " + build.Because);
            return new JsonObject
            {
                ["build"] = build.Build,
                ["test"] = build.Test,
                ["output"] = build.Output,
                ["message"] = found.Subject,
                ["author"] = found.Author,
                ["configuration"] = configuration.ToJson(),
            };
        });
        if (plan["build"]?.GetValue<string>() is { } buildCommand) await run.Step("build", cancellation => builds.Run(run, "build", buildCommand, cancellation));
        if (plan["test"]?.GetValue<string>() is { } testCommand) await run.Step("test", cancellation => builds.Run(run, "test", testCommand, cancellation));

        var number = (await run.Step("release", cancellation => MakeRelease(run, plan, source, cancellation)))["number"]!.GetValue<long>();
        var release = (await store.Release(service, number))!;
        var result = await activation.Run(run, release, environment, KindName);
        await run.Step("tidy", cancellation => Tidy(run, service, cancellation));
        return result;
    }

    // It serves: what cannot be deleted now is no failure of the deploy.
    private async Task Tidy(OperationRun run, string service, CancellationToken cancellation)
    {
        await builds.Remove(run.Operation.Id, cancellation);
        var kept = ReleaseRules.DigestsKept(await store.Releases(service, int.MaxValue, cancellation), await store.Deployments(service, cancellation));
        try
        {
            if (artifacts.Prune(service, kept) is > 0 and var gone) run.Log($"Deleted {gone} artifacts of older releases");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            run.Log($"Artifacts of older releases could not be deleted: {error.Message}");
        }
    }

    public override async Task CleanUp(OperationRun run, CancellationToken cancellation)
    {
        var (service, environment, _) = Input(run.Operation);
        await activation.Undo(run, service, environment, cancellation);
        await builds.Remove(run.Operation.Id, cancellation);
    }

    private async Task CheckOutFresh(string service, string commit, string source, CancellationToken cancellation)
    {
        HomeFolder.Delete(source);
        Directory.CreateDirectory(source);
        await repositories.CheckOut(service, commit, source, cancellation);
    }

    private async Task<Workload> ReadScoreFile(string service, string commit, OperationRun run, CancellationToken cancellation)
    {
        if (await repositories.Read(service, commit, ScoreFile, cancellation) is not { } file)
            throw new Problem(422, "score-file-missing", "There is no score.yaml, as text, at the root of the repository.", null,
                "Add one: it says how the service is run. docs/guides/score-file.md has the smallest that works.");
        var reading = Workload.Read(file.Text, ScoreFile);
        foreach (var warning in reading.Warnings) run.Log("Warning: " + warning);
        if (reading.Workload is null || reading.Problems.Count > 0) throw Problem.InvalidInput(reading.Problems);
        return reading.Workload;
    }

    // The artifact's folder is named by its content and the release by this operation: doing it twice makes one of each.
    private Task<JsonObject?> MakeRelease(OperationRun run, JsonObject plan, string source, CancellationToken cancellation)
    {
        var (service, environment, commit) = Input(run.Operation);
        var digest = artifacts.Keep(service, Path.GetFullPath(Path.Combine(source, plan["output"]!.GetValue<string>())), cancellation);
        return run.Write(async session =>
        {
            var made = await DeliveryStore.ReleaseOf(session, run.Operation.Id);
            if (made is null)
            {
                made = new Release(service, await DeliveryStore.NextNumber(session, service), environment, commit, plan["message"]!.GetValue<string>(), plan["author"]!.GetValue<string>(),
                    digest, ReleaseConfiguration.FromJson(plan["configuration"]!.GetValue<string>()), run.Operation.Id, run.Operation.Principal, clock.GetUtcNow());
                await DeliveryStore.Add(session, made);
                await events.Append(session, "dev.tarmac.release.created", run.Operation.Subject, run.Operation.Principal,
                    new JsonObject { ["service"] = service, ["release"] = made.Number, ["commit"] = commit, ["digest"] = digest });
            }
            run.Log($"Release {made.Number}, artifact {made.Digest[..19]}");
            return (JsonObject?)new JsonObject { ["number"] = made.Number, ["digest"] = made.Digest };
        });
    }

    private static (string Service, string Environment, string Commit) Input(Operation operation) => (
        operation.Input["service"]!.GetValue<string>(), operation.Input["environment"]!.GetValue<string>(), operation.Input["commit"]!.GetValue<string>());
}
