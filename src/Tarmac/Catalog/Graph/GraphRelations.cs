using Tarmac.Foundation.Web;
using Tarmac.Model.Catalog;

namespace Tarmac.Catalog.Graph;

/// <summary>The types of relations in a graph: each pair once, from what needs or belongs to what it needs or belongs to.</summary>
internal static class GraphRelations
{
    /// <summary>What breaks when its other end does. An API is no better than who provides it.</summary>
    public static readonly IReadOnlyList<string> Needs = [RelationTypes.DependsOn, RelationTypes.ConsumesApi, RelationTypes.ApiProvidedBy];

    public static readonly IReadOnlyList<string> All = [.. Needs, RelationTypes.PartOf, RelationTypes.OwnedBy, RelationTypes.ChildOf, RelationTypes.MemberOf];

    /// <summary>What one wants to see around an entity when nothing else is asked: ownership would connect everything with everything.</summary>
    public static IReadOnlyList<string> Usual(string kind) =>
        kind.Equals(EntityKinds.Group, StringComparison.OrdinalIgnoreCase) ? [RelationTypes.OwnedBy, RelationTypes.ChildOf]
        : kind.Equals(EntityKinds.User, StringComparison.OrdinalIgnoreCase) ? [RelationTypes.OwnedBy, RelationTypes.ChildOf, RelationTypes.MemberOf]
        : [.. Needs, RelationTypes.PartOf];

    public static bool IsForward(string type) => All.Contains(type);

    /// <summary>The types asked for, whichever end they were named from; the usual ones when none is.</summary>
    /// <exception cref="Problem">One is no type of relation.</exception>
    public static IReadOnlyList<string> Asked(IEnumerable<string> types, string kind)
    {
        var asked = types.Where(type => type.Length > 0).Select(Forward).Distinct().ToList();
        return asked.Count == 0 ? Usual(kind) : asked;
    }

    /// <summary>How a relation reads from what needs to what it needs.</summary>
    public static string Says(string type) => type switch
    {
        RelationTypes.DependsOn => "depends on",
        RelationTypes.ConsumesApi => "consumes",
        RelationTypes.ApiProvidedBy => "is provided by",
        RelationTypes.PartOf => "is part of",
        RelationTypes.OwnedBy => "is owned by",
        RelationTypes.ChildOf => "is a child of",
        RelationTypes.MemberOf => "is a member of",
        _ => type,
    };

    private static string Forward(string type)
    {
        var known = All.FirstOrDefault(forward => forward.Equals(type, StringComparison.OrdinalIgnoreCase) || RelationTypes.Reverse(forward).Equals(type, StringComparison.OrdinalIgnoreCase));
        return known ?? throw new Problem(400, "bad-request", $"There is no type of relation {type}.", null, $"The types are {string.Join(", ", All)}.");
    }
}
