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

    private readonly RecentlyFound<Token> tokens = new(clock);
    private readonly RecentlyFound<BrowserSession> sessions = new(clock);

    /// <param name="madeWith">The token it was made with, by id: it goes when that one is revoked.</param>
    public async Task<string> AddToken(Session session, Token token, string? madeWith)
    {
        var secret = Secret.New("tarmac_");
        await session.Execute($"""
            insert into token (id, hash, principal, kind, name, scopes, teams, created_by, created_at, expires_at, made_with)
            values ({token.Id}, {Secret.Hash(secret)}, {token.Principal}, {token.Kind.ToString()}, {token.Name}, {string.Join(' ', token.Scopes)},
              {string.Join(' ', token.Teams)}, {token.CreatedBy}, {token.CreatedAt}, {token.ExpiresAt}, {madeWith})
            """);
        return secret;
    }

    /// <summary>Ends a token and all that were made with it. Sessions and links that came of them are over with that.</summary>
    public Task<int> Revoke(Session session, string id)
    {
        session.OnCommitted(Forget);
        return session.Execute($"update token set revoked_at = {clock.GetUtcNow()} where id in ({Descent(id)}) and revoked_at is null");
    }

    /// <summary>The tokens that still work and were made with this one, or with one of those.</summary>
    public Task<List<Token>> MadeWith(string id, CancellationToken cancellation) =>
        Select($"where id in ({Descent(id)}) and id <> {id} and {Live} order by created_at", cancellation);

    /// <summary>The tokens somebody holds or made, of everybody when null; the newest first.</summary>
    public Task<List<Token>> Tokens(string? principal, CancellationToken cancellation)
    {
        Sql matching = $"where true";
        if (principal is not null) matching = $"where principal = {principal} or created_by = {principal}";
        return Select($"{matching} order by created_at desc", cancellation);
    }

    public async Task<Token?> Token(string id, CancellationToken cancellation) => (await Select($"where id = {id}", cancellation)).SingleOrDefault();

    /// <summary>The live token of this secret, or null when there is none, it has expired or was revoked.</summary>
    public async Task<Token?> TokenOf(string secret, CancellationToken cancellation)
    {
        var hash = Secret.Hash(secret);
        var found = await tokens.Find(hash, async () => (await Select($"where hash = {hash} and {Live}", cancellation)).SingleOrDefault());
        return found?.ExpiresAt <= clock.GetUtcNow() ? null : found;
    }

    /// <summary>Notes when a token was used.</summary>
    public Task Touch(string id, DateTimeOffset at) =>
        database.Write(session => session.Execute($"update token set last_used_at = {at} where id = {id}"));

    /// <summary>A link that signs one browser in, once, within ten minutes, with what the asker's own credential allows and no longer than that lasts.</summary>
    public async Task<string> NewLink(Session session, Principal asker)
    {
        var secret = Secret.New("");
        var now = clock.GetUtcNow();
        await session.Execute($"""
            insert into sign_in_link (hash, principal, scopes, token, created_at, expires_at)
            values ({Secret.Hash(secret)}, {asker.Ref}, {string.Join(' ', asker.Scopes.Order(StringComparer.Ordinal))}, {asker.Token}, {now}, {now + LinkLives})
            """);
        return secret;
    }

    /// <summary>Exchanges a link for a session's secret; null when it was used, has expired or never was.</summary>
    public Task<string?> UseLink(string link, CancellationToken cancellation) =>
        database.Write(async session =>
        {
            var now = clock.GetUtcNow();
            var hash = Secret.Hash(link);
            if (await session.Execute($"update sign_in_link set used_at = {now} where hash = {hash} and used_at is null and expires_at > {now} and {TokenLives}") == 0) return null;
            var secret = Secret.New("");
            await session.Execute($"""
                insert into signed_in (hash, principal, scopes, token, created_at, expires_at)
                select {Secret.Hash(secret)}, principal, scopes, token, {now}, {now + SessionLives} from sign_in_link where hash = {hash}
                """);
            return secret;
        }, cancellation);

    /// <summary>The session of this secret, or null when there is none, it is over, or the token it came of is.</summary>
    public Task<BrowserSession?> SessionOf(string secret, CancellationToken cancellation)
    {
        var hash = Secret.Hash(secret);
        return sessions.Find(hash, () => database.Read(session => session.One(
            $"select principal, scopes, token from signed_in where hash = {hash} and expires_at > {clock.GetUtcNow()} and {TokenLives}",
            row => new BrowserSession(row.Text(0), Words(row.Text(1)), row.TextOrNull(2))), cancellation));
    }

    public Task EndSession(string secret, CancellationToken cancellation) =>
        database.Write(session =>
        {
            session.OnCommitted(Forget);
            return session.Execute($"delete from signed_in where hash = {Secret.Hash(secret)}");
        }, cancellation);

    private void Forget()
    {
        tokens.Forget();
        sessions.Forget();
    }

    /// <summary>Forgets links and sessions that were over before a time.</summary>
    public static async Task<int> Prune(Session session, DateTimeOffset before) =>
        await session.Execute($"delete from sign_in_link where expires_at < {before}") + await session.Execute($"delete from signed_in where expires_at < {before}");

    private Sql Live => $"revoked_at is null and (expires_at is null or expires_at > {clock.GetUtcNow()})";

    // Of a link or a session: the token it came of, when it came of one, still works.
    private Sql TokenLives => $"(token is null or token in (select id from token where {Live}))";

    private static Sql Descent(string id) =>
        $"with recursive descent(id) as (select cast({id} as text) union select t.id from token t join descent d on t.made_with = d.id) select id from descent";

    private Task<List<Token>> Select(Sql rest, CancellationToken cancellation) =>
        database.Read(session => session.List(
            $"select id, principal, kind, name, scopes, teams, created_by, created_at, expires_at, revoked_at, last_used_at from token {rest}",
            row => new Token(
                row.Text(0), row.Text(1), Enum.Parse<PrincipalKind>(row.Text(2)), row.Text(3), Words(row.Text(4)), Words(row.Text(5)),
                row.Text(6), row.Time(7), row.TimeOrNull(8), row.TimeOrNull(9), row.TimeOrNull(10))), cancellation);

    /// <summary>The teams that a service or an agent was ever given a token for; one of them has it.</summary>
    public async Task<IReadOnlyList<string>> TeamsOf(string principal, CancellationToken cancellation) =>
        [.. (await Select($"where principal = {principal}", cancellation)).SelectMany(token => token.Teams).Distinct()];

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A browser that is signed in.</summary>
/// <param name="Token">The token it came of, when it came of one.</param>
public sealed record BrowserSession(string Principal, IReadOnlyList<string> Scopes, string? Token);
