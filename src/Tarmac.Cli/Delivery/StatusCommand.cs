using System.CommandLine;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Delivery;

internal sealed class StatusCommand : Verb
{
    private readonly Argument<string?> service;

    public StatusCommand() : base("status", "What runs where: one service, or all of them outside a service's repository.", "tarmac status", "tarmac status vouchers --json") =>
        service = With(ServiceOptions.Service());

    protected override async Task<int> Run(Invocation run)
    {
        if ((run.Get(service) ?? ServiceHere.Find(Directory.GetCurrentDirectory())) is not { } name) return await All(run);
        var shown = await run.Platform.Get("/api/services/" + Uri.EscapeDataString(name));
        run.Terminal.Document(shown);
        run.Terminal.Line($"{name}, owned by {shown.Text("owner")}");
        run.Terminal.Line("Repository:     " + shown.Text("repository"));
        if (shown.At("lastOperation") is JsonObject last)
            run.Terminal.Line($"Last operation: {last.Text("title")}: {last.Text("state")}, {Ago.Of(last.Time("createdAt"), TimeProvider.System)} ({last.Text("id")})");
        var table = Environments();
        foreach (var environment in shown.List("environments")) Add(table, environment);
        if (table.Count == 0) run.Terminal.Line($"It runs nowhere yet. Deploy it: tarmac deploy {name}.");
        else run.Terminal.Show(table);
        return ExitCode.Ok;
    }

    private static async Task<int> All(Invocation run)
    {
        var services = await run.Platform.Get("/api/services");
        run.Terminal.Document(services);
        var table = new Table("SERVICE", "OWNER", "ENVIRONMENT", "STATE", "RELEASE", "SINCE", "URL");
        foreach (var item in services.List())
        {
            var environments = item.List("environments").ToList();
            if (environments.Count == 0) table.Row(item.Text("name"), item.Text("owner"), null, item.Text("state") == "active" ? "not deployed" : item.Text("state"), null, null, null);
            foreach (var environment in environments)
                table.Row(item.Text("name"), item.Text("owner"), environment.Text("name"), environment.Text("state"), environment.Text("release"), Since(environment), environment.Text("url"));
        }
        if (table.Count == 0) run.Terminal.Line("No service is hosted here yet. Make one: tarmac new.");
        else run.Terminal.Show(table);
        return ExitCode.Ok;
    }

    private static Table Environments() => new("ENVIRONMENT", "STATE", "RELEASE", "COMMIT", "SINCE", "RESTARTS", "ISOLATION", "URL");

    private static void Add(Table table, JsonNode environment) => table.Row(
        environment.Text("name"), environment.Text("state"), environment.Text("release"), ReleasesCommand.Short(environment.Text("commit")), Since(environment),
        environment.List("instances").Sum(instance => instance.Number("restarts") ?? 0).ToString(), environment.Text("isolation"), environment.Text("url"));

    private static string? Since(JsonNode environment) =>
        Ago.Of(environment.List("instances").Select(instance => instance.Time("startedAt")).FirstOrDefault() ?? environment.Time("changedAt"), TimeProvider.System);
}
