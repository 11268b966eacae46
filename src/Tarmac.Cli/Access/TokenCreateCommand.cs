using System.CommandLine;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Actions;

namespace Tarmac.Cli.Access;

internal sealed class TokenCreateCommand : ChangeVerb
{
    private readonly Argument<string> name;
    private readonly Option<string?> kind;
    private readonly Option<string?> team;
    private readonly Option<string?> person;
    private readonly Option<string[]> scopes;
    private readonly Option<int?> days;

    public TokenCreateCommand() : base(AccessActions.CreateToken, "create", null,
        "tarmac token create laptop", "tarmac token create ci --kind service --team promotions --days 30")
    {
        name = With(new Argument<string>("name") { Description = "What it is for, so that you recognise it later." });
        kind = Having(new Option<string?>("--kind") { Description = "Whom it lets in; a person when not said." });
        kind.AcceptOnlyFromAmong("person", "service", "agent");
        team = Having(new Option<string?>("--team") { Description = "The team a service or agent belongs to.", HelpName = "GROUP" });
        person = Having(new Option<string?>("--person") { Description = "For whom, when not for yourself; operators only.", HelpName = "USER" });
        scopes = Having(new Option<string[]>("--scope") { Description = "What it allows, repeated: read, write; both when not said." });
        scopes.AcceptOnlyFromAmong("read", "write", "operate");
        days = Having(new Option<int?>("--days") { Description = "Days until it expires; 90 when not said.", HelpName = "DAYS" });
    }

    protected override Task<int> Run(Invocation run)
    {
        var input = new JsonObject { ["name"] = run.Get(name) };
        if (run.Get(kind) is { } what) input["kind"] = what;
        if (run.Get(team) is { } group) input["team"] = Refs.Full(group, "group");
        if (run.Get(person) is { } user) input["person"] = Refs.Full(user, "user");
        if (run.Get(scopes) is { Length: > 0 } some) input["scopes"] = new JsonArray([.. some.Select(scope => (JsonNode)scope)]);
        if (run.Get(days) is { } count) input["days"] = count;
        return Perform(run, input, answer =>
        {
            // The secret alone on standard output: tarmac token create ci > file keeps it and nothing else.
            run.Terminal.Line(answer.Text("secret") ?? "");
            run.Terminal.Progress($"{answer.Text("result", "id")} for {answer.Text("result", "principal")}, until {answer.Time("result", "expiresAt"):yyyy-MM-dd}. It is not shown again.");
        });
    }
}
