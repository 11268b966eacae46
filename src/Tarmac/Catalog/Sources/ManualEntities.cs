using System.Text.Json.Nodes;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Web;
using Tarmac.Model.Catalog;
using Tarmac.Model.Yaml;

namespace Tarmac.Catalog.Sources;

/// <summary>
/// Entities that people declare here and in no file of theirs: a descriptor each, kept in a source of its own. What is
/// declared belongs to the team it names as owner; for every rule the source is one among others.
/// </summary>
internal sealed class ManualEntities(CatalogSources sources, CurrentCatalog catalog, TimeProvider clock)
{
    /// <summary>The source's name.</summary>
    public const string Source = "manual";

    /// <summary>What is declared here of an entity, whether or not it counts; null when nothing is.</summary>
    public static CatalogEntry? Find(CatalogIndex index, string reference) =>
        index.Sources.FirstOrDefault(state => state.Source is { Name: Source, IsGone: false })?.Entries.FirstOrDefault(entry => entry.Ref == reference);

    public static string PathOf(EntityRef entity) => $"{entity.Kind}/{entity.Namespace}/{entity.Name}.yaml".ToLowerInvariant();

    /// <summary>Checks a descriptor as a file of any source would be, and answers its text.</summary>
    /// <exception cref="Problem">It breaks a rule of its kind.</exception>
    public static (Entity Entity, string Text) Checked(JsonObject descriptor)
    {
        var text = YamlText.Document(descriptor);
        var read = EntityReader.Read(text, "the descriptor");
        return read.Problems.Count == 0 && read.Entities is [var entity] ? (entity, text) : throw Problem.InvalidInput([.. read.Problems.Select(problem => problem with { File = null, Line = null, Column = null })]);
    }

    /// <summary>Declares an entity, or says something else of one that is declared here.</summary>
    /// <param name="isNew">Refused when something else is declared under the name by now. Twice the same is once.</param>
    public Task<SourceState> Put(EntityRef entity, string text, bool isNew, string actor, CancellationToken cancellation) => Change(files =>
    {
        var path = PathOf(entity);
        if (isNew && files.TryGetValue(path, out var other) && other != text) throw Exists($"{entity} was declared by somebody else just now.", "Look at it, and edit it if it is yours.");
        files[path] = text;
    }, actor, cancellation);

    public Task<SourceState> Remove(EntityRef entity, string actor, CancellationToken cancellation) => Change(files => files.Remove(PathOf(entity)), actor, cancellation);

    public static Problem Exists(string title, string cure) => new(409, CatalogSourceCodes.EntityExists, title, null, cure);

    private Task<SourceState> Change(Action<SortedDictionary<string, string>> change, string actor, CancellationToken cancellation) => sources.Edit(
        new CatalogSource(Source, SourceKind.Manual, "declared in the portal", null, Principal.Platform.Ref, catalog.State(Source)?.Source.AddedAt ?? clock.GetUtcNow()), change, actor, cancellation);
}
