namespace Tarmac.Foundation.Principals;

public enum PrincipalKind
{
    Person,
    Service,
    Agent,
}

/// <summary>Who is acting. Agents and services always answer to a team; agents to a person as well.</summary>
/// <param name="Ref">Full reference, for example <c>user:default/noor</c>.</param>
/// <param name="Teams">The groups it belongs to, by full reference; parents of those are not included.</param>
/// <param name="Scopes">What its credential allows: <c>read</c>, <c>write</c>; the operator's also <c>operate</c>.</param>
/// <param name="OnBehalfOf">The person an agent or service token answers to.</param>
/// <param name="Credential">The id of the token it came with, never its secret, or <see cref="BrowserSession"/>.</param>
public sealed record Principal(
    string Ref, PrincipalKind Kind, string DisplayName, IReadOnlyList<string> Teams, IReadOnlySet<string> Scopes,
    string? OnBehalfOf, string? Credential)
{
    /// <summary>What <see cref="Credential"/> says for a browser's session.</summary>
    public const string BrowserSession = "session";

    public const string Operate = "operate";
    public const string Write = "write";
    public const string Read = "read";

    /// <summary>The token it came with, or that the browser's session came of; null when none stands behind it.</summary>
    public string? Token { get; init; }

    public bool IsOperator => Scopes.Contains(Operate);

    public bool MayWrite => Scopes.Contains(Write);

    /// <summary>The platform itself, for what it does unasked: reconciling, re-reading, expiring.</summary>
    public static readonly Principal Platform = new(
        "service:default/tarmac", PrincipalKind.Service, "Tarmac", [], new HashSet<string> { Read, Write, Operate }, null, null);
}

/// <summary>Who is in which team and who owns what, as the catalog has it.</summary>
public interface IOrganisation
{
    /// <summary>The groups a person belongs to, according to the organisation sources an operator named, and no others.</summary>
    IReadOnlyList<string> TeamsOf(string person);

    /// <summary>The owning group or person of an entity, or null when unknown.</summary>
    string? OwnerOf(string entity);

    /// <summary>The title or name to show for a person or group.</summary>
    string DisplayName(string entity);

    /// <summary>Where a person or group is reached: words, and an address where there is one to follow.</summary>
    IReadOnlyList<(string Text, string? Href)> ContactsOf(string entity);

    /// <summary>Whether an entity of this reference is known.</summary>
    bool Exists(string entity);

    /// <summary>Waits until what was changed up to an event revision can be seen.</summary>
    Task CaughtUp(long revision, CancellationToken cancellation);
}
