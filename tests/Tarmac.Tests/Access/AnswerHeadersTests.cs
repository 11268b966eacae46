using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Storage;
using Tarmac.Tests.Foundation.Actions;

namespace Tarmac.Tests.Access;

public sealed class AnswerHeadersTests
{
    [Theory]
    [InlineData("GET", "/health/live", null, 200)]
    [InlineData("GET", "/api/whoami", "token", 200)]
    [InlineData("GET", "/api/openapi.json", "token", 200)]
    [InlineData("GET", "/api/whoami", null, 401)]
    [InlineData("GET", "/api/nothing", "token", 404)]
    [InlineData("GET", "/nothing-here", "token", 404)]
    [InlineData("GET", "/nothing-here", null, 401)]
    [InlineData("DELETE", "/api/whoami", "token", 405)]
    [InlineData("POST", "/api/actions/token.create", "token", 422)]
    [InlineData("POST", "/sign-in", null, 400)]
    [InlineData("GET", "/api/whoami", "wrong", 401)]
    public async Task Every_answer_carries_the_security_headers_errors_too(string method, string path, string? credential, int status)
    {
        await using var platform = await TestPlatform.Start();
        using var client = platform.ClientFor(credential switch { "token" => platform.Token, "wrong" => "tarmac_wrong", _ => null });
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method == "POST") request.Content = new StringContent("{}", null, "application/json");
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)answer.StatusCode);
        AssertGuarded(answer);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("127.0.0.1.evil.example:80")]
    [InlineData("10.0.0.7")]
    public async Task A_host_that_is_not_served_is_refused_before_anything_else(string host)
    {
        await using var platform = await TestPlatform.Start();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/whoami");
        request.Headers.Host = host;
        using var answer = await platform.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
        Assert.Contains("host-not-served", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        AssertGuarded(answer);
    }

    [Fact]
    public async Task A_failure_of_our_own_is_told_without_its_insides_and_with_the_headers()
    {
        await using var platform = await TestPlatform.Start(configure: builder => builder.Services.AddSingleton<ActionHandler, Broken>());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/actions/" + Broken.Declared.Name) { Content = new StringContent("{}", null, "application/json") };
        using var answer = await platform.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.InternalServerError, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.Contains("unexpected", text, StringComparison.Ordinal);
        Assert.DoesNotContain("password of the database", text, StringComparison.Ordinal);
        AssertGuarded(answer);
    }

    [Theory]
    [InlineData(false, "Nothing was changed")]
    [InlineData(true, "which may have been made or not")]
    public async Task A_database_that_is_away_says_whether_something_may_have_been_changed(bool mayBeDone, string said)
    {
        await using var platform = await TestPlatform.Start(configure: builder => builder.Services.AddSingleton<ActionHandler>(new Away(mayBeDone)));
        var (status, body) = await TestPlatform.TryAct(platform.Client, Broken.Declared.Name, []);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "storage-unavailable"), (status, body["code"]!.GetValue<string>()));
        var text = $"{body["title"]} {body["cure"]}";
        Assert.Contains(said, text, StringComparison.Ordinal);
        Assert.Equal(!mayBeDone, text.Contains("Nothing was changed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_secret_ends_up_in_the_audit_the_events_the_kept_answers_or_the_log()
    {
        var log = new ConcurrentQueue<string>();
        await using var platform = await TestPlatform.Start(configure: builder =>
        {
            builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Debug).AddProvider(new Recorded(log));
            Rename.Add(builder);
        });
        var token = (await platform.Act("token.create", new JsonObject { ["name"] = "laptop" }))["secret"]!.GetValue<string>();
        var link = await Browser.NewLink(platform.Client);
        using var browser = new Browser(platform);
        await browser.Send(HttpMethod.Get, "/sign-in?link=" + link);
        browser.OpenPage();
        await browser.PostLink(link);
        using (var client = platform.ClientFor(token)) await client.GetAsync("/api/whoami", TestContext.Current.CancellationToken);

        var kept = new StringBuilder();
        await platform.Services.GetRequiredService<Database>().Read(async session =>
        {
            foreach (var row in await session.List($"select summary, after from audit", row => row.Text(0) + row.TextOrNull(1))) kept.AppendLine(row);
            foreach (var row in await session.List($"select data from event", row => row.Text(0))) kept.AppendLine(row);
            foreach (var row in await session.List($"select request, response from idempotency", row => row.Text(0) + row.Text(1))) kept.AppendLine(row);
            foreach (var row in await session.List($"select hash, name from token", row => row.Text(0) + row.Text(1))) kept.AppendLine(row);
            foreach (var row in await session.List($"select hash from sign_in_link union all select hash from signed_in", row => row.Text(0))) kept.AppendLine(row);
            return true;
        }, TestContext.Current.CancellationToken);
        var session = browser.Session.Split(';')[0].Split('=')[1];
        Assert.NotEmpty(log);
        foreach (var secret in new[] { token, link, session, platform.Token })
        {
            Assert.True(secret.Length > 30);
            Assert.DoesNotContain(secret, kept.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(log, line => line.Contains(secret, StringComparison.Ordinal));
        }
    }

    private static void AssertGuarded(HttpResponseMessage answer)
    {
        var policy = string.Join(' ', answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("DENY", answer.Headers.GetValues("X-Frame-Options").Single());
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.False(answer.Headers.Contains("Server"));
    }

    private sealed class Broken() : ActionHandler(Declared)
    {
        public static readonly Tarmac.Model.Actions.ActionDefinition Declared = new("thing.break", "Break", "Breaks.", Tarmac.Model.Actions.ActionRights.Anyone, Tarmac.Model.Schemas.InputSchema.Empty);

        public override Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation) => throw new InvalidOperationException("the password of the database");

        public override Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session) => throw new InvalidOperationException();
    }

    private sealed class Away(bool mayBeDone) : ActionHandler(Broken.Declared)
    {
        public override Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation) => Task.FromResult(new ActionPlan("component:default/a", []));

        public override Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session) => throw new StorageUnavailableException("It went away.", null, mayBeDone);
    }

    private sealed class Recorded(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception) + exception);

        public void Dispose()
        {
        }
    }
}
