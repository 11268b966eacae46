using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tarmac.Tests.Roads;

/// <summary>Slow and real: what a road makes is built, tested, started, called and stopped with the tools of its language alone.</summary>
public sealed class BuiltServiceTests
{
    // Hostile on purpose: markup, quotes and braces in everything the description goes into.
    private const string Description = """Tells "shops" what {{ x }} costs & why: <b>`$`</b> \ 100 % — für alle.""";

    public static TheoryData<string> Roads => ShippedRoads.Names;

    [Theory]
    [MemberData(nameof(Roads))]
    public async Task A_service_builds_passes_its_tests_serves_and_stops_in_good_order(string road)
    {
        var node = road == "node-api";
        Assert.SkipWhen(node && !OnPath("npm"), "npm is not installed; the road node-api is not built");
        // A name that .NET has a type for, to see that namespaces do not clash.
        await using var service = new BuiltService(ShippedRoads.Render(road, ("name", "task"), ("description", (JsonNode)Description)));

        await service.BuildAsync();
        var tested = await service.TestAsync();
        Assert.Contains(node ? "# fail 0" : "failed: 0", tested, StringComparison.Ordinal);
        await service.StartAsync();

        await SaysWhoItIs(service);
        await ReportsItsHealth(service);
        await AnswersErrorsAsProblems(service);
        await FinishesARequestInFlightWhenToldToStop(service);
        Assert.All(service.Output, line => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind));
    }

    private static async Task SaysWhoItIs(BuiltService service)
    {
        var about = await service.JsonAsync("/");
        Assert.Equal(("task", Description), (about.GetProperty("name").GetString(), about.GetProperty("description").GetString()));
        Assert.NotEmpty(about.GetProperty("version").GetString()!);
    }

    private static async Task ReportsItsHealth(BuiltService service)
    {
        foreach (var path in new[] { "/__gtg", "/health/ready", "/health/live", "/__health" })
        {
            using var response = await service.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.True(response.Headers.CacheControl?.NoStore);
        }
        var report = await service.JsonAsync("/__health");
        Assert.Equal((1, "task", Description), (report.GetProperty("schemaVersion").GetInt32(), report.GetProperty("systemCode").GetString(), report.GetProperty("description").GetString()));
        foreach (var check in report.GetProperty("checks").EnumerateArray())
        {
            Assert.Matches("^[a-z0-9-]+$", check.GetProperty("id").GetString());
            Assert.Equal(JsonValueKind.True, check.GetProperty("ok").ValueKind);
            Assert.InRange(check.GetProperty("severity").GetInt32(), 1, 3);
            Assert.All(["name", "businessImpact", "technicalSummary", "panicGuide", "checkOutput"], (string field) => Assert.NotEmpty(check.GetProperty(field).GetString()!));
            Assert.True(check.GetProperty("lastUpdated").TryGetDateTimeOffset(out _));
        }
    }

    private static async Task AnswersErrorsAsProblems(BuiltService service)
    {
        using var missing = await service.Client.GetAsync(new Uri("/nothing-here", UriKind.Relative), TestContext.Current.CancellationToken);
        using var wrong = await service.Client.PostAsJsonAsync("/greetings", new { }, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.BadRequest), (missing.StatusCode, wrong.StatusCode));
        Assert.All([missing, wrong], (HttpResponseMessage answer) => Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType));
    }

    private static async Task FinishesARequestInFlightWhenToldToStop(BuiltService service)
    {
        var (connection, finish) = await service.BeginSlowRequestAsync();
        using (connection)
        {
            await service.TerminateAsync();
            while (await service.AcceptsConnectionsAsync()) TestContext.Current.CancellationToken.ThrowIfCancellationRequested();

            var answer = await finish();

            Assert.True(answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal), $"{answer}\n{string.Join('\n', service.Output)}");
            Assert.Contains("Hello, Ada!", answer, StringComparison.Ordinal);
        }
        await service.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, service.Process.ExitCode);
    }

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
