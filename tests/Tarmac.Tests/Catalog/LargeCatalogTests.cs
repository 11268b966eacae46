using Microsoft.Extensions.DependencyInjection;
using Tarmac.Catalog;
using Tarmac.Foundation.Events;

namespace Tarmac.Tests.Catalog;

/// <summary>Catalogs as large as companies', generated: what an edit touches does not depend on how many others there are.</summary>
public sealed class LargeCatalogTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task An_edit_of_one_file_among_many_changes_just_its_entity() => EditAmong(500);

    [Fact(Explicit = true)]
    public Task An_edit_of_one_file_among_a_hundred_thousand_entities_changes_just_its_entity() => EditAmong(50_000);

    [Fact]
    public void A_list_of_few_among_many_is_in_order_and_its_facets_count_what_is_there()
    {
        using var folder = new TemporaryFolder();
        var generated = new GeneratedCatalog(400);
        generated.Write(folder.Path);
        var source = new CatalogSource("shop", SourceKind.Added, "/shop", null, "user:default/noor", DateTimeOffset.UnixEpoch);
        var index = CatalogIndex.Empty.With(null, new SourceState(source, DateTimeOffset.UnixEpoch, null, 1, 1, [.. ReadFolder.Read(folder.Path).Declared.Select(declared => new CatalogEntry
        {
            Entity = declared.Entity,
            Source = source,
            Hash = declared.Hash,
            Since = DateTimeOffset.UnixEpoch,
            ChangedAt = DateTimeOffset.UnixEpoch,
            Claim = 1,
            Stale = false,
        })], []), 1, DateTimeOffset.UnixEpoch);
        Assert.Equal(generated.Entities, index.Count);
        for (var group = 0; group < generated.Groups; group++)
            foreach (var sort in (string[])["title", "-title"])
            {
                var wanted = index.All.Where(entry => entry.Entity.Kind == "Component" && entry.Owner == "group:default/" + GeneratedCatalog.Group(group) && entry.Entity.Lifecycle == "production").ToList();
                var query = new CatalogQuery { Kinds = ["component"], Owners = [GeneratedCatalog.Group(group)], Lifecycles = ["PRODUCTION"], Sort = sort, Limit = 3 };
                var found = new List<string>();
                var first = index.List(query);
                for (var page = first; ; page = index.List(query with { Cursor = page.Next }))
                {
                    found.AddRange(page.Items.Select(entry => entry.Ref));
                    if (page.Next is null) break;
                }
                var ordered = wanted.OrderBy(entry => entry.Title, StringComparer.OrdinalIgnoreCase).ThenBy(entry => entry.Ref, StringComparer.Ordinal).Select(entry => entry.Ref).ToList();
                if (sort[0] == '-') ordered.Reverse();
                Assert.Equal(ordered, found);
                var systems = wanted.GroupBy(entry => entry.System!).Select(same => new FacetValue(same.Key, same.Count())).OrderByDescending(value => value.Count).ThenBy(value => value.Value, StringComparer.OrdinalIgnoreCase);
                Assert.Equal(systems, first.Facets["system"]);
                Assert.Equal(wanted.Count, first.Facets["ownership"].Single().Count);
            }
    }

    private static async Task EditAmong(int components)
    {
        await using var folder = new CatalogFolder();
        var generated = new GeneratedCatalog(components);
        generated.Write(folder.Catalog);
        var platform = await folder.Start();
        var before = CatalogFolder.Index(platform);
        Assert.Equal(generated.Entities, before.All.Count(entry => entry.Source.Name == "catalog:catalog"));
        Assert.DoesNotContain(before.Problems, problem => problem.Source == "catalog:catalog");

        var head = await platform.Services.GetRequiredService<EventLog>().Head(Cancellation);
        var edited = "component:default/" + GeneratedCatalog.Component(7);
        folder.Write(generated.FileOf(7), generated.TextOf(7, edit: 1));
        var changed = await CatalogFolder.NextEvent(platform, head, happened => happened["type"]!.GetValue<string>() == "dev.tarmac.entity.changed");
        Assert.Equal(edited, changed["subject"]!.GetValue<string>());
        var shown = await platform.Get($"/api/v1/catalog/entities/component/default/{GeneratedCatalog.Component(7)}?revision={changed["revision"]}");
        Assert.EndsWith(", edition 1.", shown["summary"]!["description"]!.GetValue<string>(), StringComparison.Ordinal);

        var after = CatalogFolder.Index(platform);
        Assert.Equal([edited], after.All.Where(entry => !ReferenceEquals(entry, before.Find(entry.Ref))).Select(entry => entry.Ref));
        Assert.Equal([edited, "source:catalog:catalog"], await Told(platform, head));

        head = await platform.Services.GetRequiredService<EventLog>().Head(Cancellation);
        await CatalogFolder.Sources(platform).Refresh("catalog:catalog", "user:default/operator", anyway: true, Cancellation);
        Assert.Same(after, CatalogFolder.Index(platform));
        Assert.Empty(await Told(platform, head));
        // A reading begun with nothing in memory finds the tables as this one left them.
        await CatalogFolder.Sources(platform).Rebuild(Cancellation);
        Assert.Equal(after.All.Select(Declared), CatalogFolder.Index(platform).All.Select(Declared));
    }

    /// <summary>What the catalog told of since then, whatever else went on.</summary>
    private static async Task<IEnumerable<string>> Told(TestPlatform platform, long head) =>
        (await platform.Services.GetRequiredService<EventLog>().After(head, cancellation: Cancellation))
            .Where(happened => happened.Type.StartsWith("dev.tarmac.entity.", StringComparison.Ordinal) || happened.Type.StartsWith("dev.tarmac.source.", StringComparison.Ordinal))
            .Select(happened => happened.Subject!).Order(StringComparer.Ordinal);

    private static (string, string, string, string?) Declared(CatalogEntry entry) => (entry.Ref, entry.Hash, entry.Entity.Origin.ToString(), entry.Owner);
}
