namespace Tarmac.Catalog.Backstage;

/// <summary>The fields of one entity after another, relations included.</summary>
internal sealed class EntityFieldSet(CatalogIndex index) : FieldSet
{
    private const string Relations = "relations.";

    public required CatalogEntry Entry { get; set; }

    protected override void Collect(string key, List<string?> values)
    {
        if (!key.StartsWith(Relations, StringComparison.Ordinal))
        {
            BackstageFields.Collect(Entry, key, values);
            return;
        }
        foreach (var end in index.RelationsOf(Entry.Ref))
            if (key.AsSpan(Relations.Length).Equals(end.Type, StringComparison.OrdinalIgnoreCase)) values.Add(end.Target.ToString());
    }
}
