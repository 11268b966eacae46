using System.Text.RegularExpressions;

namespace Tarmac.Tests.Repository;

public sealed partial class HouseRuleTests
{
    private const int MostLines = 300;

    [Fact]
    public void No_file_grows_beyond_what_one_reads_in_a_sitting()
    {
        var long_ = Code().Where(file => SourceFiles.Lines(file.Text).Count() > MostLines + 10).Select(file => $"{file.Path} has {SourceFiles.Lines(file.Text).Count()} lines");
        Assert.Empty(long_);
    }

    [Fact]
    public void Time_is_injected()
    {
        var offending = SourceFiles.In("src", ".cs", ".razor").Where(file => Clock().IsMatch(file.Text)).Select(file => $"{file.Path}: {Clock().Match(file.Text).Value}");
        Assert.Empty(offending);
    }

    [Fact]
    public void Nothing_is_left_to_do_later()
    {
        var offending = SourceFiles.In("src", ".cs", ".razor", ".js", ".css").Concat(SourceFiles.In("tests", ".cs")).Concat(SourceFiles.In("bench", ".cs"))
            .Where(file => !file.Path.EndsWith("HouseRuleTests.cs", StringComparison.Ordinal) && Unfinished().IsMatch(file.Text))
            .Select(file => $"{file.Path}: {Unfinished().Match(file.Text).Value}");
        Assert.Empty(offending);
    }

    [Fact]
    public void A_test_that_waits_by_the_clock_says_why()
    {
        var offending = new List<string>();
        foreach (var (path, text) in SourceFiles.In("tests", ".cs"))
        {
            var lines = SourceFiles.Lines(text).ToList();
            foreach (var (number, line) in lines.Index())
                if (Waiting().IsMatch(line) && !(line.Contains("//", StringComparison.Ordinal) || lines.Take(number).TakeLast(3).Any(before => before.Contains("//", StringComparison.Ordinal))))
                    offending.Add($"{path}:{number + 1}: {line.Trim()}");
        }
        Assert.Empty(offending);
    }

    [Fact]
    public void Every_slice_opens_with_one_plain_sentence()
    {
        foreach (var folder in Directory.GetDirectories(Path.Combine(PublicData.Repository, "src", "Tarmac")))
        {
            var name = Path.GetFileName(folder);
            if (name == "Foundation") continue;
            var page = Path.Combine(folder, name + ".md");
            Assert.True(File.Exists(page), $"src/Tarmac/{name}/{name}.md is missing");
            var first = File.ReadLines(page).FirstOrDefault(line => line.Length > 0 && !line.StartsWith('#')) ?? "";
            Assert.True(first.EndsWith('.') && first.Length is > 20 and < 250, $"src/Tarmac/{name}/{name}.md does not open with a sentence: {first}");
        }
    }

    [Fact]
    public void The_licence_is_here_and_is_what_the_packages_say()
    {
        Assert.Contains("Apache License", SourceFiles.Text("LICENSE"), StringComparison.Ordinal);
        Assert.Contains("Version 2.0", SourceFiles.Text("LICENSE"), StringComparison.Ordinal);
        Assert.Contains("<PackageLicenseExpression>Apache-2.0<", SourceFiles.Text("Directory.Build.props"), StringComparison.Ordinal);
    }

    private static IEnumerable<(string Path, string Text)> Code() =>
        SourceFiles.In("src", ".cs", ".razor").Concat(SourceFiles.In("tests", ".cs")).Concat(SourceFiles.In("bench", ".cs"));

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Now|UtcNow|Today)\b")]
    private static partial Regex Clock();

    [GeneratedRegex(@"(//|/\*|<!--|@\*)[^""\n]*\b(TODO|FIXME|HACK|XXX)\b|\bNotImplementedException\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"\b(Thread\.Sleep|Task\.Delay)\((?!Timeout\.Infinite)")]
    private static partial Regex Waiting();
}
