using System.Text.Json.Nodes;
using Tarmac.Foundation.Web;

namespace Tarmac.Catalog.Backstage;

/// <summary>The parts of an entity that are asked for, by dotted paths; everything else is left out of the answer.</summary>
public sealed class FieldSelection
{
    private readonly IReadOnlyList<string[]> paths;

    private FieldSelection(IReadOnlyList<string[]> paths) => this.paths = paths;

    /// <summary>Null when nothing is selected, which means everything.</summary>
    /// <param name="fields">Paths, or several of them with commas between.</param>
    /// <exception cref="Problem">A path asks for something inside a list.</exception>
    public static FieldSelection? Of(IEnumerable<string>? fields)
    {
        var wanted = (fields ?? []).SelectMany(field => field.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.Ordinal).ToList();
        if (wanted.FirstOrDefault(field => field.Contains('[', StringComparison.Ordinal)) is { } inside)
            throw new Problem(400, "bad-request", $"The field {inside} cannot be selected.", "Fields inside lists cannot be told apart by a path.", "Select the whole list.");
        return wanted.Count == 0 ? null : new FieldSelection([.. wanted.Select(field => field.Split('.'))]);
    }

    /// <summary>A copy of the selected parts.</summary>
    /// <param name="root">The value of one of the entity's own fields, such as <c>metadata</c>; null when it has none.</param>
    public JsonObject Of(Func<string, JsonNode?> root)
    {
        ArgumentNullException.ThrowIfNull(root);
        var selected = new JsonObject();
        foreach (var path in paths)
            if (root(path[0]) is { } found) Copy(path, found, selected);
        return selected;
    }

    private static void Copy(string[] path, JsonNode found, JsonObject selected)
    {
        var names = new List<string> { path[0] };
        JsonNode? value = found;
        for (var next = 1; next < path.Length;)
        {
            if (value is not JsonObject fields || Next(fields, path, ref next) is not { } name) return;
            names.Add(name);
            value = fields[name];
        }
        var into = selected;
        foreach (var name in names.Take(names.Count - 1))
        {
            if (into[name] is not JsonObject inner) into[name] = inner = [];
            into = inner;
        }
        into[names[^1]] = value?.DeepClone();
    }

    // A name may itself have dots: the shortest that is there counts.
    private static string? Next(JsonObject fields, string[] path, ref int next)
    {
        for (var end = next + 1; end <= path.Length; end++)
        {
            var name = string.Join('.', path[next..end]);
            if (!fields.ContainsKey(name)) continue;
            next = end;
            return name;
        }
        return null;
    }
}
