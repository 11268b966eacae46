using System.Text.Json.Nodes;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;

namespace Tarmac.Catalog.Sources;

/// <summary>A source that somebody registered while the platform ran: a git repository, a file on the web, or what tools push.</summary>
/// <param name="Location">A path on this machine or an address; never with a credential inside.</param>
/// <param name="Patterns">Which files of a repository are read; every catalog-info.yaml when empty.</param>
/// <param name="Credential">Where the platform finds the token: <c>env:NAME</c> or <c>file:/path</c>.</param>
/// <param name="Owner">Who may change it: a group or a person.</param>
/// <param name="Version">What was read last, in the source's own words; null before the first reading.</param>
public sealed record Registration(
    string Name, SourceKind Kind, string Location, string? Branch, IReadOnlyList<string> Patterns, string? Credential, string Owner,
    int EverySeconds, string AddedBy, DateTimeOffset AddedAt, string? Version = null)
{
    /// <summary>The kinds of entities that may come from it, besides Locations; any when empty.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>When news of it was last announced; null when none was.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    public bool IsPolled => Kind is SourceKind.Git or SourceKind.Url;

    public CatalogSource Source(string? description) => new(Name, Kind, Location, description, AddedBy, AddedAt);

    public bool MayBeChangedBy(Principal principal) => principal.IsOperator || Owner == principal.Ref || principal.Teams.Contains(Owner);

    public void Demand(Principal principal)
    {
        if (!MayBeChangedBy(principal))
            throw Problem.Forbidden($"The source {Name} belongs to {Owner}, and {principal.Ref} is not a member.", $"Ask {Owner}, or an operator of this platform.");
    }
}

/// <summary>The SQL of registered sources, and nothing else.</summary>
internal static class RegistrationStore
{
    public static Task<List<Registration>> All(Session session) => session.List(
        $"select name, kind, location, branch, patterns, credential, owner, every_seconds, added_by, added_at, version, kinds, asked_at from catalog_registration order by name", Read);

    public static Task<Registration?> Find(Session session, string name) => session.One(
        $"select name, kind, location, branch, patterns, credential, owner, every_seconds, added_by, added_at, version, kinds, asked_at from catalog_registration where name = {name}", Read);

    /// <summary>False when the name is taken.</summary>
    public static async Task<bool> Add(Session session, Registration source) => await session.Execute($"""
        insert into catalog_registration (name, kind, location, branch, patterns, credential, owner, every_seconds, added_by, added_at, version, kinds)
        values ({source.Name}, {source.Kind.ToString()}, {source.Location}, {source.Branch}, {Joined(source.Patterns)}, {source.Credential}, {source.Owner},
          {source.EverySeconds}, {source.AddedBy}, {source.AddedAt}, {source.Version}, {Joined(source.Kinds)}) on conflict (name) do nothing
        """) == 1;

    public static Task SetVersion(Session session, string name, string version) =>
        session.Execute($"update catalog_registration set version = {version} where name = {name}");

    /// <summary>Has a source read by whichever platform looks at them.</summary>
    public static Task Ask(Session session, string name, DateTimeOffset now) =>
        session.Execute($"update catalog_registration set asked_at = {now} where name = {name}");

    /// <summary>The one that was added then, if it is there still.</summary>
    public static async Task Remove(Session session, string name, DateTimeOffset addedAt)
    {
        if ((await Find(session, name))?.AddedAt == addedAt) await Remove(session, name);
    }

    /// <summary>With its webhook: the next source of this name is somebody else's.</summary>
    public static async Task Remove(Session session, string name)
    {
        await session.Execute($"delete from catalog_registration where name = {name}");
        await SourceWebhook.Remove(session, name);
    }

    private static Registration Read(Row row) => new(
        row.Text(0), Enum.Parse<SourceKind>(row.Text(1)), row.Text(2), row.TextOrNull(3),
        Split(row.Text(4)), row.TextOrNull(5), row.Text(6), (int)row.Number(7), row.Text(8), row.Time(9), row.TextOrNull(10))
    { Kinds = Split(row.TextOrNull(11) ?? "[]"), AskedAt = row.TimeOrNull(12) };

    private static string Joined(IEnumerable<string> texts) => new JsonArray([.. texts]).ToJsonString();

    private static List<string> Split(string texts) => [.. ((JsonArray)JsonNode.Parse(texts)!).Select(text => text!.GetValue<string>())];
}
