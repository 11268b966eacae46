using System.Text.Json.Nodes;

namespace Tarmac.Tests.Operability;

/// <summary>Every check, through the API: once as it should be, once failing, with the severity of a gold service.</summary>
public sealed class CheckTests
{
    private const string GoodReport = """
        {"schemaVersion": 1, "systemCode": "till", "name": "Till", "checks": [{"id": "bank", "name": "Bank answers", "ok": true, "severity": 1,
         "businessImpact": "Nobody can pay.", "technicalSummary": "Calls the bank.", "panicGuide": "Call the bank."}]}
        """;

    [Fact]
    public async Task A_component_that_does_everything_right_has_100_and_is_ready()
    {
        await using var folder = await ScoredFolder.Start();
        await folder.Report("readiness", """{"ready": true}""");
        await folder.Report("health", GoodReport);
        await folder.Report("release", new JsonObject { ["at"] = DateTimeOffset.UtcNow.AddDays(-3).ToString("O") }.ToJsonString());

        var score = await folder.Judged();
        Assert.All((JsonArray)score["findings"]!, finding => Assert.True(finding!["outcome"]!.GetValue<string>() == "ok", finding.ToJsonString()));
        Assert.Equal(100, score["score"]!.GetValue<double>());
        Assert.Equal(100, score["coverage"]!.GetValue<double>());
        Assert.Equal("ready", score["band"]!.GetValue<string>());
        Assert.Equal("gold", score["tier"]!.GetValue<string>());
        Assert.Equal("production", score["lifecycle"]!.GetValue<string>());
        Assert.Equal(((JsonArray)await folder.Platform.Get("/api/checks")).Count, score["n"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("OWN-01", "owner: promotions\n  system", "owner: nobody-knows\n  system", "critical", "spec.owner")]
    [InlineData("OWN-04", "gold", "golden", "error", "metadata.annotations.tarmac.dev/service-tier")]
    [InlineData("OWN-06", "system: shops\n  ", "", "info", "spec.system")]
    [InlineData("DEP-06", "component:ledger]", "component:cellar]", "warning", "spec.dependsOn")]
    public async Task What_a_descriptor_lacks_is_found_in_it(string check, string text, string instead, string outcome, string field)
    {
        Assert.Contains(text, ScoredFolder.Descriptor, StringComparison.Ordinal);
        await using var folder = await ScoredFolder.Start(ScoredFolder.Descriptor.Replace(text, instead, StringComparison.Ordinal));
        var finding = await folder.Finding(check);
        Fails(finding, outcome);
        Assert.Equal(field, finding["fix"]!["field"]!.GetValue<string>());
        Assert.Equal("catalog-info.yaml", finding["fix"]!["file"]!.GetValue<string>());

        folder.Write("till/catalog-info.yaml", ScoredFolder.Descriptor);
        Assert.Equal("ok", (await folder.Finding(check))["outcome"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_team_that_cannot_be_reached_is_found_and_a_chat_is_as_good_as_an_address()
    {
        var silent = ScoredFolder.Organisation.Replace(", profile: {email: promotions@example.com}", "", StringComparison.Ordinal);
        await using var folder = await ScoredFolder.Start(organisation: silent);
        var finding = await folder.Finding("OWN-02");
        Fails(finding, "error");
        Assert.Equal("spec.profile.email", finding["fix"]!["field"]!.GetValue<string>());
        Assert.Equal("organisation.yaml", finding["fix"]!["file"]!.GetValue<string>());

        await using var chatting = await ScoredFolder.Start(organisation: silent.Replace("title: Promotions", "title: Promotions, links: [{url: 'https://chat.example.com/p', type: chat}]", StringComparison.Ordinal));
        Assert.Equal("ok", (await chatting.Finding("OWN-02"))["outcome"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("TODO: say here what this does and for whom, some day soon.")]
    [InlineData("Takes payments.")]
    public async Task A_description_that_says_nothing_is_found_unless_the_runbook_says_it(string description)
    {
        var descriptor = ScoredFolder.Descriptor.Replace("Takes payments in shops; without it nobody can buy anything.", $"\"{description}\"", StringComparison.Ordinal);
        await using var folder = await ScoredFolder.Start(descriptor, ScoredFolder.Runbook.Replace("Takes payments in shops; without it nobody can buy anything at all.", "To do.", StringComparison.Ordinal));
        Fails(await folder.Finding("OWN-05"), "error");

        folder.Write("till/RUNBOOK.md", ScoredFolder.Runbook);
        Assert.Equal("ok", (await folder.Finding("OWN-05"))["outcome"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("RBK-01", "First Line Troubleshooting", "error")]
    [InlineData("RBK-02", "Second Line Troubleshooting", "warning")]
    [InlineData("RBK-06", "Architecture", "warning")]
    [InlineData("OBS-06", "Bespoke Monitoring", "warning")]
    public async Task A_section_must_say_something_itself(string check, string heading, string outcome)
    {
        await using var folder = await ScoredFolder.Start();
        Assert.Equal("ok", (await folder.Finding(check))["outcome"]!.GetValue<string>());
        foreach (var hollow in new[] { "See the [README](https://example.com/readme).", "TODO", "Ask somebody.", "<!-- What would you try? -->" })
        {
            folder.Write("till/RUNBOOK.md", WithSection(heading, hollow));
            var finding = await folder.Finding(check);
            Fails(finding, outcome);
            Assert.Equal("RUNBOOK.md", finding["fix"]!["file"]!.GetValue<string>());
            Assert.Equal(LineOf(WithSection(heading, hollow), heading), finding["fix"]!["line"]!.GetValue<int>());
        }
        folder.Write("till/RUNBOOK.md", WithSection(heading, null));
        Fails(await folder.Finding(check), outcome);
    }

    [Theory]
    [InlineData("Failover Details", "TBD", "Failover has a type but no details.")]
    [InlineData("Data Recovery Details", null, "Data recovery has a type but no details.")]
    [InlineData("Release Process Type", null, "Release has no type.")]
    [InlineData("Key Management Process Type", "By hand, mostly", "Key management has no type.")]
    public async Task Each_process_needs_a_type_and_its_details(string heading, string? text, string message)
    {
        await using var folder = await ScoredFolder.Start();
        Assert.Equal("ok", (await folder.Finding("RBK-07"))["outcome"]!.GetValue<string>());
        folder.Write("till/RUNBOOK.md", WithSection(heading, text));
        var finding = await folder.Finding("RBK-07");
        Fails(finding, "warning");
        Assert.Equal(message, finding["message"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_unanswered_question_about_personal_data_is_critical_and_caps_the_band()
    {
        await using var folder = await ScoredFolder.Start(runbook: WithSection("Contains Personal Data", "<!-- yes or no -->"));
        var score = await folder.Judged();
        var finding = ScoredFolder.FindingOf(score, "DAT-02");
        Fails(finding, "critical");
        Assert.Equal(LineOf(WithSection("Contains Personal Data", "<!-- yes or no -->"), "Contains Personal Data"), finding["fix"]!["line"]!.GetValue<int>());
        Assert.True(score["score"]!.GetValue<double>() > 80);
        Assert.Equal("atRisk", score["band"]!.GetValue<string>());

        folder.Write("till/RUNBOOK.md", ScoredFolder.Runbook);
        Assert.Equal("ok", (await folder.Finding("DAT-02"))["outcome"]!.GetValue<string>());
    }

    [Fact]
    public async Task Without_a_runbook_everything_it_should_say_is_missing()
    {
        await using var folder = await ScoredFolder.Start(runbook: null);
        var score = await folder.Judged();
        foreach (var check in new[] { "RBK-08", "RBK-01", "RBK-02", "RBK-06", "RBK-07", "OBS-06", "DAT-02" })
        {
            var finding = ScoredFolder.FindingOf(score, check);
            Assert.Contains(finding["outcome"]!.GetValue<string>(), (string[])["warning", "error", "critical"]);
            Assert.Equal("RUNBOOK.md", finding["fix"]!["file"]!.GetValue<string>());
        }
        folder.Write("till/RUNBOOK.md", ScoredFolder.Runbook);
        Assert.Equal("ok", (await folder.Finding("RBK-08"))["outcome"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(59, "ok")]
    [InlineData(61, "warning")]
    public async Task Released_lately_depends_on_the_tier_and_counts_whoever_says_so(int days, string outcome)
    {
        await using var folder = await ScoredFolder.Start();
        Assert.Equal("unknown", (await folder.Finding("REL-03"))["outcome"]!.GetValue<string>());
        await folder.Report("release", new JsonObject { ["at"] = DateTimeOffset.UtcNow.AddDays(-days).ToString("O"), ["release"] = "1.2" }.ToJsonString());
        var finding = await folder.Finding("REL-03");
        Assert.Equal(outcome, finding["outcome"]!.GetValue<string>());
        Assert.Equal("user:default/noor", finding["evidence"]!["source"]!.GetValue<string>());
    }

    internal static string WithSection(string heading, string? text)
    {
        var start = ScoredFolder.Runbook.IndexOf("## " + heading, StringComparison.Ordinal);
        Assert.True(start > 0, heading);
        var end = ScoredFolder.Runbook.IndexOf("\n## ", start, StringComparison.Ordinal);
        var rest = end < 0 ? "" : ScoredFolder.Runbook[(end + 1)..];
        return ScoredFolder.Runbook[..start] + (text is null ? "" : $"## {heading}\n\n{text}\n\n") + rest;
    }

    private static int LineOf(string text, string heading) => text[..text.IndexOf("## " + heading, StringComparison.Ordinal)].Count(character => character == '\n') + 1;

    private static void Fails(JsonNode finding, string outcome)
    {
        Assert.True(finding["outcome"]!.GetValue<string>() == outcome, finding.ToJsonString());
        foreach (var field in new[] { "message", "what", "why", "remedy" }) Assert.NotEmpty(finding[field]!.GetValue<string>());
        Assert.NotEmpty(finding["fix"]!["label"]!.GetValue<string>());
        Assert.StartsWith("/", finding["fix"]!["href"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.NotNull(finding["evidence"]!["source"]);
    }
}
