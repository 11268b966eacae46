using CsCheck;
using Tarmac.Catalog;

namespace Tarmac.Tests.Catalog;

[Trait("database", "sqlite")]
public sealed class EntitySetTests
{
    // Dense and sparse ones, so that lists meet bits.
    private static readonly Gen<int[]> Numbers = Gen.OneOf(Gen.Int[0, 300].HashSet[0, 250].Select(set => set.ToArray()), Gen.Int[0, 100_000].HashSet[0, 120].Select(set => set.ToArray()));

    [Fact]
    public void It_is_the_set_it_says() => Gen.Select(Numbers, Numbers, Numbers).Sample((first, second, third) =>
    {
        var (a, b) = (EntitySet.Of(first), EntitySet.Of(second));
        Same(first, a);
        Same(first.Intersect(second), a.And(b));
        Same(first.Except(second), a.Except(b));
        Same(first.Union(second).Union(third), EntitySet.Union([a, b, EntitySet.Of(third)]));
        Same(first.Except(second).Union(third), a.With(second, third));
        Assert.Equal(first.Intersect(second).Count(), a.CountCommon(b));
        Assert.All(second, number => Assert.Equal(first.Contains(number), a.ForLookups().Contains(number)));
    });

    private static void Same(IEnumerable<int> expected, EntitySet set)
    {
        Assert.Equal(expected.Order(), set.Numbers());
        Assert.Equal(expected.Count(), set.Count);
        Assert.All(expected, number => Assert.True(set.Contains(number)));
        Assert.False(set.Contains(1_000_000));
    }
}
