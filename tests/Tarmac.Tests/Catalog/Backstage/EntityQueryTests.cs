using CsCheck;
using Tarmac.Catalog;
using Tarmac.Catalog.Backstage;

namespace Tarmac.Tests.Catalog.Backstage;

[Trait("database", "sqlite")]
public sealed class EntityQueryTests
{
    [Fact]
    public void What_matches_by_sets_is_what_each_entity_by_itself_matches()
    {
        var index = Shelf(130);
        var key = Of("kind", "spec.type", "metadata.tags", "metadata.tags.java", "spec.size", "spec.nothing", "relations.ownedby");
        var value = Of("component", "SERVICE", "java", "till", "true", "3", "group:default/g1");
        var leaf = Gen.OneOf(
            key.Select(name => (FieldPredicate)new FieldPredicate.Exists(name)),
            Gen.Select(key, value.List[0, 3], (name, values) => (FieldPredicate)new FieldPredicate.OneOf(name, values.ToHashSet(StringComparer.OrdinalIgnoreCase))),
            Gen.Select(key, Of("s", "JA", "", "group:")).Select(both => (FieldPredicate)new FieldPredicate.Prefix(both.Item1, both.Item2)));
        var predicate = Gen.Recursive<FieldPredicate>((depth, inner) => depth > 3 ? leaf : Gen.OneOf(
            leaf, inner.Select(part => (FieldPredicate)new FieldPredicate.Not(part)),
            inner.List[0, 3].Select(parts => (FieldPredicate)new FieldPredicate.All(parts)), inner.List[0, 3].Select(parts => (FieldPredicate)new FieldPredicate.Any(parts))));
        predicate.Sample(asked =>
        {
            var found = new EntityQuery(asked, null, []).All(index).Select(entry => entry.Ref);
            Assert.Equal(index.All.Where(entry => asked.Accepts(new EntityFieldSet(index) { Entry = entry })).Select(entry => entry.Ref), found);
        });

        static Gen<string> Of(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(number => texts[number]);
    }

    [Fact]
    public void Pages_of_any_size_are_all_of_it_once_forwards_and_backwards()
    {
        var index = Shelf(23);
        var query = new EntityQuery(PredicateReader.Read(PredicateReader.OfFilters(["kind=component,metadata.tags=java"])), null, [OrderField.Parse("spec.type,desc"), OrderField.Parse("spec.size")]);
        var all = query.All(index).Select(entry => entry.Ref).ToList();
        foreach (var limit in Enumerable.Range(1, all.Count + 1))
        {
            var (seen, page) = (new List<string>(), query.Page(index, null, false, 0, limit));
            while (true)
            {
                Assert.Equal(all.Count, page.Total);
                seen.AddRange(page.Items.Select(entry => entry.Ref));
                if (page.Next is not { } next) break;
                page = query.Page(index, next, false, 0, limit);
            }
            Assert.Equal(all, seen);
            seen = [.. page.Items.Select(entry => entry.Ref)];
            while (page.Previous is { } previous)
            {
                page = query.Page(index, previous, true, 0, limit);
                seen.InsertRange(0, page.Items.Select(entry => entry.Ref));
            }
            Assert.Equal(all, seen);
        }
    }

    [Fact]
    public void What_was_asked_before_a_change_is_answered_after_it_as_if_asked_for_the_first_time()
    {
        var (before, after) = (Read(Enumerable.Range(0, 40)), Read(Enumerable.Range(3, 40).Where(number => number != 20)));
        var index = CatalogIndex.Empty.With(null, before, 1, DateTimeOffset.UnixEpoch);
        var fresh = CatalogIndex.Empty.With(null, after, 2, DateTimeOffset.UnixEpoch);
        var query = new EntityQuery(
            PredicateReader.Read(PredicateReader.OfFilters(["metadata.tags=java", "relations.ownedby=group:default/g1"])), null, [OrderField.Parse("spec.size"), OrderField.Parse("spec.type,desc")]);
        string[] keys = ["spec.type", "metadata.tags", "spec.size", "relations.ownedby"];
        Answers(index);
        Assert.Equal(Answers(fresh), Answers(index.With(before, after, 2, DateTimeOffset.UnixEpoch)));

        List<string> Answers(CatalogIndex asked) => [.. query.All(asked).Select(entry => entry.Ref), .. keys.SelectMany(key => query.Counts(asked, key)).Select(count => $"{count.Value} {count.Count}")];
    }

    private static CatalogIndex Shelf(int components) => CatalogIndex.Empty.With(null, Read(Enumerable.Range(0, components)), 1, DateTimeOffset.UnixEpoch);

    private static SourceState Read(IEnumerable<int> components)
    {
        var entries = components.Select(number => BackstageFieldsTests.Entry($$"""
            {"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": "c{{number:d3}}", "tags": ["{{(number % 2 == 0 ? "java" : "till")}}"]},
             "spec": {"type": "{{(number % 3 == 0 ? "Service" : "library")}}", "lifecycle": "production", "owner": "g{{number % 2}}"{{(number % 5 == 0 ? ", \"size\": 3" : "")}} } }
            """)).ToList();
        return new SourceState(entries[0].Source, DateTimeOffset.UnixEpoch, null, 1, 1, entries, []);
    }
}
