using Tarmac.Foundation.Web;
using Tarmac.Model.Catalog;

namespace Tarmac.Catalog.Graph;

/// <summary>Which way relations are followed.</summary>
public enum GraphDirection
{
    /// <summary>What it needs, and what needs it; not what else those need.</summary>
    Both,

    /// <summary>What it needs or belongs to.</summary>
    Needs,

    /// <summary>What needs it or is part of it.</summary>
    NeededBy,

    /// <summary>Everything around it, whichever way.</summary>
    Around,
}

/// <param name="Kinds">Only these are walked through; empty for all.</param>
/// <param name="Relations">Of <see cref="GraphRelations.All"/>.</param>
/// <param name="Most">How many entities at most; the nearest stay.</param>
public sealed record GraphQuery(string Start, int Depth, GraphDirection Direction, IReadOnlyList<string> Kinds, IReadOnlyList<string> Relations, int Most)
{
    public const int Deepest = 20;

    /// <exception cref="Problem">There is no such direction.</exception>
    public static GraphDirection Way(string? direction) => string.IsNullOrEmpty(direction) ? GraphDirection.Both
        : Enum.TryParse<GraphDirection>(direction, ignoreCase: true, out var known) && Enum.IsDefined(known) ? known
        : throw new Problem(400, "bad-request", $"There is no direction {direction}.", null, "The directions are both, needs, neededBy and around.");
}

/// <param name="Entry">Null for what is only referred to.</param>
/// <param name="Distance">How many relations it is away from the start.</param>
public sealed record GraphNode(EntityRef Ref, CatalogEntry? Entry, int Distance)
{
    public string Title => Entry?.Title ?? Ref.Name;
}

public sealed record GraphEdge(string From, string Type, string To);

/// <param name="Nodes">The start first, then the nearest.</param>
/// <param name="LeftOut">How many more there are than the query let in.</param>
/// <param name="More">True when even those were too many to count.</param>
public sealed record GraphFound(IReadOnlyList<GraphNode> Nodes, IReadOnlyList<GraphEdge> Edges, int LeftOut, bool More);

/// <summary>Walks the relations of one snapshot. Pure: the same catalog and question give the same answer.</summary>
internal static class EntityGraph
{
    // Past this nobody wants to know how many more.
    private const int MostReached = 20_000;

    private enum Way { Forward, Backward, Any }

    /// <summary>What stands around an entity, nearest first.</summary>
    public static GraphFound Around(CatalogIndex index, GraphQuery query)
    {
        var start = EntityRef.Parse(query.Start, "component");
        var nodes = new List<GraphNode> { new(start, index.Find(start), 0) };
        var known = new HashSet<string>(StringComparer.Ordinal) { start.ToString() };
        var walked = new HashSet<(string, Way)>();
        var queue = new Queue<(string Ref, Way Way, int Distance)>();
        foreach (var way in Ways(query.Direction)) queue.Enqueue((start.ToString(), way, 0));
        while (queue.TryDequeue(out var at) && known.Count < MostReached)
        {
            if (at.Distance == query.Depth || !walked.Add((at.Ref, at.Way))) continue;
            foreach (var end in index.RelationsOf(at.Ref).Where(end => Follows(end, at.Way, query)))
            {
                var target = end.Target.ToString();
                if (known.Add(target)) nodes.Add(new(end.Target, index.Find(target), at.Distance + 1));
                queue.Enqueue((target, at.Way, at.Distance + 1));
            }
        }
        List<GraphNode> kept = [.. nodes.Take(query.Most)];
        return new(kept, Between(index, kept, query.Relations), nodes.Count - kept.Count, queue.Count > 0 && known.Count >= MostReached);
    }

    /// <summary>Some entities and how they are related to each other.</summary>
    public static GraphFound Among(CatalogIndex index, IReadOnlyList<CatalogEntry> entries, IReadOnlyList<string> relations)
    {
        List<GraphNode> nodes = [.. entries.Select(entry => new GraphNode(entry.Entity.Ref, entry, 0))];
        return new(nodes, Between(index, nodes, relations), 0, false);
    }

    private static List<GraphEdge> Between(CatalogIndex index, List<GraphNode> nodes, IReadOnlyList<string> relations)
    {
        var kept = nodes.Select(node => node.Ref.ToString()).ToHashSet(StringComparer.Ordinal);
        return [.. nodes.SelectMany(node => index.RelationsOf(node.Ref.ToString())
            .Where(end => relations.Contains(end.Type) && kept.Contains(end.Target.ToString()) && !end.Target.Equals(node.Ref))
            .Select(end => new GraphEdge(node.Ref.ToString(), end.Type, end.Target.ToString())))];
    }

    private static bool Follows(RelationEnd end, Way way, GraphQuery query)
    {
        var forward = GraphRelations.IsForward(end.Type);
        if (way == Way.Forward && !forward || way == Way.Backward && forward) return false;
        return query.Relations.Contains(forward ? end.Type : RelationTypes.Reverse(end.Type))
            && (query.Kinds.Count == 0 || query.Kinds.Contains(end.Target.Kind, StringComparer.OrdinalIgnoreCase));
    }

    private static Way[] Ways(GraphDirection direction) => direction switch
    {
        GraphDirection.Needs => [Way.Forward],
        GraphDirection.NeededBy => [Way.Backward],
        GraphDirection.Around => [Way.Any],
        _ => [Way.Forward, Way.Backward],
    };
}
