using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;

namespace Tarmac.Catalog;

/// <summary>Ownership of an entity, offered to a team.</summary>
/// <param name="State"><c>offered</c>, <c>accepted</c> (the file still says the old owner), <c>done</c>, <c>declined</c> or <c>withdrawn</c>.</param>
/// <param name="HasPatch">Whether there is a patch of the file, for where Tarmac cannot commit it.</param>
public sealed record OwnershipOffer(
    string Id, string Ref, string? From, string To, string? Note, string OfferedBy, DateTimeOffset OfferedAt, string State, string? DecidedBy, DateTimeOffset? DecidedAt, bool HasPatch)
{
    public const string Offered = "offered";
    public const string Accepted = "accepted";
    public const string Done = "done";
    public const string Declined = "declined";
    public const string Withdrawn = "withdrawn";

    public bool IsOpen => State is Offered or Accepted;
}

/// <summary>Reads offers of ownership.</summary>
public sealed class OwnershipOffers(Database database)
{
    private const int Most = 200;

    public Task<List<OwnershipOffer>> Of(string reference, CancellationToken cancellation) =>
        database.Read(session => session.List($"{Columns} where ref = {reference.ToLowerInvariant()} order by offered_at desc limit {Most}", Read), cancellation);

    /// <summary>Offers that wait for an answer, or for the file.</summary>
    public Task<List<OwnershipOffer>> Open(CancellationToken cancellation) =>
        database.Read(session => session.List($"{Columns} where state in ('offered', 'accepted') order by offered_at desc limit {Most}", Read), cancellation);

    public async Task<OwnershipOffer> Demand(string id, CancellationToken cancellation) =>
        await database.Read(session => session.One($"{Columns} where id = {id}", Read), cancellation) ?? throw Problem.NotFound("offer", id, "GET /api/v1/catalog/offers lists those that are open.");

    internal async Task<string> Patch(string id, CancellationToken cancellation) =>
        await database.Read(session => session.One($"select patch from catalog_offer where id = {id} and patch is not null", row => row.Text(0)), cancellation)
            ?? throw Problem.NotFound("patch of the offer", id, "There is one when an offer was accepted of a file that Tarmac does not host.");

    internal static Task Put(Session session, OwnershipOffer offer) => session.Execute($"""
        insert into catalog_offer (id, ref, from_owner, to_owner, note, offered_by, offered_at, state)
        values ({offer.Id}, {offer.Ref}, {offer.From}, {offer.To}, {offer.Note}, {offer.OfferedBy}, {offer.OfferedAt}, {offer.State})
        """);

    /// <summary>Decides an offer, unless somebody did meanwhile.</summary>
    internal static async Task Decide(Session session, OwnershipOffer offer, string state, string by, DateTimeOffset at, string? patch)
    {
        if (await session.Execute($"update catalog_offer set state = {state}, decided_by = {by}, decided_at = {at}, patch = {patch} where id = {offer.Id} and state = {offer.State}") == 0)
            throw new Problem(409, CatalogSourceCodes.OfferRefused, "Somebody decided about this offer just now.", null, "Look at it again.");
    }

    /// <summary>The file says what was agreed.</summary>
    internal static async Task Settle(Session session, IReadOnlyDictionary<string, Lazy<string?>> owners)
    {
        foreach (var (id, reference, to) in await session.List($"select id, ref, to_owner from catalog_offer where state = 'accepted'", row => (row.Text(0), row.Text(1), row.Text(2))))
            if (owners.TryGetValue(reference, out var owner) && owner.Value == to)
                await session.Execute($"update catalog_offer set state = 'done' where id = {id}");
    }

    private static Sql Columns => $"select id, ref, from_owner, to_owner, note, offered_by, offered_at, state, decided_by, decided_at, patch is not null from catalog_offer";

    private static OwnershipOffer Read(Row row) => new(
        row.Text(0), row.Text(1), row.TextOrNull(2), row.Text(3), row.TextOrNull(4), row.Text(5), row.Time(6), row.Text(7), row.TextOrNull(8), row.TimeOrNull(9), row.Flag(10));
}
