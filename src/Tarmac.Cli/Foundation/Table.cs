using Spectre.Console;

namespace Tarmac.Cli.Foundation;

/// <summary>A table for people: no lines, a heading, as wide as it needs to be.</summary>
internal sealed class Table(params string[] headings)
{
    private readonly List<string[]> rows = [];

    public int Count => rows.Count;

    public void Row(params string?[] cells) => rows.Add([.. cells.Select(cell => Printable(cell ?? "–"))]);

    public void Write(bool colour)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colour ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        // Piped text is not wrapped: grep and awk want a row on a line.
        console.Profile.Width = Console.IsOutputRedirected ? 100_000 : Math.Max(40, Console.WindowWidth);
        var table = new Spectre.Console.Table().NoBorder();
        foreach (var heading in headings)
        {
            var column = new TableColumn(new Text(heading, new Style(decoration: Decoration.Bold)));
            table.AddColumn(Console.IsOutputRedirected ? column.NoWrap() : column);
        }
        foreach (var row in rows) table.AddRow(row.Select(cell => new Text(cell, StyleOf(cell))));
        console.Write(table);
        // Cells are padded to their column; at the end of a line that is only noise.
        foreach (var line in text.ToString().AsSpan().TrimEnd().EnumerateLines()) Console.Out.WriteLine(line.TrimEnd());
    }

    private static Style StyleOf(string cell) => cell switch
    {
        "succeeded" or "running" or "ready" or "ok" or "current" => new Style(Color.Green),
        "pending" or "starting" or "warning" => new Style(Color.Yellow),
        "failed" or "error" or "critical" or "canceled" or "lost" or "revoked" => new Style(Color.Red),
        _ => Style.Plain,
    };

    /// <summary>What others wrote must not move the cursor or recolour the terminal.</summary>
    private static string Printable(string text) =>
        text.AsSpan().ContainsAnyInRange('\0', '\x1f') || text.AsSpan().ContainsAnyInRange('\x7f', '\x9f')
            ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c))
            : text;
}
