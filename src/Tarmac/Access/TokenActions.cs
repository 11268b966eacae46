using System.Globalization;
using System.Text.Json.Nodes;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;
using Tarmac.Model.Actions;

namespace Tarmac.Access;

public sealed class CreateToken(AccessStore store, IOrganisation organisation, LocalOwner owner, TimeProvider clock) : ActionHandler(AccessActions.CreateToken)
{
    public override async Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation)
    {
        var token = Decide(call);
        if (token.Kind != PrincipalKind.Person) await DemandName(token, cancellation);
        var asked = token.ExpiresAt;
        var expires = call.Principal.Token is { } with && await store.Token(with, cancellation) is { ExpiresAt: { } end } && end < asked ? end : asked!.Value;
        var scopes = string.Join(" and ", token.Scopes);
        return new ActionPlan(token.Principal,
            [$"A token named {token.Name} lets {token.Principal} {scopes} until {expires:yyyy-MM-dd}.", "It is shown once and kept only as a hash."],
            expires < asked ? ["It lasts no longer than the token that you make it with."] : null,
            After: new JsonObject { ["token"] = token.Id, ["name"] = token.Name, ["scopes"] = scopes, ["expiresAt"] = expires.UtcDateTime.ToString("O") });
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session)
    {
        var token = Decide(call) with { Id = plan.After!["token"]!.GetValue<string>(), ExpiresAt = DateTimeOffset.Parse(plan.After["expiresAt"]!.GetValue<string>(), CultureInfo.InvariantCulture) };
        var secret = await store.AddToken(session, token, call.Principal.Token);
        return new ActionOutcome(new JsonObject
        {
            ["id"] = token.Id,
            ["name"] = token.Name,
            ["principal"] = token.Principal,
            ["expiresAt"] = token.ExpiresAt!.Value.UtcDateTime.ToString("O"),
        }, Secret: secret);
    }

    private Token Decide(ActionCall call)
    {
        var asker = call.Principal;
        var now = clock.GetUtcNow();
        var scopes = ((JsonArray)call.Input["scopes"]!).Select(scope => scope!.GetValue<string>()).Append(Principal.Read).Distinct().ToList();
        if (scopes.Contains(Principal.Operate) && !asker.IsOperator)
            throw new Problem(403, "operator-only", "Only an operator may make a token that operates the platform.", null, "Leave the scope operate out.");
        var kind = call.Text("kind") switch { "service" => PrincipalKind.Service, "agent" => PrincipalKind.Agent, _ => PrincipalKind.Person };
        var principal = kind == PrincipalKind.Person ? Person(call) : $"{call.Text("kind")}:default/{Name(call.Text("name"))}";
        if (kind != PrincipalKind.Person && scopes.Contains(Principal.Operate))
            throw new Problem(403, "person-only", "Services and agents never operate the platform.", null, "Leave the scope operate out.");
        if (principal != owner.Ref) scopes.Remove(Principal.Operate);
        return new Token(
            "tok-" + Guid.CreateVersion7().ToString("n"), principal, kind, call.Text("name"), scopes, kind == PrincipalKind.Person ? [] : [Team(call)],
            asker.Ref, now, now.AddDays(call.Input["days"]!.GetValue<long>()), null, null);
    }

    // Two teams never share a principal: it is what the audit names, and what tokens and idempotency keys belong to.
    private async Task DemandName(Token token, CancellationToken cancellation)
    {
        var teams = await store.TeamsOf(token.Principal, cancellation);
        if (token.Principal == Principal.Platform.Ref || teams.Any(team => !token.Teams.Contains(team)))
            throw new Problem(409, "principal-taken", $"{token.Principal} is somebody else already.", null, "Choose another name, for example one that begins with your team's.");
    }

    private string Person(ActionCall call)
    {
        var person = call.TextOrNull("person") ?? call.Principal.Ref;
        if (person == call.Principal.Ref) return person;
        if (!call.Principal.IsOperator)
            throw new Problem(403, "operator-only", "Only an operator may make a token for somebody else.", null, "Leave person out to make one for yourself.");
        if (!organisation.Exists(person)) throw Problem.NotFound("person", person, "People come from the organisation's catalog files.");
        return person;
    }

    private static string Team(ActionCall call)
    {
        var team = call.TextOrNull("team") ?? (call.Principal.Teams.Count == 1 ? call.Principal.Teams[0] : null)
            ?? throw Problem.InvalidInput([new("input-required", "A service or an agent needs a team to answer to.", Field: "team", Cure: "Name one of your teams: " + string.Join(", ", call.Principal.Teams) + ".")]);
        if (!call.Principal.IsOperator && !call.Principal.Teams.Contains(team))
            throw new Problem(403, "not-member", $"You are not a member of {team}.", null, "Name one of your teams: " + string.Join(", ", call.Principal.Teams) + ".");
        return team;
    }

    private static string Name(string text)
    {
        var name = new string([.. text.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')]).Trim('-');
        return name.Length > 0 ? name : throw Problem.InvalidInput([new("input-pattern", "The name needs a letter or a digit.", Field: "name")]);
    }
}

public sealed class RevokeToken(AccessStore store) : ActionHandler(AccessActions.RevokeToken)
{
    public override async Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation)
    {
        var token = await store.Token(call.Text("id"), cancellation) ?? throw Problem.NotFound("token", call.Text("id"), "tarmac token list shows yours.");
        if (token.Principal != call.Principal.Ref && token.CreatedBy != call.Principal.Ref && !call.Principal.IsOperator && !token.Teams.Any(call.Principal.Teams.Contains))
            throw new Problem(403, "not-owner", "Only its holder, its maker, its team or an operator may revoke a token.");
        var descent = await store.MadeWith(token.Id, cancellation);
        return new ActionPlan(token.Principal, [$"The token {token.Name} of {token.Principal} stops working at once, and so does every browser that was signed in with it."],
            descent.Count == 0 ? null : [$"The tokens that were made with it stop, too: {string.Join(", ", descent.Select(one => $"{one.Name} of {one.Principal}"))}."],
            Before: new JsonObject { ["token"] = token.Id, ["name"] = token.Name });
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session)
    {
        await store.Revoke(session, call.Text("id"));
        return new ActionOutcome(new JsonObject { ["id"] = call.Text("id"), ["revoked"] = true });
    }
}

public sealed class MakeSignInLink(AccessStore store) : ActionHandler(AccessActions.SignInLink)
{
    public override Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation) =>
        Task.FromResult(new ActionPlan(call.Principal.Ref, [$"A link signs one browser in as {call.Principal.Ref}, once, within ten minutes. It can do there what the credential that asks for it can do, and lasts no longer."]));

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session) =>
        new([], Secret: "/sign-in?link=" + await store.NewLink(session, call.Principal));
}
