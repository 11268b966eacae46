namespace Tarmac.Catalog.Graph;

/// <summary>Orders the nodes within each layer so that few edges cross: by the mean place of what each is connected with, back and forth.</summary>
internal static class LayerOrder
{
    private const int Sweeps = 12;

    public static void Improve(GraphLayers graph)
    {
        var place = new int[graph.LayerOf.Count];
        foreach (var layer in graph.Layers) Number(layer, place);
        var best = Copy(graph.Layers);
        var fewest = Crossings(graph, place);
        for (var sweep = 0; sweep < Sweeps && fewest > 0; sweep++)
        {
            if (sweep % 2 == 0) for (var layer = 1; layer < graph.Layers.Count; layer++) Sort(graph.Layers[layer], graph.Previous, place);
            else for (var layer = graph.Layers.Count - 2; layer >= 0; layer--) Sort(graph.Layers[layer], graph.Next, place);
            var crossings = Crossings(graph, place);
            if (crossings >= fewest) continue;
            (fewest, best) = (crossings, Copy(graph.Layers));
        }
        for (var layer = 0; layer < best.Count; layer++) graph.Layers[layer] = best[layer];
    }

    /// <summary>How many pairs of edges cross between neighbouring layers.</summary>
    internal static long Crossings(GraphLayers graph, int[] place)
    {
        var crossings = 0L;
        foreach (var layer in graph.Layers)
        {
            var ends = layer.SelectMany(node => graph.Next(node).Select(to => place[to]).Order()).ToList();
            crossings += Inversions(ends);
        }
        return crossings;
    }

    private static void Sort(List<int> layer, Func<int, IReadOnlyList<int>> neighbours, int[] place)
    {
        // OrderBy keeps the order of equals, and what has no neighbour there keeps its place.
        List<int> sorted = [.. layer.OrderBy(node => neighbours(node) is { Count: > 0 } others ? others.Average(other => place[other]) : place[node])];
        layer.Clear();
        layer.AddRange(sorted);
        Number(layer, place);
    }

    private static void Number(List<int> layer, int[] place)
    {
        foreach (var (number, node) in layer.Index()) place[node] = number;
    }

    // A Fenwick tree over the places: for each end, how many before it lie farther down.
    private static long Inversions(List<int> ends)
    {
        if (ends.Count < 2) return 0;
        var counts = new int[ends.Max() + 2];
        var inversions = 0L;
        foreach (var (seen, end) in ends.Index())
        {
            var notFarther = 0;
            for (var at = end + 1; at > 0; at -= at & -at) notFarther += counts[at];
            inversions += seen - notFarther;
            for (var at = end + 1; at < counts.Length; at += at & -at) counts[at]++;
        }
        return inversions;
    }

    private static List<List<int>> Copy(List<List<int>> layers) => [.. layers.Select(layer => layer.ToList())];
}
