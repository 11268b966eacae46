using CsCheck;
using Tarmac.Catalog;
using Tarmac.Model.Catalog;

namespace Tarmac.Tests.Catalog;

/// <summary>An index that follows changes is the index made anew from the same sources.</summary>
[Trait("database", "sqlite")]
public sealed class CatalogIndexTests
{
    private static readonly string[] Words = ["vouchers", "voucher printing", "stock", "Loyalty points", "till", "shelf labels"];

    private static readonly Gen<(string Source, string[] Documents)> Saying = Gen.Select(
        Gen.Int[0, 2].Select(number => new[] { "one", "two", "three" }[number]), Gen.Select(Gen.Int[0, 12], Gen.Int[0, 3], Gen.Int[0, 5], Gen.Bool).Select(Document).Array[0, 8]);

    [Fact]
    public void Following_changes_gives_what_reading_anew_gives() => Saying.Array[1, 12].Sample(sayings =>
    {
        var sources = new Dictionary<string, SourceState>();
        var following = CatalogIndex.Empty;
        foreach (var ((name, documents), step) in sayings.Select((saying, step) => (saying, step)))
        {
            // Asked between changes, so that there is something to keep up to date.
            Ask(following);
            var before = sources.GetValueOrDefault(name);
            var after = documents.Length == 0 ? null : State(name, documents, before, step);
            following = following.With(before, after, step, DateTimeOffset.UnixEpoch);
            if (after is null) sources.Remove(name);
            else sources[name] = after;
            var anew = sources.Values.Reverse().Aggregate(CatalogIndex.Empty, (index, state) => index.With(null, state, step, DateTimeOffset.UnixEpoch));
            Assert.Equal(Ask(anew), Ask(following));
        }
    }, iter: 300);

    [Theory]
    [InlineData("vouchres", "vouchers")]
    [InlineData("loyalti", "loyalty")]
    [InlineData("zzzzzz", null)]
    [InlineData("til", "till")]
    public void What_is_spelt_wrong_finds_what_was_meant(string text, string? found)
    {
        var index = CatalogIndex.Empty.With(null, State("one", [.. Enumerable.Range(0, 6).Select(number => Document((number, 0, number, false)))], null, 1), 1, DateTimeOffset.UnixEpoch);
        var listed = index.List(new CatalogQuery { Text = text });
        Assert.Equal(found is not null, listed.Total > 0);
        if (found is not null && found != "till") Assert.Equal(found, listed.Meant);
    }

    private static string Document((int Number, int Owner, int Word, bool Points) made) => made.Number % 4 == 3
        ? $$"""
          apiVersion: backstage.io/v1alpha1
          kind: Group
          metadata: {name: team-{{made.Owner}}, title: "{{Words[made.Word]}}"}
          spec: {type: team, children: []}
          """
        : $$"""
          apiVersion: backstage.io/v1alpha1
          kind: Component
          metadata: {name: component-{{made.Number}}, title: "{{Words[made.Word]}}", tags: [tag-{{made.Word}}]}
          spec: {type: service, lifecycle: {{(made.Points ? "production" : "experimental")}}, owner: team-{{made.Owner}}, dependsOn: [component:component-{{made.Word}}]}
          """;

    private static SourceState State(string name, string[] documents, SourceState? before, int step)
    {
        var source = new CatalogSource(name, SourceKind.Added, "/" + name, null, "user:default/noor", DateTimeOffset.UnixEpoch);
        var known = before?.Entries.ToDictionary(entry => entry.Ref) ?? [];
        var read = EntityReader.Read(string.Join("\n---\n", documents), "catalog-info.yaml").Entities.DistinctBy(entity => entity.Ref.ToString());
        return new SourceState(source, DateTimeOffset.UnixEpoch, null, 1, step, [.. read.Select(entity => Entry(entity, source, known.GetValueOrDefault(entity.Ref.ToString()), step))], []);
    }

    private static CatalogEntry Entry(Entity entity, CatalogSource source, CatalogEntry? before, int step)
    {
        var document = entity.ToJson().ToJsonString();
        return before?.Hash == document ? before : new CatalogEntry
        {
            Entity = entity,
            Source = source,
            Hash = document,
            Since = DateTimeOffset.UnixEpoch,
            ChangedAt = DateTimeOffset.UnixEpoch.AddMinutes(step),
            Claim = before?.Claim ?? step,
            Stale = false,
        };
    }

    /// <summary>Everything an index answers, as text.</summary>
    private static string Ask(CatalogIndex index)
    {
        var answers = new List<string> { index.Count.ToString(), string.Join(',', index.All.Select(entry => entry.Ref + entry.Source.Name)), string.Join('\n', index.Problems.Select(problem => problem.ToString())) };
        CatalogQuery[] queries =
        [
            new(), new() { Kinds = ["component"], Sort = "owner", Limit = 3 }, new() { Owners = ["team-1", "none"], Sort = "-changed" }, new() { Tags = ["tag-2", "tag-3"], Lifecycles = ["production"] },
            new() { Ownerships = ["unknown"] }, new() { Text = "vou" }, new() { Text = "stock team" }, new() { Text = "pionts" }, new() { Sources = ["two"], Sort = "-title", Limit = 1 },
        ];
        foreach (var query in queries)
        {
            for (var asked = query; ;)
            {
                var found = index.List(asked);
                answers.Add($"{found.Total} {found.Next} {string.Join(',', found.Items.Select(entry => entry.Ref))} {found.Meant}");
                answers.AddRange(found.Facets.Select(facet => facet.Key + string.Join(',', facet.Value)));
                if (found.Next is null) break;
                asked = asked with { Cursor = found.Next };
            }
        }
        foreach (var reference in index.All.Select(entry => entry.Ref).Append("group:default/team-1").Append("component:default/component-5"))
            answers.Add(string.Join(',', index.RelationsOf(reference)) + index.DisplayName(reference) + string.Join(',', index.OwnedBy(reference).Select(entry => entry.Ref)));
        return string.Join('\n', answers);
    }
}
