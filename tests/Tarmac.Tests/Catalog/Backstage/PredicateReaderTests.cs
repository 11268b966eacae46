using System.Text.Json.Nodes;
using Tarmac.Catalog.Backstage;
using Tarmac.Foundation.Web;

namespace Tarmac.Tests.Catalog.Backstage;

[Trait("database", "sqlite")]
public sealed class PredicateReaderTests
{
    private sealed class Known : FieldSet
    {
        protected override void Collect(string key, List<string?> values) => values.AddRange(key switch
        {
            "kind" => ["Component"],
            "spec.type" => ["Service"],
            "spec.size" => ["3"],
            "metadata.tags" => ["java", "till"],
            "metadata.tags.java" => ["true"],
            "metadata.long" => [null],
            "relations.ownedby" => ["group:default/promotions"],
            _ => [],
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(true, "")]
    [InlineData(true, "kind=component")]
    [InlineData(true, "kind = COMPONENT , spec.type")]
    [InlineData(true, "Kind=component,SPEC.TYPE=service")]
    [InlineData(true, "kind=api,kind=component")]
    [InlineData(true, "metadata.tags=java,metadata.tags.java=true")]
    [InlineData(true, "relations.ownedBy=group:default/promotions")]
    [InlineData(true, "metadata.long")]
    [InlineData(true, "kind=api", "kind=component")]
    [InlineData(false, "kind=api", "kind=system")]
    [InlineData(false, "kind=component,spec.type=website")]
    [InlineData(false, "kind=component,spec.owner")]
    [InlineData(false, "spec.type=")]
    [InlineData(false, "metadata.long=null")]
    public void A_filter_means_all_of_a_set_and_any_of_several(bool accepted, params string[] filters) =>
        Assert.Equal(accepted, PredicateReader.Read(PredicateReader.OfFilters(filters)).Accepts(new Known()));

    [Theory]
    [InlineData("""{}""", true)]
    [InlineData("""{"kind": "component", "spec.type": "service"}""", true)]
    [InlineData("""{"spec.size": 3}""", true)]
    [InlineData("""{"metadata.tags.java": true}""", true)]
    [InlineData("""{"$all": []}""", true)]
    [InlineData("""{"$any": []}""", false)]
    [InlineData("""{"$not": {"kind": "api"}}""", true)]
    [InlineData("""{"$all": [{"kind": "component"}, {"$any": [{"spec.type": "website"}, {"$not": {"spec.owner": {"$exists": true}}}]}]}""", true)]
    [InlineData("""{"spec.owner": {"$exists": false}}""", true)]
    [InlineData("""{"metadata.long": {"$exists": true}}""", true)]
    [InlineData("""{"spec.type": {"$in": ["website", "SERVICE"]}}""", true)]
    [InlineData("""{"spec.type": {"$in": []}}""", false)]
    [InlineData("""{"spec.type": {"$hasPrefix": "SER"}}""", true)]
    [InlineData("""{"spec.type": {"$hasPrefix": "erv"}}""", false)]
    [InlineData("""{"metadata.tags": {"$contains": "Till"}}""", true)]
    [InlineData("""{"relations": {"$contains": {"type": "ownedBy"}}}""", true)]
    [InlineData("""{"relations": {"$contains": {"type": "ownedBy", "targetRef": "Group:default/promotions"}}}""", true)]
    [InlineData("""{"relations": {"$contains": {"type": "ownedBy", "targetRef": {"$in": ["group:default/a", "group:default/b"]}}}}""", false)]
    public void A_predicate_means_what_it_says(string predicate, bool accepted) =>
        Assert.Equal(accepted, PredicateReader.Read((JsonObject)JsonNode.Parse(predicate)!).Accepts(new Known()));

    [Theory]
    [InlineData("""{"$all": {"kind": "a"}}""")]
    [InlineData("""{"$all": ["kind"]}""")]
    [InlineData("""{"$not": null}""")]
    [InlineData("""{"$nor": []}""")]
    [InlineData("""{"$all": [], "kind": "a"}""")]
    [InlineData("""{"kind": null}""")]
    [InlineData("""{"kind": ["a"]}""")]
    [InlineData("""{"kind": {}}""")]
    [InlineData("""{"kind": {"$like": "a"}}""")]
    [InlineData("""{"kind": {"$exists": "yes"}}""")]
    [InlineData("""{"kind": {"$in": "a"}}""")]
    [InlineData("""{"kind": {"$in": [null]}}""")]
    [InlineData("""{"kind": {"$hasPrefix": 1}}""")]
    [InlineData("""{"kind": {"$contains": {"a": 1}}}""")]
    [InlineData("""{"kind": {"$in": ["a"], "$hasPrefix": "a"}}""")]
    [InlineData("""{"relations": {"$contains": {}}}""")]
    [InlineData("""{"relations": {"$contains": {"type": "ownedBy", "targetRef": {"$in": []}}}}""")]
    [InlineData("""{"relations": {"$contains": {"type": "ownedBy", "other": "a"}}}""")]
    public void A_predicate_that_says_nothing_clear_is_refused(string predicate)
    {
        var refused = Assert.Throws<Problem>(() => PredicateReader.Read((JsonObject)JsonNode.Parse(predicate)!));
        Assert.Equal((400, "bad-request"), (refused.Status, refused.Code));
        Assert.NotNull(refused.Cure);
    }

    [Fact]
    public void A_filter_without_a_field_or_with_too_many_conditions_is_refused()
    {
        Assert.Throws<Problem>(() => PredicateReader.OfFilters(["=component"]));
        Assert.Throws<Problem>(() => PredicateReader.Read(PredicateReader.OfFilters([string.Join(',', Enumerable.Range(0, 1_001).Select(number => "spec.a" + number))])));
        // Many values of one field are one condition.
        Assert.False(PredicateReader.Read(PredicateReader.OfFilters([string.Join(',', Enumerable.Range(0, 5_000).Select(number => "kind=a" + number))])).Accepts(new Known()));
    }
}
