using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tarmac.Foundation.Events;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;

namespace Tarmac.Foundation.Actions;

/// <summary>
/// The one way to change something. HTTP, portal and CLI all come through here: check the input, check the right, plan,
/// then run, audit, announce and remember the idempotency key in a single transaction.
/// </summary>
public sealed class ActionRunner(
    IEnumerable<ActionHandler> handlers, Database database, EventLog events, IOrganisation organisation, TimeProvider clock)
{
    /// <summary>How long an equal request is answered as the first was.</summary>
    public static readonly TimeSpan KeysKept = TimeSpan.FromDays(7);

    private readonly Dictionary<string, ActionHandler> handlers = handlers.ToDictionary(handler => handler.Definition.Name);

    public IEnumerable<ActionHandler> All => handlers.Values.OrderBy(handler => handler.Definition.Name, StringComparer.Ordinal);

    /// <summary>What would happen. Nothing changes.</summary>
    public async Task<ActionPlan> Plan(string name, JsonObject input, Principal principal, CancellationToken cancellation)
    {
        var (handler, call) = Check(name, input, principal);
        await Demand(handler, call, cancellation);
        return await handler.Plan(call, cancellation);
    }

    /// <summary>Does it. The same key with the same input answers what the first call answered; with another input it is refused.</summary>
    public async Task<ActionAnswer> Run(string name, JsonObject input, Principal principal, string? key, CancellationToken cancellation)
    {
        var (handler, call) = Check(name, input, principal);
        var request = Hash(name + "\n" + call.Input.ToJsonString());
        if (key is not null && await database.Read(session => Remembered(session, principal, key, request), cancellation) is { } answered) return answered;
        BreakGlass? glass;
        ActionPlan plan;
        try
        {
            glass = await Demand(handler, call, cancellation);
            call = await handler.Prepare(call, cancellation);
            plan = await handler.Plan(call, cancellation);
        }
        catch (Problem) when (key is not null)
        {
            // An equal request may have been done since we looked, and be the very reason for this refusal: its answer is ours.
            if (await database.Read(session => Remembered(session, principal, key, request), cancellation) is { } meanwhile) return meanwhile;
            throw;
        }
        return await database.Write(async session =>
        {
            if (key is not null && !await Reserve(session, principal, key, name, request)) return (await Remembered(session, principal, key, request))!;
            var outcome = await handler.Run(call, plan, session);
            var revision = await Announce(session, call, plan, outcome, glass);
            var answer = new ActionAnswer(plan.Subject, plan.Steps, plan.Warnings ?? [], outcome.Result, outcome.Operation, revision, outcome.Secret);
            if (key is not null)
                await session.Execute($"update idempotency set response = {(answer with { Secret = null }).ToJson().ToJsonString()} where principal = {principal.Ref} and key = {key}");
            return answer;
        }, cancellation);
    }

    private (ActionHandler Handler, ActionCall Call) Check(string name, JsonObject input, Principal principal)
    {
        if (!handlers.TryGetValue(name, out var handler))
            throw Problem.NotFound("action", name, "GET /api/actions lists them; so does tarmac action list.");
        var (checkedInput, problems) = handler.Definition.Input.Validate(input);
        if (problems.Count > 0) throw Problem.InvalidInput(problems);
        return (handler, new ActionCall(handler.Definition, principal, checkedInput));
    }

    private async Task<BreakGlass?> Demand(ActionHandler handler, ActionCall call, CancellationToken cancellation)
    {
        var subject = await handler.Subject(call, cancellation);
        var glass = subject is null || call.Principal.Kind != PrincipalKind.Person
            ? null
            : await database.Read(session => BreakGlass.Open(session, call.Principal.Ref, subject, clock.GetUtcNow()), cancellation);
        Rights.Demand(call.Principal, handler.Definition, subject, organisation, glass, await handler.OwnerWhenUnknown(call, cancellation));
        return glass;
    }

    private async Task<long> Announce(Session session, ActionCall call, ActionPlan plan, ActionOutcome outcome, BreakGlass? glass)
    {
        await AuditEntry.Write(session, new AuditEntry(
            Guid.CreateVersion7().ToString("n"), clock.GetUtcNow(), call.Principal.Ref, call.Principal.OnBehalfOf, call.Principal.Credential,
            call.Action.Name, plan.Subject, string.Join(" ", plan.Steps), plan.Before, plan.After, glass?.Reason, outcome.Operation));
        return await events.Append(session, "dev.tarmac.action.done", plan.Subject, call.Principal.Ref, new JsonObject
        {
            ["action"] = call.Action.Name,
            ["operation"] = outcome.Operation,
            ["breakGlass"] = glass?.Reason,
        });
    }

    // Of two equal requests at once the second waits here until the first has ended, on either database; the empty
    // response is never seen by others, for it is filled in by the same transaction.
    private async Task<bool> Reserve(Session session, Principal principal, string key, string action, string request) =>
        await session.Execute($"""
            insert into idempotency (principal, key, action, request, response, created_at)
            values ({principal.Ref}, {key}, {action}, {request}, '', {clock.GetUtcNow()}) on conflict (principal, key) do nothing
            """) == 1;

    private static async Task<ActionAnswer?> Remembered(Session session, Principal principal, string key, string request)
    {
        var row = await session.One($"select request, response from idempotency where principal = {principal.Ref} and key = {key}",
            row => new { Request = row.Text(0), Response = row.Text(1) });
        if (row is null) return null;
        if (row.Request != request)
            throw new Problem(409, "idempotency-key-reused", "This idempotency key was used for another request.", null, "Send a new key with a new request.");
        return ActionAnswer.FromJson((JsonObject)StoredJson.Parse(row.Response));
    }

    /// <summary>Forgets the idempotency keys of requests before a time.</summary>
    public static Task<int> PruneKeys(Session session, DateTimeOffset before) =>
        session.Execute($"delete from idempotency where created_at < {before}");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>What an action answered: what was done in words, its result, and the operation that goes on with it.</summary>
/// <param name="Revision">The event revision of the change; a reader that waits for it sees its own write.</param>
public sealed record ActionAnswer(
    string Subject, IReadOnlyList<string> Steps, IReadOnlyList<string> Warnings, JsonObject Result, string? Operation, long Revision, string? Secret)
{
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["subject"] = Subject,
            ["steps"] = new JsonArray([.. Steps.Select(step => (JsonNode)step)]),
            ["warnings"] = new JsonArray([.. Warnings.Select(warning => (JsonNode)warning)]),
            ["result"] = Result.DeepClone(),
            ["operation"] = Operation,
            ["revision"] = Revision,
        };
        if (Secret is not null) json["secret"] = Secret;
        return json;
    }

    public static ActionAnswer FromJson(JsonObject json) => new(
        json["subject"]!.GetValue<string>(), Strings(json["steps"]), Strings(json["warnings"]),
        (JsonObject)json["result"]!.DeepClone(), json["operation"]?.GetValue<string>(), json["revision"]!.GetValue<long>(), null);

    private static List<string> Strings(JsonNode? list) => [.. ((JsonArray)list!).Select(item => item!.GetValue<string>())];
}
