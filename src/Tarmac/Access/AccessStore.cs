using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;

namespace Tarmac.Access;

/// <summary>A token as it is shown: everything but the secret.</summary>
public sealed record Token(
    string Id, string Principal, PrincipalKind Kind, string Name, IReadOnlyList<string> Scopes, IReadOnlyList<string> Teams,
    string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt, DateTimeOffset? LastUsedAt);

/// <summary>Tokens, sessions and one-time sign-in links: only hashes are kept.</summary>
public sealed class AccessStore(Database database, TimeProvider clock)
{
    public static readonly TimeSpan LinkLives = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan SessionLives = TimeSpan.FromHours(12);

    public async Task<string> AddToken(Session session, Token token)
    {
        var secret = Secret.New("tarmac_");
        await session.Execute($"""
            insert into token (id, hash, principal, kind, name, scopes, teams, created_by, created_at, expires_at)
            values ({token.Id}, {Secret.Hash(secret)}, {token.Principal}, {token.Kind.ToString()}, {token.Name}, {string.Join(' ', token.Scopes)},
              {string.Join(' ', token.Teams)}, {token.CreatedBy}, {token.CreatedAt}, {token.ExpiresAt})
            """);
        return secret;
    }

    public Task<int> Revoke(Session session, string id) =>
        session.Execute($"update token set revoked_at = {clock.GetUtcNow()} where id = {id} and revoked_at is null");

    public Task<List<Token>> Tokens(string? principal, CancellationToken cancellation) =>
        database.Read(session => session.List(
            $"""
            select id, principal, kind, name, scopes, teams, created_by, created_at, expires_at, revoked_at, last_used_at from token
            where cast({principal} as text) is null or principal = {principal} or created_by = {principal} order by created_at desc
            """, Read), cancellation);

    public Task<Token?> Token(string id, CancellationToken cancellation) =>
        database.Read(session => session.One(
            $"select id, principal, kind, name, scopes, teams, created_by, created_at, expires_at, revoked_at, last_used_at from token where id = {id}", Read), cancellation);

    /// <summary>The live token of this secret, or null when there is none, it has expired or was revoked.</summary>
    public Task<Token?> TokenOf(string secret, CancellationToken cancellation) =>
        database.Read(session => session.One($"""
            select id, principal, kind, name, scopes, teams, created_by, created_at, expires_at, revoked_at, last_used_at from token
            where hash = {Secret.Hash(secret)} and revoked_at is null and (expires_at is null or expires_at > {clock.GetUtcNow()})
            """, Read), cancellation);

    public Task Touch(string id) =>
        database.Write(session => session.Execute($"update token set last_used_at = {clock.GetUtcNow()} where id = {id}"));

    /// <summary>A link that signs one browser in, once, within ten minutes.</summary>
    public async Task<string> NewLink(Session session, string principal)
    {
        var secret = Secret.New("");
        var now = clock.GetUtcNow();
        await session.Execute($"insert into sign_in_link (hash, principal, created_at, expires_at) values ({Secret.Hash(secret)}, {principal}, {now}, {now + LinkLives})");
        return secret;
    }

    /// <summary>Exchanges a link for a session's secret; null when it was used, has expired or never was.</summary>
    public Task<string?> UseLink(string link, CancellationToken cancellation) =>
        database.Write(async session =>
        {
            var now = clock.GetUtcNow();
            var hash = Secret.Hash(link);
            if (await session.Execute($"update sign_in_link set used_at = {now} where hash = {hash} and used_at is null and expires_at > {now}") == 0) return null;
            var principal = await session.One($"select principal from sign_in_link where hash = {hash}", row => row.Text(0));
            var secret = Secret.New("");
            await session.Execute($"insert into signed_in (hash, principal, created_at, expires_at) values ({Secret.Hash(secret)}, {principal}, {now}, {now + SessionLives})");
            return secret;
        }, cancellation);

    public Task<string?> PrincipalOfSession(string secret, CancellationToken cancellation) =>
        database.Read(session => session.One(
            $"select principal from signed_in where hash = {Secret.Hash(secret)} and expires_at > {clock.GetUtcNow()}", row => row.Text(0)), cancellation);

    public Task EndSession(string secret, CancellationToken cancellation) =>
        database.Write(session => session.Execute($"delete from signed_in where hash = {Secret.Hash(secret)}"), cancellation);

    private static Token Read(Row row) => new(
        row.Text(0), row.Text(1), Enum.Parse<PrincipalKind>(row.Text(2)), row.Text(3), Words(row.Text(4)), Words(row.Text(5)),
        row.Text(6), row.Time(7), row.TimeOrNull(8), row.TimeOrNull(9), row.TimeOrNull(10));

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
