using CsCheck;
using Tarmac.Catalog;

namespace Tarmac.Tests.Catalog;

[Trait("database", "sqlite")]
public sealed class FieldTextTests
{
    [Fact]
    public void Finds_what_looking_at_each_value_finds() =>
        Gen.Select(Gen.String[Gen.OneOf("aBbéÉ-".ToCharArray()), 0, 6].Array[0, 12], Gen.String[Gen.OneOf("AbÉ-".ToCharArray()), 0, 3]).Sample((words, wanted) =>
        {
            var values = words.Distinct().Select((word, number) => KeyValuePair.Create(word, EntitySet.Of([number]))).ToList();
            var found = EntitySet.Union([.. new FieldText(values).Containing(wanted)]).Numbers();
            Assert.Equal(values.Where(value => value.Key.Contains(wanted, StringComparison.OrdinalIgnoreCase)).SelectMany(value => value.Value.Numbers()).Order(), found);
        });
}
