using System.Text.Json.Nodes;
using CsCheck;
using Tarmac.Catalog;
using Tarmac.Catalog.Backstage;
using Tarmac.Model.Catalog;

namespace Tarmac.Tests.Catalog.Backstage;

[Trait("database", "sqlite")]
public sealed class BackstageFieldsTests
{
    private static readonly CatalogEntry Vouchers = Entry("""
        {
          "apiVersion": "backstage.io/v1alpha1", "kind": "Component",
          "metadata": {
            "name": "Vouchers", "tags": ["java", "till"], "labels": {"Example.com/Team": "A.B"},
            "annotations": {"example.com/a.b": "Yes", "backstage.io/managed-by-location": "url:https://elsewhere.example"}
          },
          "spec": {
            "type": "Service", "size": 3, "ratio": 1.5, "public": true, "nothing": null, "empty": {}, "none": [],
            "a": {"b": ["c", {"d": 1}, ["e"]]}, "ports": [{"name": "http"}, {"name": "admin"}]
          }
        }
        """);

    [Theory]
    [InlineData("kind", "Component")]
    [InlineData("apiversion", "backstage.io/v1alpha1")]
    [InlineData("metadata.name", "Vouchers")]
    [InlineData("metadata.namespace", "default")]
    [InlineData("metadata.tags", "java", "till")]
    [InlineData("metadata.tags.java", "true")]
    [InlineData("metadata.labels.example.com/team", "A.B")]
    [InlineData("metadata.annotations.example.com/a.b", "Yes")]
    [InlineData("spec.type", "Service")]
    [InlineData("spec.size", "3")]
    [InlineData("spec.ratio", "1.5")]
    [InlineData("spec.public", "true")]
    [InlineData("spec.a.b", "c", "e")]
    [InlineData("spec.a.b.c", "true")]
    [InlineData("spec.a.b.d", "1")]
    [InlineData("spec.a.b.e", "true")]
    [InlineData("spec.ports.name", "http", "admin")]
    public void A_field_is_found_by_its_lower_case_path(string key, params string[] values) => Assert.Equal(values, BackstageFields.Values(Vouchers, key));

    [Fact]
    public void A_field_without_a_value_is_there_all_the_same() => Assert.Equal([null], BackstageFields.Values(Vouchers, "spec.nothing"));

    [Theory]
    [InlineData("spec")]
    [InlineData("spec.empty")]
    [InlineData("spec.none")]
    [InlineData("spec.a")]
    [InlineData("metadata.etag")]
    [InlineData("metadata.annotations.example.com/a")]
    [InlineData("metadata.nothing")]
    [InlineData("nothing")]
    [InlineData("")]
    public void What_holds_only_other_fields_is_none_itself(string key) => Assert.Empty(BackstageFields.Values(Vouchers, key));

    [Fact]
    public void Where_an_entity_is_from_is_said_by_us_and_not_by_its_file() =>
        Assert.Equal(["file:/srv/catalog/vouchers.yaml"], BackstageFields.Values(Vouchers, "metadata.annotations.backstage.io/managed-by-location"));

    [Fact]
    public void Long_values_are_there_but_cannot_be_searched_and_long_keys_are_not_there()
    {
        var entry = Entry($$$"""
            {"apiVersion": "a/v1", "kind": "K", "metadata": {"name": "n"}, "spec": {"short": "{{{new string('s', 200)}}}", "long": "{{{new string('l', 201)}}}", "{{{new string('k', 201)}}}": 1}}
            """);
        Assert.Equal([new string('s', 200)], BackstageFields.Values(entry, "spec.short"));
        Assert.Equal([null], BackstageFields.Values(entry, "spec.long"));
        Assert.Empty(BackstageFields.Values(entry, "spec." + new string('k', 201)));
        Assert.DoesNotContain(BackstageFields.Of(entry), field => field.Key.Contains("kkk", StringComparison.Ordinal));
    }

    [Fact]
    public void Asking_for_one_field_finds_what_flattening_the_whole_finds()
    {
        var name = Of("a", "b", "B", "a.b", "c", "");
        var scalar = Gen.OneOf(Of("a", "A", "b.c", "").Select(text => (JsonNode?)text), Gen.Int[0, 3].Select(number => (JsonNode?)number), Gen.Const((JsonNode?)null));
        var value = Gen.Recursive<JsonNode?>((depth, inner) => depth > 3 ? scalar : Gen.OneOf(
            scalar,
            inner.List[0, 3].Select(items => (JsonNode?)new JsonArray([.. items.Select(item => item?.DeepClone())])),
            Gen.Select(name, inner).List[0, 3].Select(fields => (JsonNode?)new JsonObject(fields.DistinctBy(field => field.Item1, StringComparer.OrdinalIgnoreCase).Select(field => KeyValuePair.Create(field.Item1, field.Item2?.DeepClone()))))));
        value.Sample(spec =>
        {
            var entry = Entry(new JsonObject { ["apiVersion"] = "a/v1", ["kind"] = "K", ["metadata"] = new JsonObject { ["name"] = "n" }, ["spec"] = new JsonObject { ["x"] = spec?.DeepClone() } }.ToJsonString());
            foreach (var group in BackstageFields.Of(entry).GroupBy(field => field.Key))
                Assert.Equal(Known(group.Select(field => field.Text)), Known(BackstageFields.Values(entry, group.Key)));
        });

        static Gen<string> Of(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(number => texts[number]);

        static IEnumerable<string> Known(IEnumerable<string?> values) => values.Select(value => value ?? "\0").Distinct().Order(StringComparer.Ordinal);
    }

    internal static CatalogEntry Entry(string document) => new()
    {
        Entity = EntityJson.Read((JsonObject)JsonNode.Parse(document)!, new EntityOrigin("vouchers.yaml", 1)),
        Source = new CatalogSource("shelf", SourceKind.Added, "/srv/catalog", null, "user:default/noor", DateTimeOffset.UnixEpoch),
        Hash = "hash",
        Since = DateTimeOffset.UnixEpoch,
        ChangedAt = DateTimeOffset.UnixEpoch,
        Claim = 0,
        Stale = false,
    };
}
