using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;

namespace Tarmac.Tests.Foundation.Storage;

public sealed class MigrationTests
{
    [Fact]
    public async Task Migrations_run_once_and_only_forward()
    {
        await using var fresh = await FreshDatabase.Open();
        var first = await Applied(fresh);
        await Migrations.Apply(fresh.Database, fresh.Clock, TestContext.Current.CancellationToken);
        Assert.Equal(first, await Applied(fresh));
        Assert.Contains(first, line => line.StartsWith("Foundation/Events 1 events", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_home_that_a_newer_version_has_used_is_refused_and_nothing_changes()
    {
        await using var fresh = await FreshDatabase.Open();
        await fresh.Write(session => session.Execute($"insert into migration (slice, number, name, applied_at) values ('Learning', 7, 'later', 0)"));
        await fresh.Write(session => session.Execute($"delete from migration where slice = 'Access'"));
        var refusal = await Assert.ThrowsAsync<Problem>(() => Migrations.Apply(fresh.Database, fresh.Clock, TestContext.Current.CancellationToken));
        Assert.Equal("home-newer", refusal.Code);
        Assert.Contains("Learning 007", refusal.Detail, StringComparison.Ordinal);
        Assert.Contains("--home", refusal.Cure, StringComparison.Ordinal);
        Assert.DoesNotContain(await Applied(fresh), line => line.StartsWith("Access", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_platform_on_the_same_home_is_refused_and_the_first_goes_on()
    {
        await using var platform = await TestPlatform.Start();
        var refusal = await Assert.ThrowsAsync<Problem>(() => TestPlatform.Start(platform.Home));
        Assert.Equal("home-in-use", refusal.Code);
        Assert.Contains(platform.Home, refusal.Title, StringComparison.Ordinal);
        Assert.Contains("--home", refusal.Cure, StringComparison.Ordinal);
        Assert.Equal("user:default/operator", (await platform.Get("/api/whoami"))["ref"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_home_is_free_again_once_its_platform_has_stopped_and_keeps_what_it_knew()
    {
        var home = Directory.CreateTempSubdirectory("tarmac-again-").FullName;
        try
        {
            string token;
            await using (var first = await TestPlatform.Start(home))
            {
                token = first.Token;
            }
            await using var second = await TestPlatform.Start(home);
            Assert.Equal(token, second.Token);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private static Task<List<string>> Applied(FreshDatabase fresh) =>
        fresh.Read(session => session.List($"select slice, number, name, applied_at from migration order by slice, number",
            row => $"{row.Text(0)} {row.Number(1)} {row.Text(2)} {row.Number(3)}"));
}
