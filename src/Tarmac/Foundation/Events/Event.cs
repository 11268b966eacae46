using System.Text.Json.Nodes;

namespace Tarmac.Foundation.Events;

/// <summary>Something that happened, in the shape of CloudEvents 1.0; <see cref="Source"/> and <see cref="Id"/> together name it.</summary>
/// <param name="Type">For example <c>dev.tarmac.release.created</c>, or a CDEvents type where one exists.</param>
/// <param name="Subject">The entity it is about, as a full reference such as <c>component:default/vouchers</c>.</param>
/// <param name="Actor">The principal that did it, when one did.</param>
public sealed record NewEvent(string Source, string Id, string Type, string? Subject, DateTimeOffset Time, string? Actor, JsonObject Data)
{
    /// <summary>The source of everything that Tarmac itself did or saw.</summary>
    public const string Tarmac = "/tarmac";
}

/// <summary>An event in the log. Revisions have no gaps and follow the order of commits.</summary>
public sealed record Event(long Revision, string Source, string Id, string Type, string? Subject, DateTimeOffset Time, string? Actor, JsonObject Data)
{
    /// <summary>The CloudEvents 1.0 JSON form (structured mode), with our revision as an extension attribute.</summary>
    public JsonObject ToCloudEvent() => new()
    {
        ["specversion"] = "1.0",
        ["id"] = Id,
        ["source"] = Source,
        ["type"] = Type,
        ["subject"] = Subject,
        ["time"] = Time.UtcDateTime.ToString("O"),
        ["datacontenttype"] = "application/json",
        ["actor"] = Actor,
        ["revision"] = Revision,
        ["data"] = Data.DeepClone(),
    };
}
