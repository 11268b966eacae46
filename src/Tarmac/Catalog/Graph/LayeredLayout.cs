using System.Globalization;
using System.Text;

namespace Tarmac.Catalog.Graph;

/// <summary>A picture of a graph.</summary>
/// <param name="Nodes">The upper left corner of each.</param>
/// <param name="Lines">Each edge as the path of a line, from its start to its end.</param>
internal sealed record GraphDrawing(int Width, int Height, IReadOnlyList<(int X, int Y)> Nodes, IReadOnlyList<string> Lines);

/// <summary>Draws a graph in layers from left to right.</summary>
internal static class LayeredLayout
{
    public const int NodeWidth = 190;
    public const int NodeHeight = 28;

    private const int BendHeight = 8;
    private const int Gap = 8;
    private const int BetweenLayers = 64;
    private const int Margin = 8;

    /// <param name="edges">Between different nodes, each pair once.</param>
    public static GraphDrawing Draw(int nodes, IReadOnlyList<(int From, int To)> edges)
    {
        var graph = GraphLayers.Of(nodes, edges);
        LayerOrder.Improve(graph);
        var middle = LayerPlacement.Of(graph, NodeHeight, BendHeight, Gap);
        int Left(int node) => Margin + graph.LayerOf[node] * (NodeWidth + BetweenLayers);
        int Middle(int node) => Margin + (int)Math.Round(middle[node]);
        return new GraphDrawing(
            Enumerable.Range(0, nodes).Select(Left).DefaultIfEmpty().Max() + NodeWidth + Margin,
            Enumerable.Range(0, middle.Length).Select(Middle).DefaultIfEmpty().Max() + NodeHeight / 2 + Margin,
            [.. Enumerable.Range(0, nodes).Select(node => (Left(node), Middle(node) - NodeHeight / 2))],
            [.. graph.Chains.Select(chain => Line(graph, chain, Left, Middle))]);
    }

    // Straight across a layer, and in a soft bow from one layer to the next.
    private static string Line(GraphLayers graph, IReadOnlyList<int> chain, Func<int, int> left, Func<int, int> middle)
    {
        var backwards = left(chain[0]) > left(chain[^1]);
        var line = new StringBuilder();
        foreach (var (at, node) in chain.Index())
        {
            var (near, far) = backwards ? (left(node) + NodeWidth, left(node)) : (left(node), left(node) + NodeWidth);
            var y = middle(node);
            if (at == 0) line.Append(CultureInfo.InvariantCulture, $"M{far} {y}");
            else
            {
                var from = backwards ? left(chain[at - 1]) : left(chain[at - 1]) + NodeWidth;
                var (bow, before) = ((from + near) / 2, middle(chain[at - 1]));
                var end = graph.IsBend(node) ? far : near;
                if (before != y) line.Append(CultureInfo.InvariantCulture, $"C{bow} {before} {bow} {y} {near} {y}");
                if (before == y || end != near) line.Append(CultureInfo.InvariantCulture, $"H{end}");
            }
        }
        return line.ToString();
    }
}
