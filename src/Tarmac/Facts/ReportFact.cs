using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tarmac.Catalog;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;
using Tarmac.Model.Actions;
using Tarmac.Model.Catalog;
using Tarmac.Model.Problems;

namespace Tarmac.Facts;

/// <summary>Takes a fact from whoever owns the entity, and checks those that the checks will ask for.</summary>
public sealed class ReportFact(CurrentCatalog catalog, FactLedger facts, TimeProvider clock) : ActionHandler(FactActions.Report)
{
    // Clocks of other machines go wrong by seconds, not by more.
    private static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(5);

    public override ValueTask<string?> Subject(ActionCall call, CancellationToken cancellation) =>
        ValueTask.FromResult<string?>(EntityRef.Parse(call.Text("entity"), EntityKinds.Component).ToString());

    public override Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation)
    {
        var fact = FactOf(call);
        var until = fact.ExpiresAt is { } end ? $", good until {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC" : "";
        return Task.FromResult(new ActionPlan(fact.Subject,
            [$"Records the fact {fact.Key} of {fact.Subject} as told by {fact.Source}, seen {fact.ObservedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC{until}.", "Judges it again."],
            After: new JsonObject { ["key"] = fact.Key, ["value"] = fact.Value.DeepClone() }));
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session)
    {
        var fact = FactOf(call);
        var changed = await facts.Put(session, fact, call.Principal.Ref);
        return new ActionOutcome(new JsonObject { ["entity"] = fact.Subject, ["key"] = fact.Key, ["source"] = fact.Source, ["changed"] = changed });
    }

    private Fact FactOf(ActionCall call)
    {
        var entry = catalog.Index.Find(EntityRef.Parse(call.Text("entity"), EntityKinds.Component))
            ?? throw Problem.NotFound("entity", call.Text("entity"), "GET /api/v1/catalog/entities?q=TEXT finds entities.");
        var problems = new List<InputProblem>();
        var now = clock.GetUtcNow();
        var key = call.Text("key");
        var value = ObjectOf(call.Text("value"), problems);
        var observed = TimeOf(call, "observed", problems) ?? now;
        var expires = TimeOf(call, "expires", problems);
        if (observed > now + ClockDifference) problems.Add(new(FactCodes.Time, "It is said to have been seen in the future.", Field: "observed", Cure: "Give the time it was seen, or leave it out for now."));
        if (expires <= observed) problems.Add(new(FactCodes.Time, "It expires before it was seen.", Field: "expires", Cure: "Give a later time, or leave it out."));
        if (value is not null) value = Understood(key, value, problems);
        if (problems.Count > 0) throw Problem.InvalidInput(problems);
        return new Fact(entry.Ref, key, call.Principal.Ref, value!, observed, expires);
    }

    // What checks read must be readable; under any other key everything is welcome.
    private static JsonObject Understood(string key, JsonObject value, List<InputProblem> problems)
    {
        switch (key)
        {
            case FactKeys.Runbook or FactKeys.Probe:
                problems.Add(new(FactCodes.KeyReserved, $"The fact {key} is only collected, never reported.", Field: "key",
                    Cure: key == FactKeys.Runbook ? "Put a RUNBOOK.md beside the descriptor." : "Report readiness instead."));
                break;
            case FactKeys.Readiness when ReadinessFact.Ready(new Fact("", key, "", value, default, null)) is null:
                problems.Add(new(FactCodes.Value, "Readiness says ready: true or false.", Field: "value", Cure: """Write {"ready": true}."""));
                break;
            case FactKeys.Release when ReadinessFact.TimeOf(new Fact("", key, "", value, default, null), "at") is null:
                problems.Add(new(FactCodes.Value, "A release says at what time it went into service.", Field: "value", Cure: """Write {"at": "2026-11-20T09:30:00Z", "release": "1.4.2"}."""));
                break;
            case FactKeys.Health:
                // A report by the standard, kept as what it is worth.
                using (var report = JsonDocument.Parse(value.ToJsonString())) return HealthFact.Read(report.RootElement).ToJson();
        }
        return value;
    }

    private static JsonObject? ObjectOf(string text, List<InputProblem> problems)
    {
        try
        {
            if (StrictJson.Object(text) is { } value) return value;
        }
        catch (JsonException)
        {
            // Said below.
        }
        problems.Add(new(FactCodes.Value, "The value is not a JSON object.", Field: "value", Cure: """Write for example {"ready": true}."""));
        return null;
    }

    private static DateTimeOffset? TimeOf(ActionCall call, string field, List<InputProblem> problems)
    {
        if (call.TextOrNull(field) is not { } text) return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return time.ToUniversalTime();
        problems.Add(new(FactCodes.Time, $"“{text}” is not a time.", Field: field, Cure: "Write it like 2026-11-20T09:30:00Z."));
        return null;
    }
}

/// <summary>Stable codes of what can be wrong with a reported fact; each has a page docs/errors/CODE.md.</summary>
public static class FactCodes
{
    public const string Value = "fact-value";
    public const string Time = "fact-time";
    public const string KeyReserved = "fact-key-reserved";
}
