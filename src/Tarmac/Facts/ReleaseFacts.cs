using System.Text.Json.Nodes;
using Tarmac.Foundation.Events;
using Tarmac.Foundation.Storage;

namespace Tarmac.Facts;

/// <summary>Remembers of each entity the newest release that was put into service, whoever sent the event.</summary>
public sealed class ReleaseFacts(FactLedger facts, Probing probing, EventLog log, Database database, TimeProvider clock, ILogger<ReleaseFacts> logger)
    : EventSubscriber("facts.releases", log, database, clock, logger)
{
    private readonly Database database = database;

    protected override async Task Handle(Event happened, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(happened);
        if (happened.Subject is not { } subject || !happened.Type.StartsWith("dev.cdevents.service.", StringComparison.Ordinal)) return;
        if (IsRelease(happened))
        {
            var value = new JsonObject { ["at"] = happened.Time.UtcDateTime.ToString("O"), ["by"] = happened.Actor };
            foreach (var field in (string[])["release", "commit", "environment"])
                if (happened.Data[field] is { } known) value[field] = known.DeepClone();
            await database.Write(session => facts.Put(session, new Fact(
                subject, FactKeys.Release, happened.Source == NewEvent.Tarmac ? "tarmac" : happened.Source, value, happened.Time, null), happened.Actor), cancellation);
        }
        probing.Soon(subject);
    }

    // A rollback, a restart or a start puts nothing new into service.
    private static bool IsRelease(Event happened) =>
        (happened.Type.StartsWith("dev.cdevents.service.deployed.", StringComparison.Ordinal) || happened.Type.StartsWith("dev.cdevents.service.upgraded.", StringComparison.Ordinal))
        && (happened.Data["kind"] is null || happened.Data["kind"] is JsonValue kind && kind.TryGetValue<string>(out var word) && word == "deploy");
}
