using Tarmac.Model.Problems;

namespace Tarmac.Tests.Model;

public sealed class ProblemPagesTests
{
    /// <summary>Every code of the model is a constant in a class whose name ends in Codes.</summary>
    public static TheoryData<string> Codes { get; } =
    [
        .. typeof(InputProblem).Assembly.GetTypes().Where(type => type.Name.EndsWith("Codes", StringComparison.Ordinal))
            .SelectMany(type => type.GetFields()).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!),
    ];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_problem_code_has_a_page_that_says_what_why_and_how(string code)
    {
        var page = Path.Combine(PublicData.Repository, "docs", "errors", code + ".md");
        Assert.True(File.Exists(page), $"docs/errors/{code}.md is missing");
        var lines = File.ReadAllLines(page);
        Assert.Equal("# " + code, lines[0]);
        Assert.InRange(lines.Length, 5, 15);
        foreach (var part in new[] { "**What happened.**", "**Why.**", "**How to mend it.**" })
        {
            Assert.Contains(lines, line => line.StartsWith(part, StringComparison.Ordinal));
        }
    }
}
