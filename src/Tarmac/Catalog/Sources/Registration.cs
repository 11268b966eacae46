using System.Text.Json.Nodes;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;

namespace Tarmac.Catalog.Sources;

/// <summary>A source that somebody registered while the platform ran: a git repository or a file on the web.</summary>
/// <param name="Location">A path on this machine or an address; never with a credential inside.</param>
/// <param name="Patterns">Which files of a repository are read; every catalog-info.yaml when empty.</param>
/// <param name="Credential">Where the platform finds the token: <c>env:NAME</c> or <c>file:/path</c>.</param>
/// <param name="Owner">Who may change it: a group or a person.</param>
/// <param name="Version">What was read last, in the source's own words; null before the first reading.</param>
public sealed record Registration(
    string Name, SourceKind Kind, string Location, string? Branch, IReadOnlyList<string> Patterns, string? Credential, string Owner,
    int EverySeconds, string AddedBy, DateTimeOffset AddedAt, string? Version = null)
{
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
        $"select name, kind, location, branch, patterns, credential, owner, every_seconds, added_by, added_at, version from catalog_registration order by name", Read);

    public static Task<Registration?> Find(Session session, string name) => session.One(
        $"select name, kind, location, branch, patterns, credential, owner, every_seconds, added_by, added_at, version from catalog_registration where name = {name}", Read);

    /// <summary>False when the name is taken.</summary>
    public static async Task<bool> Add(Session session, Registration source) => await session.Execute($"""
        insert into catalog_registration (name, kind, location, branch, patterns, credential, owner, every_seconds, added_by, added_at, version)
        values ({source.Name}, {source.Kind.ToString()}, {source.Location}, {source.Branch}, {new JsonArray([.. source.Patterns]).ToJsonString()}, {source.Credential}, {source.Owner},
          {source.EverySeconds}, {source.AddedBy}, {source.AddedAt}, {source.Version}) on conflict (name) do nothing
        """) == 1;

    public static Task SetVersion(Session session, string name, string version) =>
        session.Execute($"update catalog_registration set version = {version} where name = {name}");

    public static Task Remove(Session session, string name) => session.Execute($"delete from catalog_registration where name = {name}");

    private static Registration Read(Row row) => new(
        row.Text(0), Enum.Parse<SourceKind>(row.Text(1)), row.Text(2), row.TextOrNull(3),
        [.. ((JsonArray)JsonNode.Parse(row.Text(4))!).Select(pattern => pattern!.GetValue<string>())],
        row.TextOrNull(5), row.Text(6), (int)row.Number(7), row.Text(8), row.Time(9), row.TextOrNull(10));
}
