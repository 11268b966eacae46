using System.Text.Json.Nodes;
using Tarmac.Facts;
using Tarmac.Foundation.Outgoing;

namespace Tarmac.Tests.Operability;

public sealed class HealthCheckTests
{
    private const string Report = """
        {"schemaVersion": 1, "systemCode": "till", "name": "Till", "checks": [{"id": "bank", "name": "Bank answers", "ok": OK, "severity": 1,
         "businessImpact": "Nobody can pay.", "technicalSummary": "Calls the bank.", "panicGuide": "Call the bank."}]}
        """;

    [Fact]
    public async Task Readiness_and_report_are_seen_at_the_address_of_the_descriptor()
    {
        await using var endpoint = await HealthEndpoint.Start();
        (endpoint.Body, endpoint.ContentType) = (Report.Replace("OK", "true", StringComparison.Ordinal), "application/json");
        await using var folder = await ScoredFolder.Start(WithAddress(endpoint.Address), allowPrivate: true);
        var score = await folder.Judged();
        Assert.Equal("ok", ScoredFolder.FindingOf(score, "HLT-01")["outcome"]!.GetValue<string>());
        Assert.Equal("ok", ScoredFolder.FindingOf(score, "HLT-02")["outcome"]!.GetValue<string>());

        // Down for less than ten minutes: it was seen ready, and the fact says since when it is not.
        endpoint.Status = 503;
        Assert.Equal("ok", (await folder.Finding("HLT-01"))["outcome"]!.GetValue<string>());
        var facts = (JsonArray)(await folder.Platform.Get("/api/facts/component/default/till"))["facts"]!;
        var readiness = Assert.Single(facts, fact => fact!["key"]!.GetValue<string>() == "readiness")!;
        Assert.False(readiness["value"]!["ready"]!.GetValue<bool>());
        Assert.NotNull(readiness["value"]!["lastReady"]);
        Assert.Equal("current", readiness["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_service_that_was_never_seen_ready_fails_and_one_nobody_can_see_is_unknown()
    {
        await using var endpoint = await HealthEndpoint.Start();
        endpoint.Status = 503;
        await using var folder = await ScoredFolder.Start(WithAddress(endpoint.Address), allowPrivate: true);
        var finding = await folder.Finding("HLT-01");
        Assert.Equal("error", finding["outcome"]!.GetValue<string>());
        Assert.Contains("503", finding["message"]!.GetValue<string>(), StringComparison.Ordinal);

        await using var nowhere = await ScoredFolder.Start();
        var unknown = await nowhere.Judged();
        Assert.Equal("unknown", ScoredFolder.FindingOf(unknown, "HLT-01")["outcome"]!.GetValue<string>());
        Assert.Equal(100, unknown["score"]!.GetValue<double>());
        Assert.True(unknown["coverage"]!.GetValue<double>() < 100);
    }

    [Fact]
    public async Task A_failing_check_of_severity_1_is_not_ready_even_with_status_200()
    {
        await using var endpoint = await HealthEndpoint.Start();
        (endpoint.Body, endpoint.ContentType) = (Report.Replace("OK", "false", StringComparison.Ordinal), "application/json");
        await using var folder = await ScoredFolder.Start(WithAddress(endpoint.Address), allowPrivate: true);
        Assert.Contains("bank", (await folder.Finding("HLT-01"))["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_with_defects_is_a_finding_that_names_them()
    {
        await using var endpoint = await HealthEndpoint.Start();
        (endpoint.Body, endpoint.ContentType) = (Report.Replace("OK", "\"true\"", StringComparison.Ordinal).Replace("Call the bank.", "", StringComparison.Ordinal), "application/json");
        await using var folder = await ScoredFolder.Start(WithAddress(endpoint.Address), allowPrivate: true);
        var finding = await folder.Finding("HLT-02");
        Assert.Equal("warning", finding["outcome"]!.GetValue<string>());
        Assert.Contains("panicGuide", finding["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("ok is not true or false", finding["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/")]
    [InlineData("http://localhost:1/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[::1]:1/")]
    [InlineData("http://10.1.2.3/")]
    [InlineData("http://user:secret@example.invalid/")]
    public async Task A_private_address_is_not_asked_and_the_finding_says_why(string address)
    {
        await using var folder = await ScoredFolder.Start(WithAddress(address));
        var finding = await folder.Finding("HLT-01");
        Assert.Equal("unknown", finding["outcome"]!.GetValue<string>());
        Assert.Matches("not a public address|plain http", finding["message"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_an_endless_answer_is_cut()
    {
        await using var endpoint = await HealthEndpoint.Start();
        endpoint.Status = 302;
        await using var folder = await ScoredFolder.Start(WithAddress(endpoint.Address), allowPrivate: true);
        Assert.Contains("302", (await folder.Finding("HLT-01"))["message"]!.GetValue<string>(), StringComparison.Ordinal);

        (endpoint.Status, endpoint.Body) = (200, new string('x', GuardedHttp.MostBytes + 1));
        Assert.Contains("more than is read", (await folder.Finding("HLT-01"))["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("172.15.255.255", true)]
    [InlineData("172.16.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("2a00:1450::1", true)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00:ec2::254", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    public void Only_addresses_of_the_open_internet_are_public(string address, bool open) =>
        Assert.Equal(open, GuardedHttp.IsPublic(System.Net.IPAddress.Parse(address)));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"checks\": {}}")]
    [InlineData("{\"checks\": [1, null, {}, {\"id\": [], \"ok\": \"true\", \"severity\": 1.5}]}")]
    [InlineData("{\"name\": \"\\ud800\", \"checks\": [{}]}")]
    [InlineData("{\"checks\": [[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]}")]
    public void Reports_of_strangers_are_read_as_they_come(string text)
    {
        var report = HealthFact.Read(System.Text.Encoding.UTF8.GetBytes(text));
        Assert.True(report.Offered);
        Assert.NotEmpty(report.Defects);
    }

    private static string WithAddress(string address) =>
        ScoredFolder.Descriptor.Replace("tarmac.dev/service-tier: gold", $"tarmac.dev/service-tier: gold\n    tarmac.dev/health-url: \"{address}\"", StringComparison.Ordinal);
}
