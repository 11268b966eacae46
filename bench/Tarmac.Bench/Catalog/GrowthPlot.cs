using System.Globalization;
using System.Text;

namespace Tarmac.Bench;

/// <summary>Lines over two logarithmic scales, as a picture that reads on light and dark pages.</summary>
internal static class GrowthPlot
{
    private const double Width = 720, Height = 400, Left = 70, Right = 190, Top = 20, Bottom = 50;
    private static readonly string[] Colours = ["#b58900", "#268bd2", "#2aa198", "#d33682", "#6c71c4"];

    /// <param name="lines">Each with its name and its points, all above zero.</param>
    public static string Draw(IReadOnlyList<(string Name, IReadOnlyList<(double X, double Y)> Points)> lines, string across, string up)
    {
        var points = lines.SelectMany(line => line.Points).ToList();
        var (x, y) = (Decades(points.Select(point => point.X)), Decades(points.Select(point => point.Y)));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"system-ui, sans-serif\" font-size=\"12\">\n");
        svg.Append("<style>text{fill:#555}.grid{stroke:#8886;stroke-width:1}path{fill:none;stroke-width:2}@media (prefers-color-scheme:dark){text{fill:#bbb}}</style>\n");
        for (var power = x.From; power <= x.To; power++) Grid(svg, At(power, x, Left, Width - Right), null, Number(power));
        for (var power = y.From; power <= y.To; power++) Grid(svg, null, At(power, y, Height - Bottom, Top), Number(power));
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Left + Width - Right) / 2:0}\" y=\"{Height - 12:0}\" text-anchor=\"middle\">{across}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text transform=\"rotate(-90)\" x=\"{-(Top + Height - Bottom) / 2:0}\" y=\"16\" text-anchor=\"middle\">{up}</text>\n");
        for (var index = 0; index < lines.Count; index++)
        {
            var (colour, place) = (Colours[index % Colours.Length], lines[index].Points.Select(point =>
                (X: At(Math.Log10(point.X), x, Left, Width - Right), Y: At(Math.Log10(point.Y), y, Height - Bottom, Top))).ToList());
            svg.Append("<path stroke=\"").Append(colour).Append("\" d=\"M").AppendJoin('L', place.Select(at => FormattableString.Invariant($"{at.X:0.0} {at.Y:0.0}"))).Append("\"/>\n");
            foreach (var at in place) svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{at.X:0.0}\" cy=\"{at.Y:0.0}\" r=\"3\" fill=\"{colour}\"/>\n");
            var key = Top + 12 + (index * 20);
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{Width - Right + 18:0}\" cy=\"{key - 4:0}\" r=\"4\" fill=\"{colour}\"/><text x=\"{Width - Right + 28:0}\" y=\"{key:0}\">{lines[index].Name}</text>\n");
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static void Grid(StringBuilder svg, double? x, double? y, string label)
    {
        if (x is { } across)
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{across:0.0}\" x2=\"{across:0.0}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/><text x=\"{across:0.0}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{label}</text>\n");
        else
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y:0.0}\" y2=\"{y:0.0}\"/><text x=\"{Left - 8}\" y=\"{y + 4:0.0}\" text-anchor=\"end\">{label}</text>\n");
    }

    private static (int From, int To) Decades(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return ((int)Math.Floor(Math.Log10(sorted[0])), (int)Math.Ceiling(Math.Log10(sorted[^1])));
    }

    private static double At(double power, (int From, int To) scale, double from, double to) => from + ((power - scale.From) / Math.Max(1, scale.To - scale.From) * (to - from));

    private static string Number(int power) => Math.Pow(10, power).ToString("#,0.###", CultureInfo.InvariantCulture);
}
