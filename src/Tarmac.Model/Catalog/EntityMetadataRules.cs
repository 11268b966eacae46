using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Tarmac.Model.Yaml;

namespace Tarmac.Model.Catalog;

/// <summary>The rules of <c>metadata</c>.</summary>
internal static class EntityMetadataRules
{
    private const string Path = "metadata.";

    public static EntityMetadata? Read(YamlMapping root, EntityRules rules)
    {
        if (rules.Mapping(root, "metadata", "", required: true) is not { } metadata) return null;
        var name = rules.Text(metadata, "name", Path, required: true, EntityNames.IsName,
            "a name has 1–63 letters, digits, dashes, underscores and dots, and starts and ends with a letter or digit");
        var entityNamespace = rules.Text(metadata, "namespace", Path, required: false, EntityNames.IsNamespace,
            "a namespace has 1–63 lower-case letters, digits and inner dashes") ?? EntityRef.DefaultNamespace;
        var title = rules.Text(metadata, "title", Path, required: false, EntityNames.IsFilled, "a title must not be empty");
        var description = rules.Text(metadata, "description", Path, required: false);
        var labels = Texts(metadata, "labels", rules, EntityNames.IsLabelValue, "a label's value is empty or a name of at most 63 characters");
        var annotations = Texts(metadata, "annotations", rules, null, null);
        var tags = Tags(metadata, rules);
        var links = Links(metadata, rules);
        return name is null ? null
            : new(name, entityNamespace, title, description, labels, annotations, tags, links, (JsonObject)metadata.ToJson());
    }

    private static FrozenDictionary<string, string> Texts(YamlMapping metadata, string key, EntityRules rules, Func<string, bool>? grammar, string? says)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in rules.Mapping(metadata, key, Path, required: false)?.Entries ?? [])
        {
            var field = $"{Path}{key}.{EntityRules.Shorten(entry.Key)}";
            if (UnrenderedTemplate.IsMarked(entry.Key))
            {
                rules.IsNotRendered(new YamlScalar(entry.Key, YamlScalarKind.Text, entry.Line, entry.Column), field);
            }
            else if (!EntityNames.IsKey(entry.Key))
            {
                rules.Report(CatalogCodes.FieldInvalid, $"'{EntityRules.Shorten(entry.Key)}' cannot be a key in {Path}{key}.", entry.Line, entry.Column, field,
                    "A key is [domain/]name, for example example.com/cost-centre; the name has at most 63 letters, digits, dashes, underscores and dots.");
            }
            if (rules.Text(entry.Value, field, grammar, says) is { } text) texts[entry.Key] = text;
        }
        return texts.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static List<string> Tags(YamlMapping metadata, EntityRules rules)
    {
        var tags = new List<string>();
        foreach (var (item, index) in Items(metadata, "tags", rules))
        {
            if (rules.Text(item, $"{Path}tags[{index}]", EntityNames.IsTag,
                    "a tag has 1–63 lower-case letters, digits, colons, plus and hash signs, joined by single dashes") is { } tag) tags.Add(tag);
        }
        return tags;
    }

    private static List<EntityLink> Links(YamlMapping metadata, EntityRules rules)
    {
        var links = new List<EntityLink>();
        foreach (var (item, index) in Items(metadata, "links", rules))
        {
            var field = $"{Path}links[{index}]";
            if (item is not YamlMapping link)
            {
                rules.Type(item, field, "a mapping");
                continue;
            }
            var url = rules.Text(link, "url", field + ".", required: true, EntityNames.IsAddress, "a link needs a whole address, such as https://example.com/board");
            var title = rules.Text(link, "title", field + ".", required: false, EntityNames.IsFilled, "a link's title must not be empty");
            var icon = rules.Text(link, "icon", field + ".", required: false, EntityNames.IsName, "an icon is a name of at most 63 characters");
            var type = rules.Text(link, "type", field + ".", required: false, EntityNames.IsFilled, "a link's type must not be empty");
            if (url is not null) links.Add(new(url, title, icon, type));
        }
        return links;
    }

    private static IEnumerable<(YamlNode Item, int Index)> Items(YamlMapping metadata, string key, EntityRules rules) =>
        (rules.List(metadata, key, Path)?.Items ?? []).Select((item, index) => (item, index));
}
