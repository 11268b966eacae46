namespace Tarmac.Model.Runbooks;

/// <summary>A reference in a runbook: a code and the lowerCamel properties written under it.</summary>
/// <param name="Code">The code; for a Markdown link, its text.</param>
/// <param name="Line">First line of the file is 1.</param>
/// <param name="Properties">What stands under it as <c>name: value</c>; a list is comma-separated in the value.</param>
public sealed record RunbookReference(string Code, int Line, IReadOnlyDictionary<string, string> Properties);

/// <summary>One H2 of a runbook and what stands under it; never empty.</summary>
public sealed record RunbookSection
{
    /// <summary>The heading as written.</summary>
    public required string Heading { get; init; }

    /// <summary>The property the heading means; null for one nobody knows.</summary>
    public RunbookProperty? Property { get; init; }

    /// <summary>Line of the heading; first line of the file is 1.</summary>
    public required int Line { get; init; }

    /// <summary>The section's text as written, comments taken out.</summary>
    public required string Markdown { get; init; }

    /// <summary>The text for use as a document of its own or under deeper headings: its headings are two levels down, six at most.</summary>
    public required string DemotedMarkdown { get; init; }

    /// <summary>The text without Markdown and addresses.</summary>
    public required string PlainText { get; init; }

    /// <summary>Words in <see cref="PlainText"/>.</summary>
    public required int WordCount { get; init; }

    /// <summary>Links and bare addresses, in order.</summary>
    public required IReadOnlyList<string> Links { get; init; }

    public required bool ContainsHtml { get; init; }

    /// <summary>"To do" and its kin, or a prompt nobody has answered.</summary>
    public required bool IsPlaceholder { get; init; }

    /// <summary>Nothing but links and the words around them ("see the README"): it reads well and says nothing.</summary>
    public required bool IsLinkOnly { get; init; }

    /// <summary>The value of a choice as the table spells it; null when it is none of them.</summary>
    public string? Choice { get; init; }

    /// <summary>The value of a yes-or-no property; null when it cannot be told.</summary>
    public bool? YesNo { get; init; }

    /// <summary>The value of a Url property; null when there is no usable one.</summary>
    public Uri? Url { get; init; }

    /// <summary>The values of a reference property.</summary>
    public IReadOnlyList<RunbookReference> References { get; init; } = [];
}
