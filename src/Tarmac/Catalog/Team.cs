namespace Tarmac.Catalog;

/// <summary>A group and what is around it.</summary>
/// <param name="Ancestors">The group it is part of, that one's, and so on.</param>
public sealed record Team(
    CatalogEntry Entry, IReadOnlyList<CatalogEntry> Ancestors, IReadOnlyList<CatalogEntry> Children, IReadOnlyList<TeamMember> Members,
    IReadOnlyList<CatalogEntry> Owns)
{
    public CatalogEntry? Parent => Ancestors.Count > 0 ? Ancestors[0] : null;
}

/// <param name="HasRights">True when an organisation source says so; otherwise the membership is only told.</param>
public sealed record TeamMember(CatalogEntry Person, bool HasRights);
