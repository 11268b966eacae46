using Tarmac.Foundation.Storage;

namespace Tarmac.Foundation.Principals;

/// <summary>A person's self-granted right over one service for an hour, with a reason, in the open.</summary>
public sealed record BreakGlass(string Id, string Principal, string Subject, string Reason, DateTimeOffset StartedAt, DateTimeOffset Until)
{
    public static readonly TimeSpan Lasts = TimeSpan.FromMinutes(60);

    public static Task<BreakGlass?> Open(Session session, string principal, string subject, DateTimeOffset now) =>
        session.One($"""
            select id, principal, subject, reason, started_at, until from break_glass
            where principal = {principal} and subject = {subject} and until > {now} and ended_at is null order by until desc limit 1
            """, Read);

    public static Task Start(Session session, BreakGlass glass) =>
        session.Execute($"""
            insert into break_glass (id, principal, subject, reason, started_at, until)
            values ({glass.Id}, {glass.Principal}, {glass.Subject}, {glass.Reason}, {glass.StartedAt}, {glass.Until})
            """);

    /// <summary>Gives it back early; false when none was open.</summary>
    public static async Task<bool> End(Session session, string principal, string subject, DateTimeOffset now) =>
        await session.Execute($"update break_glass set ended_at = {now} where principal = {principal} and subject = {subject} and ended_at is null and until > {now}") > 0;

    /// <summary>All that is open now, for banners.</summary>
    public static Task<List<BreakGlass>> AllOpen(Session session, DateTimeOffset now) =>
        session.List($"select id, principal, subject, reason, started_at, until from break_glass where until > {now} and ended_at is null order by until", Read);

    private static BreakGlass Read(Row row) => new(row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Time(4), row.Time(5));
}
