using System.Text.Json.Nodes;
using Tarmac.Foundation.Storage;
using Tarmac.Model.Catalog;

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
    public static Task<List<AuditEntry>> List(Session session, AuditFilter filter, int limit)
    {
        Sql matching = $"where true";
        if (filter.Subject is not null) matching = $"{matching} and subject = {filter.Subject}";
        if (filter.Principal is not null) matching = $"{matching} and principal = {filter.Principal}";
        if (filter.Action is not null) matching = $"{matching} and action = {filter.Action}";
        if (filter.Before is { } before) matching = $"{matching} and (at < {before} or (at = {before} and id < {filter.BeforeId ?? ""}))";
        return session.List($"""
            select id, at, principal, on_behalf_of, credential, action, subject, summary, before, after, break_glass, operation from audit
            {matching} order by at desc, id desc limit {limit}
            """, row => new AuditEntry(
            row.Text(0), row.Time(1), row.Text(2), row.TextOrNull(3), row.TextOrNull(4), row.Text(5), row.Text(6), row.Text(7),
            Json(row.TextOrNull(8)), Json(row.TextOrNull(9)), row.TextOrNull(10), row.TextOrNull(11)));
    }

    /// <summary>Everybody who ever changed something, to filter by.</summary>
    public static Task<List<string>> Principals(Session session) =>
        session.List($"select distinct principal from audit order by principal limit 500", row => row.Text(0));

    private static JsonObject? Json(string? text) => text is null ? null : (JsonObject)StoredJson.Parse(text);
}

/// <summary>Which entries are asked for.</summary>
/// <param name="Before">Only older ones; of the very same time those with a lower id than <paramref name="BeforeId"/>.</param>
public sealed record AuditFilter(string? Subject, string? Principal, string? Action, DateTimeOffset? Before, string? BeforeId)
{
    /// <summary>As people write it: <c>vouchers</c> is <c>component:default/vouchers</c>, <c>noor</c> is <c>user:default/noor</c>.</summary>
    public static AuditFilter Of(string? subject, string? principal, string? action, DateTimeOffset? before, string? beforeId) =>
        new(Full(subject, EntityKinds.Component), Full(principal, EntityKinds.User), Some(action), before, Some(beforeId));

    // What is no entity, such as source:NAME, is its own full name.
    private static string? Full(string? text, string kind) =>
        Some(text) is not { } given ? null : !given.Contains(':', StringComparison.Ordinal) && EntityRef.TryParse(given, kind, EntityRef.DefaultNamespace, out var full, out _) ? full.ToString() : given;

    private static string? Some(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
