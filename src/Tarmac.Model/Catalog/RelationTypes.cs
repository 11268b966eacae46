namespace Tarmac.Model.Catalog;

/// <summary>One entity stands in a relation to another: <c>From</c> is <c>Type</c> <c>To</c>, as in "vouchers is ownedBy promotions".</summary>
public sealed record Relation(EntityRef From, string Type, EntityRef To)
{
    /// <summary>The same relation seen from the other end.</summary>
    public Relation Reversed() => new(To, RelationTypes.Reverse(Type), From);
}

/// <summary>The relation types of Backstage's well-known relations, always in pairs.</summary>
public static class RelationTypes
{
    public const string OwnedBy = "ownedBy";
    public const string OwnerOf = "ownerOf";
    public const string PartOf = "partOf";
    public const string HasPart = "hasPart";
    public const string ProvidesApi = "providesApi";
    public const string ApiProvidedBy = "apiProvidedBy";
    public const string ConsumesApi = "consumesApi";
    public const string ApiConsumedBy = "apiConsumedBy";
    public const string DependsOn = "dependsOn";
    public const string DependencyOf = "dependencyOf";
    public const string ChildOf = "childOf";
    public const string ParentOf = "parentOf";
    public const string MemberOf = "memberOf";
    public const string HasMember = "hasMember";

    public static readonly IReadOnlyList<string> All =
        [OwnedBy, OwnerOf, PartOf, HasPart, ProvidesApi, ApiProvidedBy, ConsumesApi, ApiConsumedBy, DependsOn, DependencyOf, ChildOf, ParentOf, MemberOf, HasMember];

    /// <summary>The type as seen from the other end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The type is none of ours.</exception>
    public static string Reverse(string type) => type switch
    {
        OwnedBy => OwnerOf,
        OwnerOf => OwnedBy,
        PartOf => HasPart,
        HasPart => PartOf,
        ProvidesApi => ApiProvidedBy,
        ApiProvidedBy => ProvidesApi,
        ConsumesApi => ApiConsumedBy,
        ApiConsumedBy => ConsumesApi,
        DependsOn => DependencyOf,
        DependencyOf => DependsOn,
        ChildOf => ParentOf,
        ParentOf => ChildOf,
        MemberOf => HasMember,
        HasMember => MemberOf,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a relation type."),
    };
}
