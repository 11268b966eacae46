using System.Diagnostics;
using System.Text.Json.Nodes;
using CsCheck;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Yaml;

namespace Tarmac.Tests.Cli;

/// <summary>Everything that needs no platform.</summary>
public sealed class OfflineTests : IDisposable
{
    private const string Score = """
        apiVersion: score.dev/v1b1
        metadata:
          name: vouchers
        containers:
          main:
            image: .

        """;

    private readonly CliProgram cli = new();

    public void Dispose() => cli.Dispose();

    [Fact]
    public async Task A_sound_Score_file_is_0_and_one_with_findings_is_1_with_the_place()
    {
        cli.File("score.yaml", Score);
        (await cli.Run("workload", "check")).Succeeded();
        cli.File("bad.yaml", Score.Replace("image: .", "imagge: ."));
        var run = (await cli.Run("workload", "check", "bad.yaml")).Failed(1);
        Assert.Contains("bad.yaml:6:", run.Out);
        var json = (await cli.Run("workload", "check", "score.yaml", "bad.yaml", "--json")).Failed(1).Json;
        Assert.False(json["ok"]!.GetValue<bool>());
        Assert.Equal(2, json["files"]!.AsArray().Count);
        Assert.Equal(6, json["files"]![1]!["problems"]![0]!["line"]!.GetValue<int>());
    }

    [Fact]
    public async Task Catalog_files_and_runbooks_are_checked_the_same_way()
    {
        cli.File("catalog-info.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: vouchers\nspec:\n  type: service\n  lifecycle: experimental\n  owner: promotions\n");
        (await cli.Run("catalog", "check")).Succeeded();
        cli.File("broken.yaml", "kind: [");
        (await cli.Run("catalog", "check", "broken.yaml")).Failed(1, "broken.yaml:");
        cli.File("RUNBOOK.md", "# Vouchers\n\nIssues vouchers.\n\n## Nonsense heading\n\nx\n");
        (await cli.Run("runbook", "check", "--json")).Failed(1, "runbook-section-unknown");
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_a_finding_and_the_others_are_checked_all_the_same()
    {
        (await cli.Run("workload", "check", "missing.yaml")).Failed(1, "Check the path");
        cli.File("score.yaml", Score);
        var files = (await cli.Run("workload", "check", "missing.yaml", "score.yaml", "--json")).Failed(1).Json["files"]!;
        Assert.Equal("file-unreadable", files[0]!["problems"]![0]!["code"]!.GetValue<string>());
        Assert.True(files[1]!["ok"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_folder_stands_for_the_files_of_the_usual_name_below_it()
    {
        cli.File("services/vouchers/score.yaml", Score);
        cli.File("services/prices/score.yaml", Score.Replace("image: .", "imagge: ."));
        cli.File("services/prices/other.yaml", "not: a Score file");
        var files = (await cli.Run("workload", "check", "services", "--json")).Failed(1).Json["files"]!.AsArray();
        Assert.Equal([("services/prices/score.yaml", false), ("services/vouchers/score.yaml", true)], files.Select(file => (file!["file"]!.GetValue<string>(), file["ok"]!.GetValue<bool>())));
        (await cli.Run("runbook", "check", "services")).Failed(1, "No RUNBOOK.md");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("token")]
    [InlineData("token create")]
    [InlineData("operation list --state sleeping")]
    [InlineData("completion tcsh")]
    [InlineData("action token.create --name x --days 9999")]
    public async Task Wrong_usage_is_2_says_an_example_and_is_one_document_with_json(string line)
    {
        (await cli.Run(line.Split(' '))).Failed(2, "--help");
        Assert.NotNull((await cli.Run([.. line.Split(' '), "--json"])).Failed(2).Json["title"]);
    }

    [Fact]
    public async Task No_platform_is_5_and_says_how_to_get_one()
    {
        (await cli.Run("whoami")).Failed(5, "tarmac serve --detach");
        cli.Variables["TARMAC_RETRY_SECONDS"] = "0";
        (await cli.Run("token", "create", "x", "--url", "http://127.0.0.1:9")).Failed(5, "127.0.0.1:9");
        (await cli.Run("serve", "status")).Failed(5, "No platform runs");
    }

    [Fact]
    public async Task Completion_scripts_are_sound_for_the_shells_that_are_here()
    {
        foreach (var (shell, check) in new[] { ("bash", "bash -n"), ("zsh", "zsh -n"), ("fish", "fish -n"), ("powershell", "pwsh -NoProfile -NonInteractive -File") })
        {
            var script = (await cli.Run("completion", shell)).Succeeded().Out;
            Assert.Contains("suggest", script);
            var file = cli.File(shell == "powershell" ? "completion.ps1" : shell, script);
            var words = check.Split(' ');
            if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, words[0])))) continue;
            Assert.Equal("0", await Shell($"{check} {file} >&2; echo $?"));
        }
    }

    [Fact]
    public async Task Bash_completes_verbs_options_and_values()
    {
        var script = cli.File("completion.bash", (await cli.Run("completion", "bash")).Out);
        var program = CliProgram.Program;
        Task<string> Complete(string line, int word) => Shell(
            $"source {script}; COMP_LINE='{line}'; COMP_POINT=${{#COMP_LINE}}; COMP_WORDS=({program} {line[line.IndexOf(' ')..]} {(line.EndsWith(' ') ? "''" : "")}); COMP_CWORD={word}; _tarmac; echo \"${{COMPREPLY[@]}}\"");
        Assert.Equal("token", await Complete("tarmac tok", 1));
        Assert.Equal("create list revoke", string.Join(' ', (await Complete("tarmac token ", 2)).Split(' ').Where(word => !word.StartsWith('-')).Order()));
        Assert.Equal("running", await Complete("tarmac operation list --state r", 4));
    }

    [Fact]
    public void The_service_is_found_from_the_Score_file_the_catalog_file_or_the_remote()
    {
        cli.File("score/score.yaml", Score);
        Directory.CreateDirectory(Path.Combine(cli.Folder, "score", "src", "deep"));
        Assert.Equal("vouchers", ServiceHere.Find(Path.Combine(cli.Folder, "score", "src", "deep")));
        cli.File("info/catalog-info.yaml", "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata:\n  name: shop\nspec:\n  owner: promotions\n---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: baskets\nspec:\n  type: service\n  lifecycle: production\n  owner: promotions\n");
        Assert.Equal("baskets", ServiceHere.Find(Path.Combine(cli.Folder, "info")));
        cli.File("remote/.git/config", "[remote \"origin\"]\n\turl = http://127.0.0.1:7080/git/prices.git\n");
        Assert.Equal("prices", ServiceHere.Find(Path.Combine(cli.Folder, "remote")));
        // The root of a repository ends the search: what lies above is somebody else's.
        cli.File("score/other/.git/config", "[core]\n");
        Assert.Null(ServiceHere.Find(Path.Combine(cli.Folder, "score", "other")));
    }

    [Fact]
    public void What_is_exported_as_YAML_reads_back_as_the_same_values()
    {
        string[] awkward = ["yes", "null", "1.0", "2026-01-01", "- x", "a: b", "0x1f", "=", "<<", ".5", "1_000", "12:30", "~", "plain words", "a#b", "a #b"];
        var text = Gen.OneOf(Gen.String[Gen.Char[" \t\n-:#'\"{}[]&*!|>%@`,?01aZé~\\"], 0, 12], Gen.Int[0, awkward.Length - 1].Select(at => awkward[at]));
        Gen<JsonNode?> leaf = Gen.OneOf(text.Select(value => (JsonNode?)JsonValue.Create(value)), Gen.Int.Select(value => (JsonNode?)JsonValue.Create(value)), Gen.Bool.Select(value => (JsonNode?)JsonValue.Create(value)));
        Gen<JsonNode?> list = List(leaf);
        Gen<JsonNode?> inner = Map(Gen.OneOf(leaf, list));
        Map(Gen.OneOf(leaf, list, List(inner), inner)).Sample(json =>
        {
            var read = YamlReader.Read(YamlText.Document((JsonObject)json!), "export.yaml");
            return read.Problems.Count == 0 && (((JsonObject)json!).Count == 0 || JsonNode.DeepEquals(json, read.Documents[0].Root.ToJson()));
        }, iter: 2000);

        static Gen<JsonNode?> List(Gen<JsonNode?> item) => item.Array[0, 3].Select(items => (JsonNode?)new JsonArray([.. items.Select(one => one?.DeepClone())]));

        Gen<JsonNode?> Map(Gen<JsonNode?> value) => Gen.Select(text, value).Array[0, 4].Select((Func<(string, JsonNode?)[], JsonNode?>)(pairs =>
        {
            var json = new JsonObject();
            foreach (var (name, item) in pairs) json[name] = item?.DeepClone();
            return json;
        }));
    }

    private async Task<string> Shell(string script)
    {
        using var shell = Process.Start(cli.StartInfo("bash", "--norc", "-c", script))!;
        shell.StandardInput.Close();
        var error = shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(shell.ExitCode == 0, await error);
        return output.Trim();
    }
}
