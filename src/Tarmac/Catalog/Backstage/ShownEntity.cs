using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tarmac.Catalog.Backstage;

/// <summary>One entity as Backstage shows it: the descriptor, and with it where it comes from, its relations and what is wrong with it.</summary>
public sealed class ShownEntity
{
    public const string ManagedBy = "backstage.io/managed-by-location";
    public const string OriginallyManagedBy = "backstage.io/managed-by-origin-location";
    public const string Orphan = "backstage.io/orphan";
    private const string StatusType = "backstage.io/catalog-processing";

    // What these hold is opened as a link by the pages of others.
    private static readonly string[] Links = ["backstage.io/view-url", "backstage.io/edit-url"];

    private readonly CatalogEntry entry;
    private readonly JsonObject metadata;
    private readonly JsonArray relations = [];
    private readonly JsonObject? status;

    public ShownEntity(CatalogIndex index, CatalogEntry entry)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(entry);
        this.entry = entry;
        foreach (var (type, target) in RelationsOf(index, entry)) relations.Add(new JsonObject { ["type"] = type, ["targetRef"] = target });
        status = Status(index, entry);
        metadata = (JsonObject)entry.Entity.Metadata.Json.DeepClone();
        metadata["namespace"] = entry.Entity.Metadata.Namespace;
        var annotations = metadata["annotations"] as JsonObject ?? (JsonObject)(metadata["annotations"] = new JsonObject());
        foreach (var (name, text) in Annotations(entry)) annotations[name] = text;
        metadata["uid"] = EntityUid.Of(entry.Ref);
        metadata["etag"] = Tag();
    }

    /// <summary>What we say of an entity in annotations, whatever its file says there.</summary>
    public static IReadOnlyList<(string Name, string Text)> Annotations(CatalogEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var said = new List<(string, string)> { (ManagedBy, EntityPlace.Of(entry).ToString()), (OriginallyManagedBy, EntityPlace.Of(entry.Source).ToString()) };
        if (entry.OrphanSince is not null) said.Add((Orphan, "true"));
        foreach (var link in Links)
            if (entry.Entity.Metadata.Annotations.TryGetValue(link, out var address) && IsScript(address)) said.Add((link, "about:blank"));
        return said;
    }

    /// <summary>Both directions, each once, in Backstage's order.</summary>
    public static IEnumerable<(string Type, string Target)> RelationsOf(CatalogIndex index, CatalogEntry entry)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(entry);
        return index.RelationsOf(entry.Ref).Select(end => (end.Type, Target: end.Target.ToString())).Distinct()
            .OrderBy(end => end.Type, StringComparer.Ordinal).ThenBy(end => end.Target, StringComparer.Ordinal);
    }

    public void Write(Utf8JsonWriter writer, FieldSelection? fields)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (fields is not null)
        {
            fields.Of(Root).WriteTo(writer);
            return;
        }
        writer.WriteStartObject();
        foreach (var name in (string[])["apiVersion", "kind", "metadata", "spec", "relations", "status"])
        {
            if (Root(name) is not { } value) continue;
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }
        writer.WriteEndObject();
    }

    private JsonNode? Root(string name) => name switch
    {
        "apiVersion" => entry.Entity.ApiVersion,
        "kind" => entry.Entity.Kind,
        "metadata" => metadata,
        "spec" => entry.Entity.Spec,
        "relations" => relations,
        "status" => status,
        _ => null,
    };

    private string Tag()
    {
        var content = string.Join('\n', entry.Hash, metadata["annotations"]!.ToJsonString(), relations.ToJsonString(), status?.ToJsonString());
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..40];
    }

    // A broken document is told of by its entity, a file that cannot be parsed by all that it held.
    private static JsonObject? Status(CatalogIndex index, CatalogEntry entry)
    {
        var problems = index.ProblemsOf(entry.Ref).Where(found => found.Source == entry.Source.Name && found.Problem.Code != CatalogSourceCodes.Conflict);
        if (entry.Stale) problems = problems.Concat(index.Problems.Where(found => found.Entity is null && found.Source == entry.Source.Name && found.Problem.File == entry.Entity.Origin.File));
        var items = new JsonArray([.. problems.Select(found => (JsonNode)new JsonObject
        {
            ["type"] = StatusType,
            ["level"] = entry.Stale ? "error" : "warning",
            ["message"] = $"InputError: {found.Problem}",
            ["error"] = new JsonObject { ["name"] = "InputError", ["message"] = found.Problem.ToString(), ["code"] = found.Problem.Code, ["cure"] = found.Problem.Cure },
        })]);
        return items.Count == 0 ? null : new JsonObject { ["items"] = items };
    }

    // As browsers read it: control characters and spaces before the scheme, and line ends within it, do not count.
    private static bool IsScript(string address)
    {
        var start = 0;
        while (start < address.Length && address[start] <= ' ') start++;
        var scheme = string.Concat(address.Skip(start).Where(letter => letter is not ('\r' or '\n' or '\t')).Take(11));
        return scheme.Equals("javascript:", StringComparison.OrdinalIgnoreCase);
    }
}
