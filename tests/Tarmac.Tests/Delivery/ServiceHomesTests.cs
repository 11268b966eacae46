using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Delivery;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Storage;

namespace Tarmac.Tests.Delivery;

/// <summary>Two platforms on one PostgreSQL database: a service belongs to the one whose home has it.</summary>
public sealed class ServiceHomesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_is_its_own_platforms_and_the_other_shows_whose_it_is_and_hands_over_what_is_asked()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, "the package postgresql is not installed");
        await using var server = await PostgresServer.Start();
        var database = await server.CreateDatabase();
        await using var one = await TestPlatform.Start(options: options => options with { Database = database });
        await using var two = await TestPlatform.Start(options: options => options with { Database = database });
        await one.Host("tiny");
        await HostedServices.Until(async () => (await one.Services.GetRequiredService<DeliveryStore>().Find("tiny", Ct))!.Home is not null, "its platform has noted that it is its own");

        Assert.Null((await one.Get("/api/services/tiny"))["elsewhere"]);
        var shown = await two.Get("/api/services/tiny");
        Assert.Equal(one.Url, shown["elsewhere"]!["url"]!.GetValue<string>());
        Assert.Equal(one.Url + "/git/tiny.git", shown["repository"]!.GetValue<string>());

        var (status, refusal) = await TestPlatform.TryAct(two.Client, "service.deploy", new JsonObject { ["service"] = "tiny" });
        Assert.Equal((HttpStatusCode.Conflict, "service-elsewhere"), (status, refusal["code"]!.GetValue<string>()));
        Assert.Contains(one.Url, refusal["cure"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await two.Client.GetAsync("/git/tiny.git/info/refs?service=git-upload-pack", Ct)).StatusCode);

        // What needs nothing of the home is accepted by any of them, and done by its own.
        var removed = await two.Act("service.remove", new JsonObject { ["service"] = "tiny", ["confirm"] = "tiny" });
        var operation = await two.Finished(removed["operation"]!.GetValue<string>());
        Assert.Equal("succeeded", operation["operation"]!["state"]!.GetValue<string>());
        var owner = await one.Services.GetRequiredService<Database>().Read(session => session.One(
            $"select owner from operation where id = {removed["operation"]!.GetValue<string>()}", row => row.Text(0)), Ct);
        Assert.Equal(one.Services.GetRequiredService<ReconcilerOptions>().Owner, owner);
    }
}
