namespace Tarmac.Model.Runbooks;

/// <summary>Stable codes of the problems <see cref="Runbook.Parse"/> reports; each has a page docs/errors/CODE.md.</summary>
public static class RunbookCodes
{
    public const string TooLarge = "runbook-too-large";
    public const string Unreadable = "runbook-unreadable";
    public const string Name = "runbook-name";
    public const string Description = "runbook-description";
    public const string CommentUnclosed = "runbook-comment-unclosed";
    public const string SectionUnknown = "runbook-section-unknown";
    public const string SectionRepeated = "runbook-section-repeated";
    public const string SectionEmpty = "runbook-section-empty";
    public const string SectionElsewhere = "runbook-section-elsewhere";
    public const string SectionDeprecated = "runbook-section-deprecated";
    public const string Value = "runbook-value";
}
