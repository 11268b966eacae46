using Tarmac.Foundation.Storage;

namespace Tarmac.Tests.Foundation.Storage;

public sealed class SqlTests
{
    [Fact]
    public void Every_hole_becomes_a_parameter_in_order()
    {
        Sql sql = $"select {"a"}, {1}, {2L}, {3.5}, {true}, {(string?)null}, {DateTimeOffset.FromUnixTimeMilliseconds(42)}";
        Assert.Equal("select @p0, @p1, @p2, @p3, @p4, @p5, @p6", sql.Text);
        Assert.Equal(["a", 1L, 2L, 3.5, true, null, 42L], sql.Values);
    }

    [Fact]
    public void A_list_becomes_parameters_in_brackets_and_an_empty_one_matches_nothing()
    {
        string[] names = ["x", "y"];
        Sql sql = $"a = {0} and name in {names} and b in {Array.Empty<string>()}";
        Assert.Equal("a = @p0 and name in (@p1, @p2) and b in (null)", sql.Text);
        Assert.Equal([0L, "x", "y"], sql.Values);
    }

    [Fact]
    public void A_nested_statement_is_numbered_with_the_whole_beyond_ten_parameters_too()
    {
        Sql inner = $"{1} {2} {3} {4} {5} {6} {7} {8} {9} {10} {11} {12}";
        Sql outer = $"{101} {102} [{inner}] {103} [{inner}] {104}";
        Assert.Equal(string.Join(' ', Enumerable.Range(0, 28).Select(n => "@p" + n)), outer.Text.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal));
        Assert.Equal([101L, 102L, .. Enumerable.Range(1, 12).Select(n => (object)(long)n), 103L, .. Enumerable.Range(1, 12).Select(n => (object)(long)n), 104L], outer.Values);
    }

    [Fact]
    public async Task A_value_is_never_read_as_sql()
    {
        await using var fresh = await FreshDatabase.Open();
        var hostile = "x'; drop table counter; --";
        await fresh.Write(session => session.Execute($"insert into subscriber (name, revision) values ({hostile}, {1})"));
        Assert.Equal(hostile, await fresh.Read(session => session.One($"select name from subscriber where name in {(string[])[hostile]}", row => row.Text(0))));
        Assert.Equal(0, await fresh.Read(session => session.Number($"select value from counter where name = 'event'")));
    }
}
