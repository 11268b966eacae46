namespace Tarmac.Catalog;

/// <summary>Stable codes of what can be wrong with a source; each has a page docs/errors/CODE.md.</summary>
public static class CatalogSourceCodes
{
    public const string Conflict = "entity-conflict";
    public const string DeclaredTwice = "entity-declared-twice";
    public const string NotContested = "entity-not-contested";
    public const string HandOverRefused = "entity-hand-over-refused";
    public const string NotOrphan = "entity-not-orphan";
    public const string OfferRefused = "ownership-offer-refused";
    public const string OwnerMissing = "owner-missing";
    public const string OwnerUnknown = "owner-unknown";
    public const string OwnerEmpty = "owner-empty";
    public const string RunbookDisagrees = "runbook-disagrees";
    public const string SourceExists = "source-exists";
    public const string SourceNotFound = "source-not-found";
    public const string SourceUnreadable = "source-unreadable";
    public const string SourceTooLarge = "source-too-large";
    public const string FileUnreadable = "source-file-unreadable";
    public const string LinkLeaves = "source-link-leaves";
    public const string TargetLeaves = "location-target-leaves";
    public const string TargetMissing = "location-target-missing";
    public const string TargetNotRead = "location-target-not-read";
    public const string GlobTooWide = "location-glob-too-wide";
    public const string LocationRing = "location-ring";
    public const string LocationTooDeep = "location-too-deep";
    public const string SourceUnreachable = "source-unreachable";
    public const string SourceBranchMissing = "source-branch-missing";
    public const string SourceAddressRefused = "source-address-refused";
    public const string SourceCredential = "source-credential-missing";
    public const string SourceInput = "source-input";
    public const string EntityExists = "entity-exists";
    public const string NotManual = "entity-not-manual";
    public const string WebhookRefused = "webhook-refused";
    public const string KindNotAllowed = "entity-kind-not-allowed";
    public const string LinkNotFollowed = "source-link-not-followed";
}
