using Tarmac.Foundation.Web;
using Tarmac.Model.Catalog;

namespace Tarmac.Catalog;

/// <summary>One group of the chart with the groups below it, as far as they fit.</summary>
public sealed record OrgGroup(Team Team, List<OrgGroup> Children)
{
    /// <summary>How many groups directly below it are not shown here.</summary>
    public int Hidden => Team.Children.Count - Children.Count;
}

/// <summary>The groups as a tree.</summary>
/// <param name="LeftOut">How many groups did not fit; they are the lowest.</param>
public sealed record OrgChart(IReadOnlyList<OrgGroup> Roots, int LeftOut)
{
    /// <summary>The tree below one group, or the whole; levels are filled from the top. A ring is shown once, from where its name comes first.</summary>
    public static OrgChart Of(CatalogIndex index, string? from, int most)
    {
        List<CatalogEntry> groups = from is null ? [.. ByTitle(index.OfKind(EntityKinds.Group))] : [index.Team(from)?.Entry ?? throw Problem.NotFound("group", from, "The teams page lists them.")];
        var (roots, known, shown) = (new List<OrgGroup>(), new HashSet<string>(StringComparer.Ordinal), 0);
        var queue = new Queue<(CatalogEntry Entry, List<OrgGroup> Above)>();
        foreach (var top in from is null ? groups.Where(entry => !index.Related(entry.Ref, RelationTypes.ChildOf).Any()) : groups) Add(top, roots);
        Fill();
        foreach (var ring in groups)
        {
            Add(ring, roots);
            Fill();
        }
        return new(roots, known.Count - shown);

        void Add(CatalogEntry entry, List<OrgGroup> above)
        {
            if (known.Add(entry.Ref)) queue.Enqueue((entry, above));
        }

        void Fill()
        {
            while (queue.TryDequeue(out var next))
            {
                var group = shown < most && index.Team(next.Entry.Ref) is { } team ? new OrgGroup(team, []) : null;
                if (group is not null)
                {
                    shown++;
                    next.Above.Add(group);
                }
                foreach (var child in ByTitle(index.Related(next.Entry.Ref, RelationTypes.ParentOf))) Add(child, group?.Children ?? []);
            }
        }
    }

    private static IEnumerable<CatalogEntry> ByTitle(IEnumerable<CatalogEntry> entries) =>
        entries.OrderBy(entry => entry.Title, StringComparer.OrdinalIgnoreCase).ThenBy(entry => entry.Ref, StringComparer.Ordinal);
}
