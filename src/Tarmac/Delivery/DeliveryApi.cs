using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Tarmac.Delivery.Builds;
using Tarmac.Delivery.Git;
using Tarmac.Delivery.Releases;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Web;
using Tarmac.Gateway;
using Tarmac.Model.Actions;
using Tarmac.Model.Runtimes;
using Tarmac.Runtimes.Local;
using LogLine = Tarmac.Model.Runtimes.LogLine;

namespace Tarmac.Delivery;

public static class DeliveryApi
{
    public static void AddDelivery(this IServiceCollection services)
    {
        services.AddSingleton(provider => new LocalRuntime(
            new LocalRuntimeOptions(provider.GetRequiredService<HomeFolder>().Folder("instances"), provider.GetRequiredService<PlatformOptions>().Program), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(Ports);
        services.AddSingleton(provider => new GatewayRoutes(
            provider.GetRequiredService<HomeFolder>().Path, provider.GetRequiredService<Whereabouts>().Url, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<GatewayProcess>();
        services.AddSingleton<Repositories>();
        services.AddSingleton<Artifacts>();
        services.AddSingleton<BuildRunner>();
        services.AddSingleton<Instances>();
        services.AddSingleton<Activation>();
        services.AddSingleton<DeploymentRoutes>();
        services.AddSingleton<ServiceCare>();
        services.AddSingleton<DeliveryStore>();
        services.AddSingleton<ServiceHomes>();
        services.AddSingleton<ServiceNames>();
        services.AddSingleton<DeliveryCatalog>();
        services.AddSingleton<Pushes>();
        services.AddSingleton<GitHttp>();
        services.AddSingleton<ServicesIndex>();
        services.AddSingleton<OperationKind, DeployOperation>();
        services.AddSingleton<OperationKind, ActivateOperation>();
        services.AddSingleton<OperationKind, StopOperation>();
        services.AddSingleton<OperationKind, CommitOperation>();
        services.AddSingleton<ActionHandler, DeployService>();
        foreach (var (definition, kind) in ((ActionDefinition, string)[])[(DeliveryActions.Rollback, ActivateOperation.Rollback), (DeliveryActions.Restart, "restart"), (DeliveryActions.Start, "start")])
            services.AddSingleton<ActionHandler>(provider => new ActivateRelease(definition, kind, provider.GetRequiredService<DeliveryStore>(), provider.GetRequiredService<Artifacts>(), provider.GetRequiredService<ServiceHomes>(), provider.GetRequiredService<OperationStore>()));
        services.AddSingleton<ActionHandler, StopService>();
        services.AddSingleton<ActionHandler, RemoveService>();
        services.AddSingleton<ActionHandler, RestoreService>();
        services.AddSingleton<ActionHandler, CommitFile>();
        services.AddHostedService<DeliveryReconciler>();
    }

    // Leased before anybody can ask for one: what runs has its port, and so has what a route still leads to.
    private static PortAllocator Ports(IServiceProvider provider)
    {
        var ports = new PortAllocator(PortsOf(provider.GetRequiredService<HomeFolder>().Id));
        foreach (var destination in provider.GetRequiredService<GatewayRoutes>().Read().Snapshot?.Routes.SelectMany(route => route.Destinations) ?? [])
            ports.Adopt(destination.Id, [new Uri(destination.Address).Port]);
        foreach (var handle in provider.GetRequiredService<LocalRuntime>().List().Where(handle => handle.IsAlive)) ports.Adopt(handle.Id, handle.Spec.Ports);
        return ports;
    }

    // A thousand ports, at a place that differs from home to home, so that platforms on one machine rarely meet.
    private static PortRange PortsOf(string home)
    {
        var first = 20_000 + ((int)(Convert.ToUInt32(home[^8..], 16) % 90) * 100);
        return new PortRange(first, first + 999);
    }

    public static void MapDelivery(this IEndpointRouteBuilder routes)
    {
        routes.Map("/git/{repository}/{**rest}", (HttpContext context, GitHttp git, string repository, string rest) => git.Serve(context, repository, rest))
            .DisableAntiforgery().ExcludeFromDescription();

        routes.MapGet("/api/services", async (ServicesIndex index, CancellationToken cancellation) => await index.List(cancellation))
            .WithSummary("Services that are hosted here, with what runs where.");
        routes.MapGet("/api/services/{name}", async (ServicesIndex index, string name, CancellationToken cancellation) =>
            await index.Find(name, cancellation) ?? throw Problem.NotFound("service", name, "tarmac status shows those that run here."))
            .WithSummary("One service, with what runs where.");
        routes.MapGet("/api/services/{name}/releases", async (ServicesIndex index, string name, CancellationToken cancellation) => await index.Releases(name, cancellation))
            .WithSummary("The releases of a service, newest first.");
        routes.MapGet("/api/services/{name}/commits", async (Repositories repositories, ServiceHomes homes, string name, CancellationToken cancellation) =>
        {
            await homes.DemandHere(name, cancellation);
            return ServiceName.IsValid(name) && repositories.Exists(name) ? await repositories.History(name, 50, cancellation) : throw Problem.NotFound("service", name);
        })
            .WithSummary("The latest commits of the default branch.");
        routes.MapGet("/api/services/{name}/files/{**path}", ReadFile).WithSummary("A text file at the head of the default branch, with its blob id.");
        routes.MapGet("/api/services/{name}/logs", Logs).WithSummary("What the service printed; as server-sent events it goes on.");
        routes.MapDeliveryPages();
        routes.MapGet("/api/gateway", async (GatewayRoutes gateway, CancellationToken cancellation) =>
            await gateway.StateAsync(cancellation) is { } state ? Results.Json(state) : Results.Json(new { listening = false }))
            .WithSummary("What the gateway serves and how it fares.");
    }

    private static async Task<IResult> ReadFile(Repositories repositories, ServiceHomes homes, string name, string path, CancellationToken cancellation)
    {
        await homes.DemandHere(name, cancellation);
        if (!ServiceName.IsValid(name) || !repositories.Exists(name) || await repositories.Head(name, cancellation) is not { } head)
            throw Problem.NotFound("service", name);
        if (await repositories.Read(name, head, path, cancellation) is not { } file) throw Problem.NotFound("text file", path);
        return Results.Json(new JsonObject { ["path"] = path, ["blob"] = file.Blob, ["commit"] = head, ["text"] = file.Text });
    }

    private static async Task<IResult> Logs(
        HttpContext context, ServicesIndex index, ServiceHomes homes, Instances instances, LocalRuntime runtime, TimeProvider clock, string name, string? environment, string? since, string? grep, int? tail, bool? follow, string? instance, long? after,
        CancellationToken cancellation)
    {
        await homes.DemandHere(name, cancellation);
        var place = environment ?? Pushes.Environment;
        // Positions mean something in one process's log only, so who goes on names it.
        instance = instance is not null && instances.Of(name, place).Any(handle => handle.Id == instance) ? instance : await index.InstanceForLogs(name, place, cancellation)
            ?? throw new Problem(404, "service-not-deployed", $"{name} has not run in {place} yet.", null, $"Deploy it: tarmac deploy {name}.");
        var from = Since(since, clock.GetUtcNow());
        if (after is { } position) return Results.ServerSentEvents(Follow(runtime, instance, [], position, grep, cancellation).Live(context, cancellation));
        var lines = runtime.ReadLog(instance, from, grep, tail ?? (follow == true ? 100 : 500));
        if (follow == true || context.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.Ordinal))
            return Results.ServerSentEvents(Follow(runtime, instance, lines, lines.Count > 0 ? lines[^1].Next : 0, grep, cancellation).Live(context, cancellation));
        return Results.Json(lines.Select(Shown));
    }

    private static async IAsyncEnumerable<SseItem<string>> Follow(
        LocalRuntime runtime, string instance, IReadOnlyList<LogLine> lines, long from, string? grep, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var line in lines) yield return new SseItem<string>(Shown(line).ToJsonString(), "line");
        await foreach (var line in runtime.FollowLog(instance, from, cancellation))
            if (grep is null || line.Text.Contains(grep, StringComparison.OrdinalIgnoreCase))
                yield return new SseItem<string>(Shown(line).ToJsonString(), "line");
        yield return new SseItem<string>("{}", "end");
    }

    // The number is where a reader goes on: it grows, and stays the same when files rotate.
    private static JsonObject Shown(LogLine line) => new() { ["line"] = line.Next, ["at"] = line.At.UtcDateTime.ToString("O"), ["stream"] = line.Stream.ToString().ToLowerInvariant(), ["text"] = line.Text };

    /// <summary>A time, or an age such as 90s, 10m, 2h, 1d.</summary>
    internal static DateTimeOffset? Since(string? text, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(text)) return null;
        if (DateTimeOffset.TryParse(text, out var time)) return time;
        // An age older than all computers is a slip.
        if (double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * Seconds(text[^1]) <= (now - DateTimeOffset.UnixEpoch).TotalSeconds) return now.AddSeconds(-number * Seconds(text[^1]));
        throw Problem.InvalidInput([new("input-pattern", $"“{text}” is neither a time nor an age.", Field: "since", Cure: "Write for example 10m, 2h or 2026-11-23T12:00:00Z.")]);
    }

    private static double Seconds(char unit) => unit switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, _ => double.NaN };
}
