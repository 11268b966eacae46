namespace Tarmac.Catalog.Graph;

/// <summary>Says how far down each node of each layer stands: near what it is connected with, in the order given, none over another.</summary>
internal static class LayerPlacement
{
    private const int Sweeps = 10;

    // A long line that stays straight is worth more than a node in the very middle.
    private const double BendWeight = 4;

    public static double[] Of(GraphLayers graph, double node, double bend, double gap)
    {
        var middle = new double[graph.LayerOf.Count];
        double Tall(int number) => graph.IsBend(number) ? bend : node;
        foreach (var layer in graph.Layers) Place(layer, middle, Tall, gap, _ => null);
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            var last = sweep >= Sweeps - 2;
            foreach (var layer in sweep % 2 == 0 ? graph.Layers : graph.Layers.AsEnumerable().Reverse())
                Place(layer, middle, Tall, gap, number => last ? [.. graph.Previous(number), .. graph.Next(number)] : sweep % 2 == 0 ? graph.Previous(number) : graph.Next(number));
        }
        var top = middle.Select((value, number) => value - Tall(number) / 2).DefaultIfEmpty().Min();
        return [.. middle.Select(value => value - top)];

        void Place(List<int> layer, double[] places, Func<int, double> tall, double between, Func<int, IReadOnlyList<int>?> neighbours)
        {
            var down = new double[layer.Count];
            for (var at = 1; at < layer.Count; at++) down[at] = down[at - 1] + (tall(layer[at - 1]) + tall(layer[at])) / 2 + between;
            var centre = layer.Count == 0 ? 0 : down[^1] / 2;
            var wanted = layer.Select((number, at) => neighbours(number) is { Count: > 0 } others ? others.Average(other => places[other]) - down[at]
                : neighbours(number) is null ? -centre : places[number] - down[at]).ToList();
            var weights = layer.Select(number => graph.IsBend(number) ? BendWeight : 1).ToList();
            foreach (var (at, value) in NeverFalling(wanted, weights).Index()) places[layer[at]] = value + down[at];
        }
    }

    /// <summary>The values nearest to those wanted of which none is below the one before (pooling what violates that).</summary>
    internal static List<double> NeverFalling(IReadOnlyList<double> wanted, IReadOnlyList<double> weights)
    {
        var pools = new List<(double Mean, double Weight, int Count)>();
        foreach (var (value, weight) in wanted.Zip(weights))
        {
            var pool = (Mean: value, Weight: weight, Count: 1);
            while (pools.Count > 0 && pools[^1].Mean > pool.Mean)
            {
                var above = pools[^1];
                pools.RemoveAt(pools.Count - 1);
                var total = above.Weight + pool.Weight;
                pool = ((above.Mean * above.Weight + pool.Mean * pool.Weight) / total, total, above.Count + pool.Count);
            }
            pools.Add(pool);
        }
        return [.. pools.SelectMany(pool => Enumerable.Repeat(pool.Mean, pool.Count))];
    }
}
