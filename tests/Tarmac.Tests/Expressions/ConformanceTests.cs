namespace Tarmac.Tests.Expressions;

/// <summary>The vectors of the language's own suite; docs/expressions.md has their table.</summary>
public sealed class ConformanceTests
{
    [Fact]
    public void Every_vector_outside_the_exclusions_passes()
    {
        var ran = ConformanceVector.All(PublicData.Folder("cel")).Select(vector => (vector.Name, Result: vector.Run())).ToList();

        Assert.True(ran.Count >= 900, $"only {ran.Count} vectors were read");
        var failed = ran.Where(each => each.Result.Outcome == Conformance.Fail).Select(each => $"{each.Name}: {each.Result.Why}").ToList();
        Assert.True(failed.Count == 0, $"{failed.Count} of {ran.Count} fail:{Environment.NewLine}{string.Join(Environment.NewLine, failed)}");
    }

    [Fact]
    public void The_table_of_the_docs_is_what_passes()
    {
        var rows = ConformanceVector.All(PublicData.Folder("cel")).GroupBy(vector => vector.File).Select(file =>
        {
            var outcomes = file.Select(vector => vector.Run().Outcome).ToList();
            return $"| {file.Key} | {outcomes.Count(each => each == Conformance.Pass)} | {outcomes.Count(each => each == Conformance.Skip)} | {outcomes.Count(each => each == Conformance.Fail)} |";
        }).ToList();

        var docs = File.ReadAllText(Path.Combine(PublicData.Repository, "docs", "expressions.md"));
        Assert.True(rows.TrueForAll(docs.Contains), $"docs/expressions.md needs these rows:{Environment.NewLine}{string.Join(Environment.NewLine, rows)}");
    }
}
