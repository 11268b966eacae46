using Tarmac.Catalog.Graph;

namespace Tarmac.Tests.Catalog.Graph;

/// <summary>Where entities stand in a picture, and how the lines between them run.</summary>
public sealed class LayeredLayoutTests
{
    [Fact]
    public void Every_line_leads_to_the_right_and_starts_and_ends_at_its_entities()
    {
        (int From, int To)[] edges = [(0, 1), (1, 2), (0, 2), (3, 2)];
        var drawing = LayeredLayout.Draw(4, edges);
        foreach (var ((from, to), line) in edges.Zip(drawing.Lines))
        {
            Assert.True(drawing.Nodes[from].X + LayeredLayout.NodeWidth < drawing.Nodes[to].X);
            Assert.StartsWith($"M{drawing.Nodes[from].X + LayeredLayout.NodeWidth} {drawing.Nodes[from].Y + LayeredLayout.NodeHeight / 2}", line, StringComparison.Ordinal);
            EndsAt(line, drawing.Nodes[to].X, drawing.Nodes[to].Y + LayeredLayout.NodeHeight / 2);
        }
        // A line past a layer keeps clear of what stands there.
        Assert.Contains("H", drawing.Lines[2], StringComparison.Ordinal);
        Assert.Equal(drawing.Nodes[1].X, drawing.Nodes[3].X);
    }

    [Fact]
    public void A_ring_is_drawn_and_its_last_line_leads_back()
    {
        var drawing = LayeredLayout.Draw(3, [(0, 1), (1, 2), (2, 0)]);
        Assert.Equal(3, drawing.Nodes.Select(node => node.X).Distinct().Count());
        Assert.StartsWith($"M{drawing.Nodes[2].X} ", drawing.Lines[2], StringComparison.Ordinal);
        EndsAt(drawing.Lines[2], drawing.Nodes[0].X + LayeredLayout.NodeWidth, drawing.Nodes[0].Y + LayeredLayout.NodeHeight / 2);
    }

    [Fact]
    public void A_tree_is_drawn_without_crossings()
    {
        var random = new Random(11);
        var edges = Enumerable.Range(1, 80).Select(node => (From: random.Next(node), To: node)).ToList();
        var graph = GraphLayers.Of(81, edges);
        LayerOrder.Improve(graph);
        var place = new int[graph.LayerOf.Count];
        foreach (var layer in graph.Layers)
            foreach (var (number, node) in layer.Index()) place[node] = number;
        Assert.Equal(0, LayerOrder.Crossings(graph, place));
    }

    [Fact]
    public void Crossings_are_counted()
    {
        var graph = GraphLayers.Of(4, [(0, 3), (1, 2)]);
        Assert.Equal(1, LayerOrder.Crossings(graph, [0, 1, 0, 1]));
        Assert.Equal(0, LayerOrder.Crossings(graph, [0, 1, 1, 0]));
    }

    [Theory]
    [InlineData(1, 200, 300)]
    [InlineData(2, 200, 900)]
    [InlineData(3, 1000, 1500)]
    [InlineData(4, 7, 0)]
    [InlineData(5, 0, 0)]
    public void Nothing_overlaps_everything_is_inside_and_the_same_graph_gives_the_same_picture(int seed, int nodes, int lines)
    {
        var random = new Random(seed);
        var edges = Enumerable.Range(0, lines).Select(_ => (From: random.Next(nodes), To: random.Next(nodes))).Where(edge => edge.From != edge.To).Distinct().ToList();
        var drawing = LayeredLayout.Draw(nodes, edges);
        Assert.Equal(nodes, drawing.Nodes.Count);
        Assert.Equal(edges.Count, drawing.Lines.Count);
        foreach (var column in drawing.Nodes.GroupBy(node => node.X))
            Assert.All(column.Select(node => node.Y).Order().ToList() is var down ? down.Zip(down.Skip(1)) : [], pair => Assert.True(pair.Second - pair.First >= LayeredLayout.NodeHeight, $"{pair}"));
        Assert.All(drawing.Nodes, node =>
        {
            Assert.InRange(node.X, 0, drawing.Width - LayeredLayout.NodeWidth);
            Assert.InRange(node.Y, 0, drawing.Height - LayeredLayout.NodeHeight);
        });
        var again = LayeredLayout.Draw(nodes, edges);
        Assert.Equal(drawing.Nodes, again.Nodes);
        Assert.Equal(drawing.Lines, again.Lines);
    }

    [Fact]
    public void Places_are_the_nearest_to_those_wanted_that_keep_the_order() =>
        Assert.Equal([1, 2.5, 2.5, 6], LayerPlacement.NeverFalling([1, 3, 2, 6], [1, 1, 1, 1]));

    // A straight line need not say again how far down it is.
    private static void EndsAt(string line, int x, int y) => Assert.True(line.EndsWith($" {x} {y}", StringComparison.Ordinal) || line.EndsWith($"H{x}", StringComparison.Ordinal), line);
}
