using Tarmac.Model.Catalog;

namespace Tarmac.Operability.Checks;

/// <summary>The map of what it needs can be trusted.</summary>
internal static class DependencyChecks
{
    private static readonly string[] Types =
        [RelationTypes.DependsOn, RelationTypes.DependencyOf, RelationTypes.ConsumesApi, RelationTypes.ProvidesApi, RelationTypes.PartOf];

    public static readonly IReadOnlyList<Check> All =
    [
        new("DEP-06", "dependencies", "Everything it names exists", "Every dependency, dependent, API and system it names is in the catalog.",
            "A stale map sends people to the wrong team.",
            "Correct the name, remove the relation, or register what it names.",
            Severities.Of("W/W/I/I"), Exist),
    ];

    private static Verdict Exist(Examined of)
    {
        var named = of.Catalog.RelationsOf(of.Entry.Ref).Where(end => end.Declared && Types.Contains(end.Type)).ToList();
        if (named.Count == 0) return Verdict.NotApplicable("It names none.");
        var missing = named.Where(end => !end.Exists).ToList();
        return missing.Count == 0
            ? Verdict.Ok($"All {named.Count} exist.", of.FromCatalog)
            : Verdict.Failing($"The catalog does not know {string.Join(", ", missing.Select(end => end.Target))}.", of.FromCatalog, FixPlaces.Descriptor(of.Entry, Field(missing[0].Type)));
    }

    private static string Field(string type) => type switch
    {
        RelationTypes.DependsOn => "spec.dependsOn",
        RelationTypes.DependencyOf => "spec.dependencyOf",
        RelationTypes.ConsumesApi => "spec.consumesApis",
        RelationTypes.ProvidesApi => "spec.providesApis",
        _ => "spec.system",
    };
}
