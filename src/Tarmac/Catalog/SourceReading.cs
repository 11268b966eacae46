using Tarmac.Model.Catalog;
using Tarmac.Model.Problems;
using Tarmac.Model.Runbooks;

namespace Tarmac.Catalog;

/// <summary>An entity as a file declares it now.</summary>
internal sealed class Declaration(Entity entity, RunbookFile? runbook, string? hash = null)
{
    private string? document;

    public Entity Entity => entity;

    public RunbookFile? Runbook => runbook;

    public string Ref => entity.Ref.ToString();

    public string Document => document ??= entity.ToJson().ToJsonString();

    public string Hash => hash ??= CatalogRules.Hash(Document, runbook);
}

/// <summary>
/// What one reading of a source found. Entities whose document is broken, and all of a file that cannot be read at all, are
/// named so that their last good version is kept.
/// </summary>
internal sealed record SourceReading(
    IReadOnlyList<Declaration> Declared, IReadOnlyList<(EntityRef? Entity, InputProblem Problem)> Problems,
    IReadOnlySet<string> BrokenEntities, IReadOnlySet<string> BrokenFiles, int Files)
{
    private const string RunbookAnnotation = "tarmac.dev/runbook";

    public bool Keeps(string reference, string file) => BrokenEntities.Contains(reference) || BrokenFiles.Contains(file);

    /// <param name="known">Files that held entities before: they are read whatever they say now, or an edit could make one vanish silently.</param>
    /// <param name="holderOf">The file that held an entity before: of two that declare it now, it keeps it. Asked only then.</param>
    public static SourceReading Of(SourceFiles files, IReadOnlySet<string> known, Func<string, string?>? holderOf = null)
    {
        var reader = new Reader(files, known, holderOf ?? (_ => null));
        files.Prepare(known.Contains);
        foreach (var path in files.Descriptors) reader.Queue(path, depth: 0);
        reader.ReadAll();
        return new SourceReading(
            [.. reader.Declared.Values], [.. files.Problems.Select(problem => ((EntityRef?)null, problem)), .. reader.Problems],
            reader.BrokenEntities, reader.BrokenFiles, reader.Count);
    }

    /// <summary>The same without the entities of other kinds, each of which is a problem. Locations say where to read, and always may.</summary>
    public SourceReading Only(IReadOnlyList<string> kinds)
    {
        if (kinds.Count == 0) return this;
        var may = Declared.ToLookup(declared => declared.Entity.Kind == EntityKinds.Location || kinds.Contains(declared.Entity.Kind, StringComparer.OrdinalIgnoreCase));
        return this with
        {
            Declared = [.. may[true]],
            Problems = [.. Problems, .. may[false].Select(declared => ((EntityRef?)declared.Entity.Ref, new InputProblem(CatalogSourceCodes.KindNotAllowed,
                $"A {declared.Entity.Kind} may not come from this source; {string.Join(", ", kinds)} may.", declared.Entity.Origin.File, declared.Entity.Origin.Line, 1, "kind",
                "Move it to a source that may declare it, or register this one anew with the kind in its list.")))],
        };
    }

    private sealed class Reader(SourceFiles files, IReadOnlySet<string> known, Func<string, string?> holderOf)
    {
        // Longer chains of Locations are somebody's program gone astray.
        private const int MostDepth = 100;

        private readonly Queue<(string Path, int Depth)> queue = new();
        private readonly HashSet<string> seen = new(StringComparer.Ordinal);
        private readonly LocationTargets targets = new(files);
        private readonly LocationChains chains = new();

        public Dictionary<string, Declaration> Declared { get; } = new(StringComparer.Ordinal);

        public List<(EntityRef? Entity, InputProblem Problem)> Problems { get; } = [];

        public HashSet<string> BrokenEntities { get; } = new(StringComparer.Ordinal);

        public HashSet<string> BrokenFiles { get; } = new(StringComparer.Ordinal);

        public int Count { get; private set; }

        /// <param name="path">A file of the source.</param>
        /// <param name="depth">By how many Locations in a row it is named; 0 when it is only found.</param>
        public void Queue(string path, int depth) => queue.Enqueue((path, depth));

        public void ReadAll()
        {
            while (queue.TryDequeue(out var next))
            {
                if (seen.Contains(next.Path) || files.Open(next.Path) is not { } file) continue;
                if (file.Text is null)
                {
                    seen.Add(next.Path);
                    Refuse(file);
                    continue;
                }
                // A file passed over may still be named by a Location later.
                if (next.Depth == 0 && !files.IsNamed(next.Path) && !known.Contains(next.Path) && !CatalogRules.LooksLikeDescriptor(file.Text)) continue;
                seen.Add(next.Path);
                Read(file, next.Depth);
            }
            foreach (var (by, problem) in chains.Rings()) Problems.Add((by.Ref, problem));
        }

        private void Refuse(SourceFile file)
        {
            Problems.Add((null, file.Problem!));
            BrokenFiles.Add(file.Path);
        }

        private void Read(SourceFile file, int depth)
        {
            Count++;
            var result = files.Parse(file);
            foreach (var refused in result.Refused)
            {
                foreach (var problem in refused.Problems) Problems.Add((refused.Ref, problem));
                if (refused.Ref is { } meant) BrokenEntities.Add(meant.ToString());
                else BrokenFiles.Add(file.Path);
            }
            foreach (var entity in result.Entities)
            {
                if (Declared.TryGetValue(entity.Ref.ToString(), out var first))
                {
                    var keeps = holderOf(first.Ref) == file.Path && first.Entity.Origin.File != file.Path;
                    Problems.Add((entity.Ref, keeps ? Twice(first.Entity, entity) : Twice(entity, first.Entity)));
                    if (!keeps) continue;
                }
                Declared[entity.Ref.ToString()] = Declare(entity, RunbookOf(entity));
                if (entity.Location is { } location) Follow(entity, location, depth + 1);
            }
        }

        private static InputProblem Twice(Entity ignored, Entity kept) => new(CatalogSourceCodes.DeclaredTwice,
            $"{ignored.Ref} is already declared in {kept.Origin.File} on line {kept.Origin.Line}; this one is ignored.",
            ignored.Origin.File, ignored.Origin.Line, 1, "metadata.name", "Keep one of the two, or rename one.");

        // What is shown as it is need not be written out to know that.
        private Declaration Declare(Entity entity, RunbookFile? runbook) =>
            files.Shown.TryGetValue(entity.Ref.ToString(), out var shown) && ReferenceEquals(shown.Entity, entity) && Equals(shown.Runbook, runbook)
                ? new Declaration(entity, shown.Runbook, shown.Hash) : new Declaration(entity, runbook);

        private void Follow(Entity entity, EntityLocation location, int depth)
        {
            var (found, problems) = targets.Of(entity, location);
            foreach (var problem in problems) Problems.Add((entity.Ref, problem));
            foreach (var target in found)
            {
                chains.Add(entity, target);
                if (depth <= MostDepth || seen.Contains(target.Path)) Queue(target.Path, depth);
                else Problems.Add((entity.Ref, new InputProblem(CatalogSourceCodes.LocationTooDeep, $"{target.Path} is not read: more than {MostDepth} Locations lead to it, one after the other.",
                    entity.Origin.File, entity.Origin.Line, 1, target.Field, "Name it in a Location nearer to the first.")));
            }
        }

        // Named by annotation, or beside the descriptor of a component.
        private RunbookFile? RunbookOf(Entity entity)
        {
            var named = entity.Metadata.Annotations.GetValueOrDefault(RunbookAnnotation);
            if (named is null && entity.Kind != EntityKinds.Component) return null;
            if (named is not null && SourceFiles.Resolve(entity.Origin.File, named) is null)
            {
                Report(entity, CatalogSourceCodes.TargetLeaves, $"The runbook {named} is outside the source.", "Name a file below the source's folder.");
                return null;
            }
            string[] names = named is not null ? [named] : files.IsDear ? ["RUNBOOK.md"] : [entity.Metadata.Name + "_RUNBOOK.md", "RUNBOOK.md", "runbook.md"];
            if (names.Select(name => files.Open(SourceFiles.Resolve(entity.Origin.File, name)!)).FirstOrDefault(found => found is not null) is not { } file)
            {
                if (named is not null) Report(entity, CatalogSourceCodes.TargetMissing, $"The runbook {named} does not exist.", "Mend the path, or put a RUNBOOK.md beside this file and drop the annotation.");
                return null;
            }
            if (file.Text is { Length: <= Runbook.MostCharacters } text) return new RunbookFile(file.Path, text);
            Problems.Add((entity.Ref, file.Problem ?? Runbook.Parse(file.Text!, file.Path).Problems[0]));
            return null;
        }

        private void Report(Entity entity, string code, string message, string cure) =>
            Problems.Add((entity.Ref, new InputProblem(code, message, entity.Origin.File, entity.Origin.Line, 1, null, cure)));
    }
}
