using Tarmac.Model.Catalog;

namespace Tarmac.Catalog.Graph;

/// <summary>One entity that something depends on in the end.</summary>
/// <param name="Through">What it needs on the way there.</param>
internal sealed record Affected(CatalogEntry Entry, int Distance, string Through);

/// <summary>How far something reaches: who is hit when it fails, and by which way two entities are connected.</summary>
internal static class EntityReach
{
    /// <summary>Everything that needs an entity, whether directly or not, the nearest first. For a system or domain: that needs any part of it.</summary>
    public static IReadOnlyList<Affected> Impact(CatalogIndex index, string start)
    {
        var found = new List<Affected>();
        var own = Parts(index, start);
        var known = new HashSet<string>(own, StringComparer.OrdinalIgnoreCase);
        var queue = new Queue<(string Ref, int Distance)>(own.Select(part => (part, 0)));
        while (queue.TryDequeue(out var at))
            foreach (var end in index.RelationsOf(at.Ref))
            {
                if (!end.Exists || GraphRelations.IsForward(end.Type) || !GraphRelations.Needs.Contains(RelationTypes.Reverse(end.Type)) || !known.Add(end.Target.ToString())) continue;
                found.Add(new(index.Find(end.Target)!, at.Distance + 1, at.Ref));
                queue.Enqueue((end.Target.ToString(), at.Distance + 1));
            }
        return found;
    }

    /// <summary>The shortest way from one entity to another by what each needs or belongs to; null when there is none.</summary>
    public static IReadOnlyList<GraphEdge>? Path(CatalogIndex index, string from, string to, IReadOnlyList<string> relations)
    {
        if (from == to) return [];
        var reached = new Dictionary<string, GraphEdge>(StringComparer.Ordinal);
        var queue = new Queue<string>([from]);
        while (queue.TryDequeue(out var at))
            foreach (var end in index.RelationsOf(at).Where(end => relations.Contains(end.Type)))
            {
                var target = end.Target.ToString();
                if (target == from || !reached.TryAdd(target, new(at, end.Type, target))) continue;
                if (target == to) return Steps(reached, from, to);
                queue.Enqueue(target);
            }
        return null;
    }

    private static List<GraphEdge> Steps(Dictionary<string, GraphEdge> reached, string from, string to)
    {
        var steps = new List<GraphEdge>();
        for (var at = to; at != from; at = steps[^1].From) steps.Add(reached[at]);
        steps.Reverse();
        return steps;
    }

    private static List<string> Parts(CatalogIndex index, string start)
    {
        var parts = new List<string> { start };
        var known = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { start };
        for (var at = 0; at < parts.Count; at++)
            parts.AddRange(index.RelationsOf(parts[at]).Where(end => end.Type == RelationTypes.HasPart && end.Exists && known.Add(end.Target.ToString())).Select(end => end.Target.ToString()));
        return parts;
    }
}
