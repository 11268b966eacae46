using System.Text.Json.Nodes;
using Tarmac.Foundation.Storage;

namespace Tarmac.Foundation.Principals;

/// <summary>Who changed what, for whom, from what to what. Written in the transaction of the change it tells of.</summary>
public sealed record AuditEntry(
    string Id, DateTimeOffset At, string Principal, string? OnBehalfOf, string? Credential, string Action, string Subject, string Summary,
    JsonObject? Before, JsonObject? After, string? BreakGlass, string? Operation)
{
    public static Task Write(Session session, AuditEntry entry) =>
        session.Execute($"""
            insert into audit (id, at, principal, on_behalf_of, credential, action, subject, summary, before, after, break_glass, operation)
            values ({entry.Id}, {entry.At}, {entry.Principal}, {entry.OnBehalfOf}, {entry.Credential}, {entry.Action}, {entry.Subject}, {entry.Summary},
              {entry.Before?.ToJsonString()}, {entry.After?.ToJsonString()}, {entry.BreakGlass}, {entry.Operation})
            """);

    /// <summary>Newest first; filters that are null match all.</summary>
    public static Task<List<AuditEntry>> List(Session session, string? subject, string? principal, string? action, DateTimeOffset? before, int limit) =>
        session.List($"""
            select id, at, principal, on_behalf_of, credential, action, subject, summary, before, after, break_glass, operation from audit
            where (cast({subject} as text) is null or subject = {subject}) and (cast({principal} as text) is null or principal = {principal})
              and (cast({action} as text) is null or action = {action}) and (cast({before} as bigint) is null or at < {before})
            order by at desc, id desc limit {limit}
            """, row => new AuditEntry(
            row.Text(0), row.Time(1), row.Text(2), row.TextOrNull(3), row.TextOrNull(4), row.Text(5), row.Text(6), row.Text(7),
            Json(row.TextOrNull(8)), Json(row.TextOrNull(9)), row.TextOrNull(10), row.TextOrNull(11)));

    /// <summary>Everybody who ever changed something, to filter by.</summary>
    public static Task<List<string>> Principals(Session session) =>
        session.List($"select distinct principal from audit order by principal limit 500", row => row.Text(0));

    private static JsonObject? Json(string? text) => text is null ? null : (JsonObject)JsonNode.Parse(text)!;
}
