using System.Text.Json.Nodes;
using Tarmac.Foundation.Events;
using Tarmac.Foundation.Storage;
using Tarmac.Model.Catalog;

namespace Tarmac.Catalog;

/// <summary>
/// Writes changes of entities: an event and a line of history each, in the transaction of the change. What a declaration said
/// before is gathered before it is overwritten.
/// </summary>
internal sealed class HistoryWriter(Session session, EventLog events, string actor, DateTimeOffset now)
{
    private readonly List<EntityVersions> gathered = [];

    /// <summary>A change with what the entity said before and says from now on.</summary>
    /// <param name="Entity">What it says from now on, when that was just read.</param>
    private sealed record EntityVersions(EntityChange Change, string? Before, string? After, Entity? Entity);

    /// <param name="declared">What the source that is read says now; the rest is in the tables.</param>
    public async Task Gather(IReadOnlyList<EntityChange> changes, IReadOnlyDictionary<string, Declaration>? declared = null)
    {
        var read = changes.Select(change => declared is not null && change.After is { } row && row.Source == change.Told.Source
            && declared.TryGetValue(row.Ref, out var declaration) && declaration.Hash == row.Hash ? declaration : null).ToList();
        var stored = new Dictionary<(string Ref, string Source), string>();
        foreach (var same in changes.SelectMany((change, index) => (DeclaredRow?[])[change.Before, read[index] is null ? change.After : null]).OfType<DeclaredRow>()
            .Select(row => (row.Ref, row.Source)).Distinct().GroupBy(row => row.Source))
            foreach (var (reference, document) in await CatalogStore.Documents(session, same.Key, [.. same.Select(row => row.Ref)]))
                stored[(reference, same.Key)] = document;
        foreach (var (index, change) in changes.Index())
            gathered.Add(new EntityVersions(change,
                change.Before is { } old ? stored[(old.Ref, old.Source)] : null,
                change.After is null ? null : read[index]?.Document ?? stored[(change.After.Ref, change.After.Source)], read[index]?.Entity));
    }

    /// <summary>Writes what was gathered; answers the last revision, or zero when there was nothing.</summary>
    /// <param name="source">The source that is read, described as it is now; of the others, and of all when null, the tables say it.</param>
    public async Task<long> Write(CatalogSource? source = null)
    {
        if (gathered.Count == 0) return 0;
        var descriptions = await CatalogStore.Descriptions(session);
        if (source is not null) descriptions[source.Name] = source.Description ?? source.Location;
        var changes = gathered.Select(Differences).ToList();
        var first = await events.Append(session, actor, [.. gathered.Select((version, index) => (EventType(version.Change.Kind), (string?)version.Change.Ref, Told(version, changes[index])))]);
        await HistoryStore.Put(session, [.. gathered.Select((version, index) => new HistoryEntry(
            version.Change.Ref, first + index, version.Change.Kind, now, actor, version.Change.Told.Source,
            descriptions.GetValueOrDefault(version.Change.Told.Source, version.Change.Told.Source), version.Change.Told.File, version.Change.Told.Line,
            changes[index], version.Change.Other, version.After is not null && version.After != version.Before || version.Change.Kind == ChangeKind.Renamed ? version.After : null))]);
        await OwnershipOffers.Settle(session, gathered.Where(version => version.After is not null).ToDictionary(version => version.Change.Ref, version => new Lazy<string?>(() => OwnerOf(version))));
        return first + gathered.Count - 1;
    }

    private static string? OwnerOf(EntityVersions version) =>
        (version.Entity ?? EntityJson.Read((JsonObject)StoredJson.Parse(version.After!), new EntityOrigin("", 0))).Owner?.ToString();

    private static JsonArray? Differences(EntityVersions version)
    {
        if (version.Before is null || version.After is null) return null;
        var changes = CatalogRules.Changes(version.Before is null ? null : StoredJson.Parse(version.Before), version.After is null ? null : StoredJson.Parse(version.After));
        var (old, row) = (version.Change.Before!, version.Change.After!);
        if (old.File != row.File) changes.Add(new JsonObject { ["field"] = "file", ["before"] = old.File, ["after"] = row.File });
        // The hash holds the runbook's text too.
        if (changes.Count == 0 && old.Hash != row.Hash) changes.Add(new JsonObject { ["field"] = "runbook", ["before"] = null, ["after"] = null });
        return changes.Count == 0 ? null : changes;
    }

    // Who only follows what there is needs three words; the rest says more about what happened.
    private static string EventType(ChangeKind kind) => "dev.tarmac.entity." + kind switch
    {
        ChangeKind.Added or ChangeKind.Renamed => "added",
        ChangeKind.Removed or ChangeKind.RenamedAway => "removed",
        ChangeKind.Contested => "contested",
        ChangeKind.Uncontested => "uncontested",
        ChangeKind.Stale => "stale",
        ChangeKind.Mended => "mended",
        ChangeKind.Orphaned => "orphaned",
        _ => "changed",
    };

    private static JsonObject Told(EntityVersions version, JsonArray? changes)
    {
        var (kind, owner) = version.Entity is { } entity ? (entity.Kind, entity.Spec["owner"]) : Parts(version.After ?? version.Before!);
        return new JsonObject
        {
            ["change"] = HistoryEntry.Say(version.Change.Kind),
            ["source"] = version.Change.Told.Source,
            ["file"] = version.Change.Told.File,
            ["line"] = version.Change.Told.Line,
            ["kind"] = kind,
            ["owner"] = owner?.DeepClone(),
            ["other"] = version.Change.Other,
            ["changes"] = changes?.DeepClone(),
        };
    }

    private static (string? Kind, JsonNode? Owner) Parts(string document)
    {
        var json = StoredJson.Parse(document);
        return (json["kind"]?.GetValue<string>(), json["spec"]?["owner"]);
    }
}
