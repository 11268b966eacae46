using System.CommandLine;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Actions;

namespace Tarmac.Cli.Outgoing;

internal sealed class WebhookAddCommand : ChangeVerb
{
    private readonly Argument<string> team;
    private readonly Argument<string> address;
    private readonly Option<string[]> types;

    public WebhookAddCommand() : base(OutgoingActions.AddWebhook, "add", null, "tarmac webhook add promotions https://chat.example.test/hooks/tarmac")
    {
        team = With(new Argument<string>("team") { Description = "The team; you must be a member." });
        address = With(new Argument<string>("address") { Description = "An http or https address." });
        types = Having(new Option<string[]>("--type") { Description = "An event type, repeated for several; those that concern a team when not said.", HelpName = "TYPE" });
    }

    protected override Task<int> Run(Invocation run)
    {
        var input = new JsonObject { ["team"] = Refs.Full(run.Get(team)!, "group"), ["url"] = run.Get(address) };
        if (run.Get(types) is { Length: > 0 } some) input["types"] = new JsonArray([.. some.Select(type => (JsonNode)type)]);
        return Perform(run, input, answer =>
        {
            run.Terminal.Line($"{answer.Text("result", "id")} tells {answer.Text("result", "team") ?? answer.Text("subject")} at {run.Get(address)}.");
            if (answer.Text("secret") is { } secret) run.Terminal.Line($"Signing secret: {secret} (it is not shown again)");
        });
    }
}

internal sealed class WebhookListCommand() : Verb("list", "Webhooks of your teams, and how their deliveries fare.", "tarmac webhook list")
{
    protected override async Task<int> Run(Invocation run)
    {
        var webhooks = await run.Platform.Get("/api/webhooks");
        run.Terminal.Document(webhooks);
        var table = new Table("ID", "TEAM", "URL", "TYPES", "LAST DELIVERY");
        foreach (var webhook in webhooks.List())
            table.Row(webhook.Text("id"), webhook.Text("team"), webhook.Text("url"), webhook.Texts("types") is { Length: > 0 } types ? types : "what concerns the team",
                webhook.Text("lastState") is { } state ? state + (webhook.Text("lastAnswer") is { } answer ? $" ({answer})" : "") : "none yet");
        if (table.Count == 0) run.Terminal.Line("No webhook yet: tarmac webhook add TEAM ADDRESS.");
        else run.Terminal.Show(table);
        return ExitCode.Ok;
    }
}

internal sealed class WebhookRemoveCommand : ChangeVerb
{
    private readonly Argument<string> id;

    public WebhookRemoveCommand() : base(OutgoingActions.RemoveWebhook, "remove", null, "tarmac webhook remove hook-0198c0ffee --yes") =>
        id = With(new Argument<string>("id") { Description = "The webhook's id, as tarmac webhook list shows it." });

    protected override Task<int> Run(Invocation run) => Perform(run, new JsonObject { ["id"] = run.Get(id) });
}
