using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tarmac.Model.Catalog;
using Tarmac.Model.Problems;

namespace Tarmac.Catalog;

/// <summary>What the catalog decides, without touching anything.</summary>
public static partial class CatalogRules
{
    private const int MostWords = 200;
    private const int MostChanges = 50;

    /// <summary>
    /// Which of several declarations of one entity holds it: what the operator's organisation sources say, then what Tarmac
    /// itself made, then whoever came first. A later one never takes over while the earlier stands, unless the owner hands it
    /// over. What a source said that is gone counts last.
    /// </summary>
    internal static DeclaredRow? Winner(IEnumerable<DeclaredRow> declarations) =>
        declarations.MinBy(row => (row.Gone ? 1 : 0, Rank(row.Kind), row.Claim, row.Source));

    /// <summary>The declarations of one entity, the one that counts first.</summary>
    public static IEnumerable<CatalogEntry> InOrder(IEnumerable<CatalogEntry> declarations) =>
        declarations.OrderBy(entry => (entry.Source.IsGone ? 1 : 0, Rank(entry.Source.Kind), entry.Claim, entry.Source.Name));

    /// <summary>Whether an owner may hand an entity from one source to another: only among those that count by who came first.</summary>
    public static bool MayHandOver(SourceKind from, SourceKind to) => Rank(from) == Rank(to);

    /// <summary>The problem that both sides of a clash are told of.</summary>
    public static InputProblem Conflict(CatalogEntry mine, CatalogEntry other, bool mineHolds) => new(
        CatalogSourceCodes.Conflict,
        $"{mine.Ref} is also declared by {other.Source.Name} in {other.Entity.Origin.File}; "
            + (mineHolds ? "this one counts." : "that one counts, and this one is ignored."),
        mine.Entity.Origin.File, mine.Entity.Origin.Line, 1, "metadata.name",
        "Rename one of the two, give it a namespace of its own, or remove it.");

    /// <summary>Whether a text in a folder is meant for the catalog: some document in it has an apiVersion of Backstage.</summary>
    public static bool LooksLikeDescriptor(string text) => BackstageVersion().IsMatch(text);

    public static bool IsCatalogInfo(string path) => Path.GetFileName(path) is "catalog-info.yaml" or "catalog-info.yml";

    public static bool IsYaml(string path) =>
        path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether an entity of this kind ought to have an owner.</summary>
    public static bool IsOwned(Entity entity) => entity.Kind is not (EntityKinds.User or EntityKinds.Group or EntityKinds.Location);

    public static Ownership OwnershipOf(Entity entity, Func<string, bool> exists) => !IsOwned(entity) ? Ownership.NotOwned
        : entity.Owner is null ? Ownership.Missing
        : exists(entity.Owner.ToString()) ? Ownership.Known : Ownership.Unknown;

    public static string? SystemOf(IReadOnlyList<Relation> relations) => relations
        .FirstOrDefault(relation => relation.Type == RelationTypes.PartOf && relation.To.IsKind(EntityKinds.System))?.To.ToString();

    public static string Hash(string document, RunbookFile? runbook) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(document + "\0" + runbook?.File + "\0" + runbook?.Text)));

    /// <summary>The words an entity is found by: of its name and title, its tags, its owner, its description and its runbook; lower-case, each once.</summary>
    public static IReadOnlyCollection<string> WordsOf(CatalogEntry entry)
    {
        var metadata = entry.Entity.Metadata;
        var words = new HashSet<string>(NameWordsOf(entry), StringComparer.Ordinal);
        foreach (var text in metadata.Tags.Append(entry.Entity.Owner?.Name ?? "").Append(metadata.Description ?? "").Append(entry.Runbook?.Text ?? ""))
            foreach (var word in Words(text))
                if (words.Count < MostWords) words.Add(word);
        return words;
    }

    /// <summary>The words of an entity's name and title.</summary>
    public static IReadOnlyCollection<string> NameWordsOf(CatalogEntry entry) =>
        [.. Words(entry.Name).Concat(Words(entry.Title)).Concat(Words(entry.Entity.Metadata.Title ?? "")).Distinct(StringComparer.Ordinal).Take(MostWords)];

    /// <summary>The words of a text, lower-case.</summary>
    public static IReadOnlyList<string> Words(string text)
    {
        var words = new List<string>();
        foreach (var match in Word().EnumerateMatches(text)) words.Add(text.Substring(match.Index, match.Length).ToLowerInvariant());
        return words;
    }

    /// <summary>What differs between two versions of a document, by dotted path: before and after, as far as they are short.</summary>
    public static JsonArray Changes(JsonNode? before, JsonNode? after)
    {
        var changes = new JsonArray();
        Compare("", before, after, changes);
        return changes;
    }

    private static void Compare(string path, JsonNode? before, JsonNode? after, JsonArray changes)
    {
        if (changes.Count >= MostChanges || JsonNode.DeepEquals(before, after)) return;
        if (before is JsonObject old && after is JsonObject now)
        {
            foreach (var key in old.Select(field => field.Key).Union(now.Select(field => field.Key)))
                Compare(path.Length == 0 ? key : path + "." + key, old[key], now[key], changes);
            return;
        }
        changes.Add(new JsonObject { ["field"] = path, ["before"] = Short(before), ["after"] = Short(after) });
    }

    // What is nested is text in a change, so that whoever reads events need not expect any depth.
    private static JsonNode? Short(JsonNode? value) => value?.ToJsonString() is not { } text ? null
        : text.Length > 500 ? JsonValue.Create(text[..500] + "…")
        : IsNested(value) ? JsonValue.Create(text) : value.DeepClone();

    private static bool IsNested(JsonNode value) => value switch
    {
        JsonArray list => list.Any(item => item is JsonArray or JsonObject),
        JsonObject fields => fields.Any(field => field.Value is JsonArray or JsonObject),
        _ => false,
    };

    private static int Rank(SourceKind kind) => kind switch { SourceKind.Organisation => 0, SourceKind.Tarmac => 1, _ => 2 };

    [GeneratedRegex("""^[{"' ]*apiVersion["']?[ \t]*:[ \t]*["']?([a-z0-9.-]+\.)?backstage\.io/""", RegexOptions.Multiline)]
    private static partial Regex BackstageVersion();

    [GeneratedRegex(@"[\p{L}\p{Nd}]+")]
    private static partial Regex Word();
}
