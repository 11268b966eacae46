namespace Tarmac.Foundation.Web;

/// <summary>An entity reference taken apart for showing: the full form <c>kind:namespace/name</c>, or shorter with defaults filled in.</summary>
public readonly record struct EntityName(string Kind, string Namespace, string Name)
{
    public static EntityName Parse(string reference, string defaultKind = "component")
    {
        ArgumentException.ThrowIfNullOrEmpty(reference);
        var colon = reference.IndexOf(':', StringComparison.Ordinal);
        var kind = colon > 0 ? reference[..colon].ToLowerInvariant() : defaultKind;
        var rest = reference[(colon + 1)..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash > 0
            ? new EntityName(kind, rest[..slash], rest[(slash + 1)..])
            : new EntityName(kind, "default", rest);
    }

    /// <summary>The address of the entity's page.</summary>
    public string Href => $"/catalog/{Uri.EscapeDataString(Kind)}/{Uri.EscapeDataString(Namespace)}/{Uri.EscapeDataString(Name)}";
}
