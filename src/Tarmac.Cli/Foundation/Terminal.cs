using System.Text.Json.Nodes;

namespace Tarmac.Cli.Foundation;

/// <summary>Results on standard output, progress and refusals on standard error.</summary>
internal sealed class Terminal(bool json, bool quiet, bool noColor)
{
    public bool Json { get; } = json;

    public bool Quiet { get; } = quiet;

    public bool Colour { get; } = !noColor && !json && !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>Whether there is a person to ask.</summary>
    public bool CanAsk => !Json && !Console.IsInputRedirected && !Console.IsErrorRedirected;

    /// <summary>A line of the result, for people.</summary>
    public void Line(string text = "")
    {
        if (!Json) Console.Out.WriteLine(text);
    }

    /// <summary>The whole result, for scripts.</summary>
    public void Document(JsonNode? document)
    {
        if (Json) Console.Out.WriteLine(document.Indented());
    }

    public void Progress(string text)
    {
        if (!Quiet) Console.Error.WriteLine(text);
    }

    public void Show(Table table)
    {
        if (!Json) table.Write(Colour);
    }

    /// <summary>Asks on standard error, so that standard output stays a result; null when there is no answer.</summary>
    public string? Ask(string question)
    {
        Console.Error.Write(question + " ");
        return Console.In.ReadLine()?.Trim();
    }

    public bool Confirm(string question) => Ask(question + " [y/N]") is "y" or "Y" or "yes";

    /// <summary>Message, place, cure and docs link; with --json the problem itself is the document.</summary>
    public void Report(JsonObject problem)
    {
        Document(problem);
        if (Json) return;
        var error = Console.Error;
        error.WriteLine("tarmac: " + problem.Text("title"));
        var places = problem.List("problems").ToList();
        // The detail only repeats the places when there are any.
        if (places.Count == 0 && problem.Text("detail") is { Length: > 0 } detail) error.WriteLine("  " + detail.ReplaceLineEndings("\n  "));
        foreach (var place in places) error.WriteLine("  " + Place(place));
        if (problem.Text("cure") is { Length: > 0 } cure) error.WriteLine("  To mend it: " + cure);
        if (problem.Text("docs") is { } docs) error.WriteLine("  " + docs);
    }

    /// <summary><c>file:line:column: message (field) cure</c>, as compilers and editors have it.</summary>
    public static string Place(JsonNode problem)
    {
        var file = problem.Text("file") is { } name ? problem.Text("line") is { } line ? $"{name}:{line}:{problem.Text("column") ?? "1"}: " : name + ": " : "";
        var field = problem.Text("field") is { } path ? $" ({path})" : "";
        var cure = problem.Text("cure") is { Length: > 0 } words ? " " + words : "";
        return $"{file}{problem.Text("message")}{field}{cure}";
    }
}
