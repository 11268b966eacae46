using Tarmac.Model.Catalog;
using Tarmac.Model.Problems;
using Tarmac.Model.Runbooks;

namespace Tarmac.Catalog;

/// <summary>
/// What should be looked at though every file is sound: an owner nobody can turn to, and a runbook that contradicts the
/// descriptor. Pure; the descriptor counts for owner, lifecycle and tier, the runbook for prose.
/// </summary>
internal static class EntityFindings
{
    /// <summary>What is wrong with an entity: its file's problems, the conflicts, and these findings.</summary>
    public static IReadOnlyList<CatalogProblem> Of(CatalogIndex index, CatalogEntry entry) =>
        [.. index.ProblemsOf(entry.Ref), .. Owner(index, entry).Concat(Runbook(index, entry)).Select(found => new CatalogProblem(entry.Source.Name, entry.Entity.Ref, found))];

    private static IEnumerable<InputProblem> Owner(CatalogIndex index, CatalogEntry entry)
    {
        const string Cure = "Name the team that takes care of it in spec.owner.";
        switch (index.OwnershipOf(entry))
        {
            case Ownership.Missing:
                yield return At(entry, CatalogSourceCodes.OwnerMissing, "It names no owner, so there is nobody to turn to.", "spec.owner", Cure);
                break;
            case Ownership.Unknown:
                yield return At(entry, CatalogSourceCodes.OwnerUnknown, $"Its owner {entry.Owner} is not in the catalog.", "spec.owner", Cure + " A name may also be misspelt, or a file not read yet.");
                break;
            case Ownership.Known when IsEmpty(index, entry.Owner!):
                yield return At(entry, CatalogSourceCodes.OwnerEmpty, $"Its owner {index.DisplayName(entry.Owner!)} has no members.", "spec.owner", Cure + " Or let somebody join the team.");
                break;
        }
    }

    private static IEnumerable<InputProblem> Runbook(CatalogIndex index, CatalogEntry entry)
    {
        if (entry.Runbook is not { } file) yield break;
        var said = entry.Entity.Metadata.Annotations.GetValueOrDefault(CatalogEntry.TierAnnotation);
        if (said is not null && file.Tier is { } tier && !tier.Equals(said.Trim(), StringComparison.OrdinalIgnoreCase))
            yield return Disagrees(entry, file, "service tier", said, tier);
        // The rest is looked for only where the words are.
        if (!file.Text.Contains("lifecycle", StringComparison.OrdinalIgnoreCase) && !file.Text.Contains("delivered by", StringComparison.OrdinalIgnoreCase)) yield break;
        var runbook = Model.Runbooks.Runbook.Parse(file.Text, file.File);
        if (runbook.Lifecycle is { } stage && entry.Entity.Lifecycle is { } lifecycle && Enum.TryParse<SystemLifecycle>(Stage(lifecycle), ignoreCase: true, out var declared) && declared != stage)
            yield return Disagrees(entry, file, "lifecycle", lifecycle, stage.ToString());
        // A team the catalog does not know by that name is prose.
        if (runbook.DeliveredBy is { } team && EntityRef.TryParse(team.Trim().ToLowerInvariant(), EntityKinds.Group, entry.Entity.Metadata.Namespace, out var group, out _)
            && index.Exists(group.ToString()) && entry.Owner is { } owner && owner != group.ToString())
            yield return Disagrees(entry, file, "owner", owner, group.ToString());
    }

    private static string Stage(string lifecycle) => lifecycle.Trim().Equals("experimental", StringComparison.OrdinalIgnoreCase) ? nameof(SystemLifecycle.Preproduction) : lifecycle.Trim();

    // A group without members of its own may stand for those below it.
    private static bool IsEmpty(CatalogIndex index, string owner)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([owner]);
        while (open.TryPop(out var reference))
        {
            if (!seen.Add(reference)) continue;
            if (index.Find(reference) is not { Entity.Kind: EntityKinds.Group } || index.Related(reference, RelationTypes.HasMember).Any()) return false;
            foreach (var child in index.Related(reference, RelationTypes.ParentOf)) open.Push(child.Ref);
        }
        return true;
    }

    private static InputProblem Disagrees(CatalogEntry entry, RunbookFile runbook, string what, string descriptor, string said) => At(
        entry, CatalogSourceCodes.RunbookDisagrees, $"The {what} is {descriptor} by its descriptor and {said} by {runbook.File}; the descriptor counts.", null, $"Write the same in both, or take it out of {runbook.File}.");

    private static InputProblem At(CatalogEntry entry, string code, string message, string? field, string cure) =>
        new(code, message, entry.Entity.Origin.File, entry.Entity.Origin.Line, 1, field, cure);
}
