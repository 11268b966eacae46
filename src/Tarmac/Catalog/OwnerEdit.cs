using System.Text;
using System.Text.Json.Nodes;
using Tarmac.Model.Catalog;
using Tarmac.Model.Yaml;

namespace Tarmac.Catalog;

/// <summary>Writes another owner into a descriptor file, and touches nothing else in it. Pure.</summary>
internal static class OwnerEdit
{
    private const int Context = 3;

    /// <summary>The file with the new owner; null when that cannot be done by changing one line.</summary>
    public static string? Apply(string text, EntityRef entity, EntityRef owner)
    {
        var written = owner.IsKind(EntityKinds.Group) && owner.Namespace == entity.Namespace ? owner.Name : owner.ToString();
        var lines = text.Split('\n').ToList();
        foreach (var document in YamlReader.Read(text, "").Documents)
        {
            if (document.Root is not YamlMapping root || root["spec"] is not YamlMapping { Entries: [var first, ..] } spec || !Is(root, entity)) continue;
            var said = spec.Entries.FirstOrDefault(entry => entry.Key == "owner");
            if (said is { Value: YamlScalar value }) lines[value.Line - 1] = Replaced(lines[value.Line - 1], value.Column - 1, written);
            else if (said is null) lines.Insert(first.Line - 1, new string(' ', first.Column - 1) + "owner: " + written + (lines[first.Line - 1].EndsWith('\r') ? "\r" : ""));
            var edited = string.Join('\n', lines);
            // Anchors, folded texts and braces can make a line mean more than it seems: it counts only when it says just what was meant.
            return Says(text, edited, entity, owner) ? edited : null;
        }
        return null;
    }

    /// <summary>The change as a patch that <c>git apply</c> and <c>patch -p1</c> take. One place in the file differs.</summary>
    public static string Patch(string path, string before, string after)
    {
        var (old, now) = (before.Split('\n'), after.Split('\n'));
        var same = 0;
        while (same < old.Length && same < now.Length && old[same] == now[same]) same++;
        var tail = 0;
        while (tail < old.Length - same && tail < now.Length - same && old[^(tail + 1)] == now[^(tail + 1)]) tail++;
        // What stands behind the last line break is no line.
        var (ends, lines) = (before.EndsWith('\n') ? 1 : 0, old.Length);
        var (from, to) = (Math.Max(0, same - Context), Math.Min(lines - ends, lines - tail + Context));
        var (removed, added) = (old[same..(lines - tail)], now[same..(now.Length - tail)]);
        var patch = new StringBuilder($"--- a/{path}\n+++ b/{path}\n@@ -{from + 1},{to - from} +{from + 1},{to - from - removed.Length + added.Length} @@\n");
        foreach (var line in old[from..same]) patch.Append(' ').Append(line).Append('\n');
        foreach (var line in removed) patch.Append('-').Append(line).Append('\n');
        foreach (var line in added) patch.Append('+').Append(line).Append('\n');
        foreach (var line in old[(lines - tail)..to]) patch.Append(' ').Append(line).Append('\n');
        if (ends == 0 && to == lines) patch.Append("\\ No newline at end of file\n");
        return patch.ToString();
    }

    private static bool Is(YamlMapping root, EntityRef entity) =>
        root["kind"] is YamlScalar { Text: var kind } && root["metadata"] is YamlMapping metadata && metadata["name"] is YamlScalar { Text: var name }
        && EntityRef.TryParse($"{kind}:{(metadata["namespace"] is YamlScalar { Text: var space } ? space : EntityRef.DefaultNamespace)}/{name}", null, null, out var reference, out _) && reference == entity;

    private static string Replaced(string line, int at, string owner)
    {
        var rest = line[at..];
        var end = rest[0] is '"' or '\'' ? rest.IndexOf(rest[0], 1) + 1 : rest.IndexOfAny([',', '}', '\r']);
        if (end < 0) end = rest.Length;
        if (rest[0] is not ('"' or '\''))
        {
            var remark = rest.IndexOf(" #", StringComparison.Ordinal);
            if (remark >= 0 && remark < end) end = remark;
            end = rest[..end].TrimEnd().Length;
        }
        return line[..at] + owner + rest[end..];
    }

    private static bool Says(string before, string after, EntityRef entity, EntityRef owner)
    {
        var (old, now) = (EntityReader.Read(before, "").Entities, EntityReader.Read(after, "").Entities);
        return old.Count == now.Count && old.Zip(now).All(pair => pair.First.Ref == entity
            ? pair.Second.Owner == owner && JsonNode.DeepEquals(WithoutOwner(pair.First), WithoutOwner(pair.Second))
            : JsonNode.DeepEquals(pair.First.ToJson(), pair.Second.ToJson()));
    }

    private static JsonObject WithoutOwner(Entity entity)
    {
        var json = entity.ToJson();
        ((JsonObject)json["spec"]!).Remove("owner");
        return json;
    }
}
