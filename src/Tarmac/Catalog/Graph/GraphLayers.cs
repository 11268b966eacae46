namespace Tarmac.Catalog.Graph;

/// <summary>Puts each node into a layer so that every edge leads to a later one, and bends long edges at each layer between.</summary>
internal sealed class GraphLayers
{
    // Each pass moves nodes nearer to what they are connected with; it settles long before.
    private const int Passes = 8;

    private readonly List<int>[] next;
    private readonly List<int>[] previous;

    private GraphLayers(int nodes, IReadOnlyList<(int From, int To)> edges)
    {
        Nodes = nodes;
        var turned = Turned(nodes, edges);
        var forward = edges.Select((edge, number) => turned[number] ? (edge.To, edge.From) : edge).ToList();
        LayerOf = [.. Longest(nodes, forward)];
        Tighten(forward);
        Chains = [.. forward.Select((edge, number) => Chain(edge, turned[number]))];
        (next, previous) = (Lists(LayerOf.Count), Lists(LayerOf.Count));
        foreach (var pair in Chains.SelectMany((chain, number) => Steps(turned[number] ? [.. chain.Reverse()] : chain)).Distinct())
        {
            next[pair.From].Add(pair.To);
            previous[pair.To].Add(pair.From);
        }
        Layers = [.. Enumerable.Range(0, LayerOf.Count).GroupBy(node => LayerOf[node]).OrderBy(layer => layer.Key).Select(layer => layer.ToList())];
    }

    /// <summary>How many nodes there are; higher numbers are bends.</summary>
    public int Nodes { get; }

    public List<int> LayerOf { get; }

    /// <summary>The nodes and bends of each layer, in an order that others improve.</summary>
    public List<List<int>> Layers { get; }

    /// <summary>For each edge what it passes, from its start to its end.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Chains { get; }

    public bool IsBend(int node) => node >= Nodes;

    public IReadOnlyList<int> Next(int node) => next[node];

    public IReadOnlyList<int> Previous(int node) => previous[node];

    /// <param name="edges">Between different nodes, each pair once.</param>
    public static GraphLayers Of(int nodes, IReadOnlyList<(int From, int To)> edges) => new(nodes, edges);

    // An edge that closes a ring is turned round while layers are found.
    private static bool[] Turned(int nodes, IReadOnlyList<(int From, int To)> edges)
    {
        var turned = new bool[edges.Count];
        var leaving = edges.Index().ToLookup(edge => edge.Item.From, edge => (Number: edge.Index, edge.Item.To));
        var into = edges.CountBy(edge => edge.To).ToDictionary();
        var state = new byte[nodes];
        foreach (var root in Enumerable.Range(0, nodes).OrderBy(node => into.GetValueOrDefault(node)))
        {
            if (state[root] != 0) continue;
            state[root] = 1;
            var path = new Stack<(int Node, IEnumerator<(int Number, int To)> Left)>([(root, leaving[root].GetEnumerator())]);
            while (path.TryPeek(out var at))
            {
                if (!at.Left.MoveNext())
                {
                    state[path.Pop().Node] = 2;
                    continue;
                }
                var (number, to) = at.Left.Current;
                if (state[to] == 1) turned[number] = true;
                if (state[to] != 0) continue;
                state[to] = 1;
                path.Push((to, leaving[to].GetEnumerator()));
            }
        }
        return turned;
    }

    private static int[] Longest(int nodes, IReadOnlyList<(int From, int To)> edges)
    {
        var layer = new int[nodes];
        var leaving = edges.ToLookup(edge => edge.From, edge => edge.To);
        var waiting = new int[nodes];
        foreach (var (_, to) in edges) waiting[to]++;
        var ready = new Queue<int>(Enumerable.Range(0, nodes).Where(node => waiting[node] == 0));
        while (ready.TryDequeue(out var node))
            foreach (var to in leaving[node])
            {
                layer[to] = Math.Max(layer[to], layer[node] + 1);
                if (--waiting[to] == 0) ready.Enqueue(to);
            }
        return layer;
    }

    // A node with more on one side moves towards it, as far as its edges let it.
    private void Tighten(List<(int From, int To)> edges)
    {
        var (leaving, entering) = (edges.ToLookup(edge => edge.From, edge => edge.To), edges.ToLookup(edge => edge.To, edge => edge.From));
        for (var pass = 0; pass < Passes; pass++)
            foreach (var node in Enumerable.Range(0, Nodes).OrderByDescending(node => LayerOf[node]).ToList())
            {
                var (before, after) = (entering[node].Count(), leaving[node].Count());
                if (after > before) LayerOf[node] = leaving[node].Min(other => LayerOf[other]) - 1;
                else if (before > after) LayerOf[node] = entering[node].Max(other => LayerOf[other]) + 1;
            }
        var first = Nodes == 0 ? 0 : LayerOf.Min();
        for (var node = 0; node < Nodes; node++) LayerOf[node] -= first;
    }

    private List<int> Chain((int From, int To) edge, bool turned)
    {
        var chain = new List<int> { edge.From };
        for (var layer = LayerOf[edge.From] + 1; layer < LayerOf[edge.To]; layer++)
        {
            chain.Add(LayerOf.Count);
            LayerOf.Add(layer);
        }
        chain.Add(edge.To);
        if (turned) chain.Reverse();
        return chain;
    }

    private static IEnumerable<(int From, int To)> Steps(IReadOnlyList<int> chain) => chain.Zip(chain.Skip(1));

    private static List<int>[] Lists(int count) => [.. Enumerable.Range(0, count).Select(_ => new List<int>())];
}
