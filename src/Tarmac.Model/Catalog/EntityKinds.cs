namespace Tarmac.Model.Catalog;

/// <summary>What a field of a well-known kind must hold.</summary>
public enum SpecShape { Text, TextOrPlaceholder, TextList, Mapping, MappingList, MappingOrList }

/// <summary>One field of a well-known kind.</summary>
/// <param name="Name">The key under <c>spec</c>.</param>
/// <param name="Shape">What it must hold.</param>
/// <param name="Required">Whether an entity without it is refused.</param>
/// <param name="Relation">For reference fields, the relation from the declaring entity to each target.</param>
/// <param name="DefaultKind">The kind a reference means when it names none; null makes the kind mandatory.</param>
/// <param name="AllowedKinds">The only kinds it may name; null allows all.</param>
/// <param name="Choices">The only values it may have; null allows all.</param>
/// <param name="Inner">For a mapping, or each mapping of a list, the fields with rules of their own.</param>
public sealed record SpecField(string Name, SpecShape Shape, bool Required = false, string? Relation = null,
    string? DefaultKind = null, IReadOnlyList<string>? AllowedKinds = null, IReadOnlyList<string>? Choices = null,
    IReadOnlyList<SpecField>? Inner = null);

/// <summary>A well-known kind: its exact name, the apiVersions it is known under and its fields.</summary>
public sealed record EntityKind(string Name, IReadOnlyList<string> ApiVersions, IReadOnlyList<SpecField> Fields);

/// <summary>The well-known kinds, as Backstage 1.55 defines them; relations follow from the reference fields.</summary>
public static class EntityKinds
{
    public const string Component = "Component";
    public const string Api = "API";
    public const string Resource = "Resource";
    public const string System = "System";
    public const string Domain = "Domain";
    public const string Group = "Group";
    public const string User = "User";
    public const string Location = "Location";
    public const string Template = "Template";
    public const string AiResource = "AiResource";

    private static readonly string[] Backstage = ["backstage.io/v1alpha1", "backstage.io/v1beta1"];
    private static readonly string[] Scaffolder = ["scaffolder.backstage.io/v1beta3"];
    private static readonly string[] Owners = [Group, User];

    private static readonly SpecField Type = new("type", SpecShape.Text, Required: true);
    private static readonly SpecField Lifecycle = new("lifecycle", SpecShape.Text, Required: true);
    private static readonly SpecField OwnerOptional = new("owner", SpecShape.Text, false, RelationTypes.OwnedBy, Group, Owners);
    private static readonly SpecField Owner = OwnerOptional with { Required = true };
    private static readonly SpecField PartOfSystem = new("system", SpecShape.Text, false, RelationTypes.PartOf, System);
    private static readonly SpecField DependsOn = new("dependsOn", SpecShape.TextList, false, RelationTypes.DependsOn);
    private static readonly SpecField DependencyOf = new("dependencyOf", SpecShape.TextList, false, RelationTypes.DependencyOf);
    private static readonly SpecField Profile = new("profile", SpecShape.Mapping, Inner:
        [new("displayName", SpecShape.Text), new("email", SpecShape.Text), new("picture", SpecShape.Text)]);

    /// <summary>All of them, by exact name.</summary>
    public static IReadOnlyDictionary<string, EntityKind> WellKnown { get; } = new EntityKind[]
    {
        new(Component, Backstage,
        [
            Type, Lifecycle, Owner, PartOfSystem,
            new("subcomponentOf", SpecShape.Text, false, RelationTypes.PartOf, Component),
            new("providesApis", SpecShape.TextList, false, RelationTypes.ProvidesApi, Api),
            new("consumesApis", SpecShape.TextList, false, RelationTypes.ConsumesApi, Api),
            DependsOn, DependencyOf,
        ]),
        // An API of type mcp-server lists remotes instead of a definition; EntitySpecRules knows.
        new(Api, Backstage,
        [
            Type, Lifecycle, Owner, PartOfSystem,
            new("definition", SpecShape.TextOrPlaceholder),
            new("remotes", SpecShape.MappingList, Inner: [Type, new("url", SpecShape.Text, Required: true)]),
        ]),
        new(Resource, Backstage, [Type, Owner, PartOfSystem, DependsOn, DependencyOf]),
        new(System, Backstage, [Owner, new("domain", SpecShape.Text, false, RelationTypes.PartOf, Domain), new("type", SpecShape.Text)]),
        new(Domain, Backstage, [Owner, new("subdomainOf", SpecShape.Text, false, RelationTypes.PartOf, Domain), new("type", SpecShape.Text)]),
        new(Group, Backstage,
        [
            Type,
            new("children", SpecShape.TextList, true, RelationTypes.ParentOf, Group),
            new("parent", SpecShape.Text, false, RelationTypes.ChildOf, Group),
            new("members", SpecShape.TextList, false, RelationTypes.HasMember, User),
            Profile,
        ]),
        new(User, Backstage, [new("memberOf", SpecShape.TextList, true, RelationTypes.MemberOf, Group), Profile]),
        new(Location, Backstage,
        [
            new("type", SpecShape.Text), new("target", SpecShape.Text), new("targets", SpecShape.TextList),
            new("presence", SpecShape.Text, Choices: ["required", "optional"]),
        ]),
        new(Template, Scaffolder,
        [
            Type, OwnerOptional, new("steps", SpecShape.MappingList, true, Inner: [new("action", SpecShape.Text, Required: true)]),
            new("parameters", SpecShape.MappingOrList), new("output", SpecShape.Mapping),
        ]),
        new(AiResource, ["backstage.io/v1alpha1"], [Type, Lifecycle, Owner, PartOfSystem]),
    }.ToDictionary(kind => kind.Name, StringComparer.Ordinal);

    /// <summary>Whether an apiVersion is one of Backstage's own, under which only the well-known kinds are known.</summary>
    public static bool IsBackstage(string apiVersion) =>
        apiVersion.StartsWith("backstage.io/", StringComparison.Ordinal) || apiVersion.Contains(".backstage.io/", StringComparison.Ordinal);

    /// <summary>Reference fields every kind may use, also one nobody here knows; there they count when they can be read.</summary>
    internal static IReadOnlyList<SpecField> Common { get; } = [OwnerOptional, PartOfSystem, DependsOn, DependencyOf];
}
