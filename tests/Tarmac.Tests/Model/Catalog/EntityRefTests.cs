using System.Text.Json;
using CsCheck;
using Tarmac.Model.Catalog;

namespace Tarmac.Tests.Model.Catalog;

public sealed class EntityRefTests
{
    [Theory]
    [InlineData("vouchers", "component:inherited/vouchers")]
    [InlineData("API:vouchers", "api:inherited/vouchers")]
    [InlineData("other/vouchers", "component:other/vouchers")]
    [InlineData("Group:Other/Promotions", "group:other/promotions")]
    [InlineData("a/b/c", "component:a/b/c")]
    [InlineData("a/b:c", "component:a/b:c")]
    [InlineData("k:a:b/c", "k:a:b/c")]
    [InlineData("k:n:o", "k:inherited/n:o")]
    public void A_reference_is_read_with_defaults(string text, string canonical) =>
        Assert.Equal(canonical, EntityRef.Parse(text, "Component", "inherited").ToString());

    [Theory]
    [InlineData("")]
    [InlineData(":a")]
    [InlineData("/a")]
    [InlineData("k:/a")]
    [InlineData("k:")]
    [InlineData("k:n/")]
    [InlineData("n/")]
    public void A_part_that_is_written_but_empty_is_refused(string text)
    {
        Assert.False(EntityRef.TryParse(text, "Component", null, out var reference, out var why));
        Assert.Null(reference);
        Assert.Equal(why, Assert.Throws<FormatException>(() => EntityRef.Parse(text, "Component")).Message);
    }

    [Fact]
    public void Without_a_default_the_kind_must_be_written() =>
        Assert.Contains("no kind", Assert.Throws<FormatException>(() => EntityRef.Parse("artists-db")).Message, StringComparison.Ordinal);

    [Fact]
    public void Case_does_not_tell_references_apart_but_is_kept_for_people()
    {
        var one = EntityRef.Parse("Group:Default/Promotions");
        var other = EntityRef.Parse("group:default/promotions");
        Assert.Equal(one, other);
        Assert.True(one == other && one.GetHashCode() == other.GetHashCode() && one.CompareTo(other) == 0);
        Assert.Equal(("Group", "Default", "Promotions"), (one.Kind, one.Namespace, one.Name));
        Assert.True(one.IsKind("GROUP"));
        Assert.True(EntityRef.Of("a", "b") < EntityRef.Of("a", "c"));
    }

    [Theory]
    [InlineData("a:b", "n", "x")]
    [InlineData("a", "n/m", "x")]
    [InlineData("a", "n", "")]
    public void Parts_that_could_not_be_read_back_are_refused(string kind, string entityNamespace, string name) =>
        Assert.Throws<ArgumentException>(() => EntityRef.Of(kind, name, entityNamespace));

    [Fact]
    public void It_travels_in_JSON_as_its_canonical_string()
    {
        Assert.Equal("\"group:default/promotions\"", JsonSerializer.Serialize(EntityRef.Of("Group", "Promotions")));
        Assert.Equal(EntityRef.Of("group", "a"), JsonSerializer.Deserialize<EntityRef>("\"Group:default/a\""));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<EntityRef>("\"a\""));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<EntityRef>("1"));
    }

    private static readonly Gen<string> Texts = Gen.OneOf(Gen.String, Gen.String[Gen.Char[":/aB.-"], 0, 12]);

    [Fact]
    public void Whatever_can_be_read_is_the_same_when_read_again() =>
        Gen.Select(Texts, Gen.OneOf<string?>("Component", null), Gen.OneOf<string?>("default", "other", null)).Sample((text, kind, entityNamespace) =>
        {
            if (!EntityRef.TryParse(text, kind, entityNamespace, out var reference, out var why))
            {
                Assert.NotEmpty(why);
                return;
            }
            var again = EntityRef.Parse(reference.ToString());
            Assert.Equal(reference, again);
            Assert.Equal(reference.ToString(), again.ToString());
            Assert.Equal(reference, EntityRef.Of(reference.Kind, reference.Name, reference.Namespace));
        }, iter: 8_000);
}
