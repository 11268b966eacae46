using System.Text.Json.Nodes;
using Tarmac.Model.Catalog;

namespace Tarmac.Catalog;

/// <summary>How somebody is reached, and where an entity's links go. Only addresses of the web and of mail become links.</summary>
internal static class ContactsOf
{
    public static List<(string Text, string? Href)> Entity(Entity entity)
    {
        var contacts = Links(entity);
        if (entity.Spec["profile"] is JsonObject profile && profile["email"] is JsonValue value && value.TryGetValue<string>(out var email) && email.Contains('@', StringComparison.Ordinal))
            contacts.Add((email, "mailto:" + email));
        return contacts;
    }

    public static List<(string Text, string? Href)> Links(Entity entity) =>
        [.. entity.Metadata.Links.Select(link => (link.Title ?? link.Url, Uri.TryCreate(link.Url, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" or "mailto" ? url.AbsoluteUri : null))];
}
