using System.Text.Json.Nodes;

namespace Tarmac.Catalog;

/// <summary>A change of an entity in a person's words.</summary>
internal static class ChangeWords
{
    private const int Longest = 200;

    /// <summary>What happened, in one sentence.</summary>
    public static string Of(HistoryEntry entry) => entry.Kind switch
    {
        ChangeKind.Known => "Was there when the history began",
        ChangeKind.Added => "Added",
        ChangeKind.Changed => "Changed",
        ChangeKind.Moved => "Moved to another file",
        ChangeKind.Renamed => $"Renamed from {entry.Other}",
        ChangeKind.RenamedAway => $"Renamed to {entry.Other}",
        ChangeKind.Removed => "Removed",
        ChangeKind.Contested => $"{entry.Source} declares it too; {entry.Other} keeps it",
        ChangeKind.Uncontested => $"{entry.Source} declares it no more",
        ChangeKind.TakenOver => $"Declared by {entry.Source} from now on, no longer by {entry.Other}",
        ChangeKind.HandedOver => $"Handed over from {entry.Other} to {entry.Source}",
        ChangeKind.Stale => "The file cannot be used; the last good version stays",
        ChangeKind.Mended => "The file can be used again",
        ChangeKind.Orphaned => $"Orphaned: {entry.Source} is gone",
        ChangeKind.Adopted => $"Declared again, by {entry.Source}",
        _ => entry.Kind.ToString(),
    };

    /// <summary>The fields that differ: <c>owner: promotions → stock</c>.</summary>
    public static IEnumerable<string> Fields(JsonArray? changes) => (changes ?? []).OfType<JsonObject>().Select(change =>
        change["field"]!.GetValue<string>() is var field && field == "runbook" ? "the runbook's text"
            : $"{FieldName(field)}: {Value(change["before"])} → {Value(change["after"])}");

    // The parts of a descriptor go without saying.
    private static string FieldName(string field) => field.StartsWith("spec.", StringComparison.Ordinal) ? field["spec.".Length..]
        : field.StartsWith("metadata.", StringComparison.Ordinal) ? field["metadata.".Length..] : field;

    private static string Value(JsonNode? value) => value switch
    {
        null => "nothing",
        JsonValue text when text.TryGetValue<string>(out var said) => said.Length == 0 ? "empty" : Short(said),
        JsonArray list when list.All(item => item is JsonValue) => list.Count == 0 ? "nothing" : Short(string.Join(", ", list.Select(item => item!.ToString()))),
        _ => Short(value.ToJsonString()),
    };

    private static string Short(string text) => text.Length <= Longest ? text : text[..Longest] + "…";
}
