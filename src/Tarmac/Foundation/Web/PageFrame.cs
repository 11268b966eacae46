namespace Tarmac.Foundation.Web;

/// <summary>What every page shares: where it is, what time it is, who looks, and what the frame around it must say.</summary>
/// <param name="Path">Path of the request, to mark the current navigation item.</param>
/// <param name="Now">The time all ages on the page are told from.</param>
/// <param name="Version">Version of the running program, for the footer.</param>
/// <param name="BaseUrl">Where this portal is reached, without a trailing slash; examples of API calls start with it.</param>
/// <param name="Viewer">Who is signed in, or null.</param>
/// <param name="Theme"><c>light</c>, <c>dark</c>, or null to follow the system; from the cookie <c>tarmac-theme</c>.</param>
/// <param name="Help">Who answers questions.</param>
/// <param name="BreakGlass">Break-glass sessions everybody should see.</param>
public sealed record PageFrame(
    string Path,
    DateTimeOffset Now,
    string Version,
    string BaseUrl,
    Viewer? Viewer = null,
    string? Theme = null,
    HelpDesk? Help = null,
    IReadOnlyList<BreakGlassNotice>? BreakGlass = null);

/// <summary>Who looks at a page. <paramref name="Ref"/> is an entity reference such as <c>user:default/noor</c>.</summary>
public sealed record Viewer(string Ref, string Name, IReadOnlyList<string> Teams);

/// <summary>Who helps: a team of the catalog and where it is reached.</summary>
public sealed record HelpDesk(string TeamRef, string TeamName, IReadOnlyList<(string Text, string? Href)> Contacts);

/// <summary>Somebody acts on something that is not theirs, with a reason, until a time.</summary>
/// <param name="SubjectTitle">Null when the catalog does not have it any more.</param>
public sealed record BreakGlassNotice(string WhoRef, string Who, string Subject, string? SubjectTitle, string Reason, DateTimeOffset Until);

/// <summary>One step of the breadcrumb trail.</summary>
public sealed record Crumb(string Text, string Href);
