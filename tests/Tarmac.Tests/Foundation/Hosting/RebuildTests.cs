using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Facts;
using Tarmac.Foundation.Events;
using Tarmac.Foundation.Storage;
using Tarmac.Operability;
using Tarmac.Tests.Catalog;

namespace Tarmac.Tests.Foundation.Hosting;

public sealed class RebuildTests
{
    private const string Entity = "component:default/vouchers";

    [Fact]
    public async Task Catalog_release_facts_and_scores_are_derived_anew_whatever_the_tables_held()
    {
        await using var folder = new CatalogFolder();
        folder.Write("vouchers/catalog-info.yaml", CatalogFolder.Component("vouchers"));
        var home = Directory.CreateTempSubdirectory("tarmac-rebuild-").FullName;
        var cancellation = TestContext.Current.CancellationToken;
        try
        {
            var platform = await folder.Start(home);
            var database = platform.Services.GetRequiredService<Database>();
            var events = platform.Services.GetRequiredService<EventLog>();
            var revision = await database.Write(session => events.Append(session, "dev.cdevents.service.deployed.0.2.0", Entity, "user:default/noor", new JsonObject { ["release"] = "7" }), cancellation);
            await platform.Services.GetRequiredService<ReleaseFacts>().CaughtUp(revision, cancellation);
            await platform.Act("score.rescore", new JsonObject { ["entity"] = Entity });
            var score = (await platform.Get("/api/scores/component/default/vouchers"))["score"]!.GetValue<double>();
            await platform.DisposeAsync();

            await using (var damaged = Database.Open(await TestDatabase.ForHome(home) ?? Path.Combine(home, "tarmac.db"), TimeProvider.System))
                await damaged.Write(async session =>
                {
                    await session.Execute($"delete from fact where subject = {Entity}");
                    await session.Execute($"update score set score = 1 where subject = {Entity}");
                    await session.Execute($"update catalog_entity set document = {"""{"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{"name":"vouchers"},"spec":{}}"""} where ref = {Entity}");
                }, cancellation);
            string[] place = await TestDatabase.ForHome(home) is { } connection ? ["--database", connection] : [];
            Assert.Equal(0, await PlatformHost.Rebuild(["--home", home, "--listen", "127.0.0.1:0", "--owner", "user:default/operator", "--organisation", folder.Organisation, "--catalog", folder.Catalog, .. place]));

            await using var rebuilt = Database.Open(await TestDatabase.ForHome(home) ?? Path.Combine(home, "tarmac.db"), TimeProvider.System);
            Assert.Equal(1, await rebuilt.Read(session => session.Number($"select count(*) from fact where subject = {Entity} and key = {FactKeys.Release}"), cancellation));
            var stored = await rebuilt.Read(session => session.One($"select score, document from score join catalog_entity on ref = subject where subject = {Entity}", row => new { Score = row.Real(0), Document = row.Text(1) }), cancellation);
            Assert.Equal(score, ScoreAnswer.Rounded(stored!.Score));
            Assert.Contains("What vouchers does.", stored.Document, StringComparison.Ordinal);
        }
        finally
        {
            await TestPlatform.StopProcesses(home);
            Directory.Delete(home, recursive: true);
        }
    }
}
