using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;
using Tarmac.Tests.Web;

namespace Tarmac.Tests.Audit;

public sealed class AuditTests
{
    [Fact]
    public async Task Entries_of_one_and_the_same_millisecond_are_all_on_some_page_and_a_bare_name_is_a_component()
    {
        await using var platform = await TestPlatform.Start();
        var at = new DateTimeOffset(2026, 3, 2, 9, 0, 0, 123, TimeSpan.Zero);
        await platform.Services.GetRequiredService<Database>().Write(async session =>
        {
            for (var n = 1; n <= 120; n++)
                await AuditEntry.Write(session, new AuditEntry($"entry-{n:000}", at, "user:default/noor", null, null, "thing.rename", "component:default/vouchers", $"No. {n:000}.", null, null, null, null));
        }, TestContext.Current.CancellationToken);

        using var visitor = await PortalVisitor.SignIn(platform);
        var shown = new List<string>();
        var address = "/audit?subject=vouchers";
        while (address is not null)
        {
            var page = await visitor.Get(address);
            Assert.Contains("2026-03-02 09:00:00.123 UTC", page.Body!.TextContent);
            shown.AddRange(page.QuerySelectorAll("td[data-label=What] .muted").Select(summary => summary.TextContent));
            address = page.QuerySelector("nav.pages a[rel=next]")?.GetAttribute("href");
        }
        Assert.Equal(Enumerable.Range(1, 120).Reverse().Select(n => $"No. {n:000}."), shown);

        var first = (JsonArray)await platform.Get("/api/audit?subject=vouchers&principal=noor&limit=100");
        var rest = (JsonArray)await platform.Get($"/api/audit?subject=vouchers&limit=100&before={Uri.EscapeDataString(first[99]!["at"]!.GetValue<string>())}&beforeId={first[99]!["id"]}");
        Assert.Equal((100, 20), (first.Count, rest.Count));
    }
}
