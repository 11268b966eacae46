using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tarmac.Catalog;
using Tarmac.Catalog.Sources;
using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Outgoing;

namespace Tarmac.Tests.Catalog;

public sealed class UrlSourceTests : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, string> files = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(string Path, int Status)> asked = new();
    private readonly TaskCompletionSource trickles = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebApplication host;

    public UrlSourceTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        host = builder.Build();
        host.Run(Answer);
        host.Start();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Address => host.Urls.Single();

    [Fact]
    public async Task A_file_on_the_web_is_read_with_its_relative_locations_and_asked_only_whether_it_changed()
    {
        files["/shop/catalog-info.yaml"] = CatalogFolder.Component("vouchers") + "\n---\napiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: more}\nspec: {targets: [../more/one.yaml, ./none.yaml]}\n";
        files["/more/one.yaml"] = CatalogFolder.Component("baskets");
        await using var platform = await TestPlatform.Start(options: options => options with { AllowPrivateAddresses = true });
        await GitSourceTests.Add(platform, "shop", Address + "/moved/shop/catalog-info.yaml");
        await GitSourceTests.Add(platform, "direct", Address + "/shop/catalog-info.yaml");
        var index = CatalogFolder.Index(platform);
        Assert.Equal("moved/more/one.yaml", index.Find("component:default/baskets")!.Entity.Origin.File);
        Assert.Contains(index.Problems, problem => problem.Problem.Code == "location-target-missing" && problem.Problem.Message.Contains("./none.yaml", StringComparison.Ordinal));

        var registered = platform.Services.GetRequiredService<RegisteredSources>();
        asked.Clear();
        await registered.Fetch("direct", "user:default/operator", anyway: false, Cancellation);
        Assert.NotEmpty(asked);
        // What is not there is asked for too: it may come.
        Assert.All(asked, answer => Assert.True(answer.Status is 304 or 404, $"{answer}"));

        files["/more/one.yaml"] = CatalogFolder.Component("till");
        await registered.Fetch("direct", "user:default/operator", anyway: false, Cancellation);
        Assert.NotNull(CatalogFolder.Index(platform).Find("component:default/till"));

        // A host in trouble keeps what it said; a file that is gone does not.
        files["/more/one.yaml"] = "error";
        await registered.Fetch("direct", "user:default/operator", anyway: true, Cancellation);
        Assert.True(CatalogFolder.Index(platform).Find("component:default/till")!.Stale);
        files.TryRemove("/more/one.yaml", out _);
        await registered.Fetch("direct", "user:default/operator", anyway: false, Cancellation);
        Assert.Null(CatalogFolder.Index(platform).Find("component:default/till"));
        files.TryRemove("/shop/catalog-info.yaml", out _);
        await registered.Fetch("direct", "user:default/operator", anyway: false, Cancellation);
        var source = await platform.Get("/api/v1/catalog/sources/direct");
        Assert.Equal(("unreadable", 2), (source["health"]!.GetValue<string>(), source["entities"]!.GetValue<int>()));
    }

    [Fact]
    public async Task A_host_that_trickles_is_given_up_and_too_much_is_refused()
    {
        using var temporary = new TemporaryFolder();
        using var home = HomeFolder.Open(temporary.Path);
        var clock = new TestClock();
        using var fetch = new SourceFetch(home, new OutgoingOptions(true), clock);
        var slow = fetch.Fetch(Source("/trickle.yaml"), null, new HashSet<string>(), _ => null, Cancellation);
        await trickles.Task.WaitAsync(Cancellation);
        var given = await Assert.ThrowsAsync<SourceException>(() => clock.Until(slow));
        Assert.Equal("source-unreachable", given.Problem.Code);
        Assert.True(clock.Elapsed >= SourceFetch.WebTakes);

        var large = await fetch.Fetch(Source("/large.yaml"), null, new HashSet<string>(), _ => null, Cancellation);
        Assert.Equal("yaml-too-large", Assert.Single(large!.Reading.Problems).Problem.Code);
        given = await Assert.ThrowsAsync<SourceException>(() => fetch.Fetch(Source("/ring"), null, new HashSet<string>(), _ => null, Cancellation));
        Assert.Contains("redirects more than", given.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_too_large_is_asked_for_again_and_a_hundred_components_cost_two_questions()
    {
        using var temporary = new TemporaryFolder();
        using var home = HomeFolder.Open(temporary.Path);
        using var fetch = new SourceFetch(home, new OutgoingOptions(true), TimeProvider.System);
        files["/all.yaml"] = new string('#', 5_100_000);
        var large = (await fetch.Fetch(Source("/all.yaml"), null, new HashSet<string>(), _ => null, Cancellation))!;
        Assert.Equal("yaml-too-large", Assert.Single(large.Reading.Problems).Problem.Code);
        files["/all.yaml"] = string.Join("\n---\n", Enumerable.Range(0, 300).Select(number => CatalogFolder.Component("c" + number)));
        var mended = await fetch.Fetch(Source("/all.yaml"), large.Version, new HashSet<string>(), _ => null, Cancellation);
        Assert.Equal((300, 0), (mended!.Reading.Declared.Count, mended.Reading.Problems.Count));
        Assert.Null(await fetch.Fetch(Source("/all.yaml"), mended.Version, new HashSet<string>(), _ => null, Cancellation));
        files["/RUNBOOK.md"] = "# Restart it\n";
        Assert.NotNull((await fetch.Fetch(Source("/all.yaml"), mended.Version, new HashSet<string>(), _ => null, Cancellation))!.Reading.Declared[0].Runbook);
    }

    [Fact]
    public async Task Redirects_are_checked_again_and_chains_of_locations_end()
    {
        using var temporary = new TemporaryFolder();
        using var home = HomeFolder.Open(temporary.Path);
        using var fetch = new SourceFetch(home, new OutgoingOptions(true), TimeProvider.System);
        var given = await Assert.ThrowsAsync<SourceException>(() => fetch.Fetch(Source("/to-file"), null, new HashSet<string>(), _ => null, Cancellation));
        Assert.Equal("source-address-refused", given.Problem.Code);
        for (var number = 0; number < 150; number++)
            files[$"/chain/{number}.yaml"] = $"apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{name: l{number}}}\nspec: {{target: ./{number + 1}.yaml}}\n";
        var chain = await fetch.Fetch(Source("/chain/0.yaml"), null, new HashSet<string>(), _ => null, Cancellation);
        Assert.Contains(chain!.Reading.Problems, found => found.Problem.Code == "source-too-large");
        Assert.InRange(chain.Reading.Declared.Count, 20, 100);

        using var guarded = new SourceFetch(home, new OutgoingOptions(false), TimeProvider.System);
        given = await Assert.ThrowsAsync<SourceException>(() => guarded.Fetch(Source("/chain/0.yaml"), null, new HashSet<string>(), _ => null, Cancellation));
        Assert.Equal("source-address-refused", given.Problem.Code);
    }

    public async ValueTask DisposeAsync() => await host.DisposeAsync();

    private Registration Source(string path) => new("test", SourceKind.Url, Address + path, null, [], null, "user:default/noor", 60, "user:default/noor", DateTimeOffset.UnixEpoch);

    private async Task Answer(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path.StartsWith("/moved/", StringComparison.Ordinal)) context.Response.Redirect(path["/moved".Length..]);
        else if (path == "/ring") context.Response.Redirect("/ring");
        else if (path == "/to-file") context.Response.Redirect("file:///etc/passwd");
        else if (path == "/large.yaml") await context.Response.Body.WriteAsync(new byte[WebFiles.MostBytes + 1]);
        else if (path == "/trickle.yaml") await Trickle(context);
        else if (!files.TryGetValue(path, out var text)) context.Response.StatusCode = 404;
        else if (text == "error") context.Response.StatusCode = 500;
        else
        {
            var tag = $"\"{text.GetHashCode(StringComparison.Ordinal)}\"";
            context.Response.Headers.ETag = tag;
            if (context.Request.Headers.IfNoneMatch == tag) context.Response.StatusCode = 304;
            else await context.Response.WriteAsync(text);
        }
        asked.Enqueue((path, context.Response.StatusCode));
    }

    private async Task Trickle(HttpContext context)
    {
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.WriteAsync("#", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            trickles.TrySetResult();
            // The host's own slowness is what is tested.
            await Task.Delay(20, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
