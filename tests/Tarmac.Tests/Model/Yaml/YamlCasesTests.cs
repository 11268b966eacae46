using System.Text.Json.Nodes;
using Tarmac.Model.Yaml;

namespace Tarmac.Tests.Model.Yaml;

/// <summary>
/// Texts of every shape that files come in, and what the YAML 1.2 reader that Backstage uses made of each. Where we mean to
/// differ, the case says what we make of it and why.
/// </summary>
public sealed class YamlCasesTests
{
    [Fact]
    public void Each_text_means_what_it_means_to_Backstage()
    {
        var cases = (JsonArray)JsonNode.Parse(File.ReadAllText(Path.Combine(PublicData.Repository, "tests", "Tarmac.Tests", "Model", "Yaml", "yaml-cases.json")))!;
        Assert.True(cases.Count > 150);
        var different = new List<string>();
        foreach (var each in cases)
        {
            var text = each!["text"]!.GetValue<string>();
            var means = ((JsonArray)(each["here"] ?? each["means"])!).Select(document => document!.GetValue<string>()).ToList();
            var read = YamlReader.Read(text, "f");
            var found = read.Documents.Where(document => !document.IsEmpty).Select(document => document.Root.ToJson()!.ToJsonString()).ToList();
            var wanted = means.Where(document => document != "error").Select(document => JsonNode.Parse(document)!.ToJsonString()).ToList();
            if (!found.SequenceEqual(wanted) || read.Problems.Count > 0 != means.Contains("error"))
                different.Add($"{JsonValue.Create(text)!.ToJsonString()}\n    means {string.Join(" | ", means)}\n    read  {string.Join(" | ", found)} {string.Join(" ", read.Problems)}");
        }
        Assert.True(different.Count == 0, string.Join("\n", different));
    }
}
