using System.Net;
using System.Text.Json.Nodes;
using Tarmac.Tests.Foundation.Actions;
using static Tarmac.Tests.TestOrganisation;

namespace Tarmac.Tests.Access;

public sealed class BreakGlassTests
{
    private static readonly JsonObject Emergency = new() { ["subject"] = Vouchers, ["reason"] = "Vouchers are down and nobody answers." };

    [Fact]
    public async Task A_person_may_act_for_an_hour_on_a_service_of_others_with_a_reason_and_the_audit_marks_each_change()
    {
        var clock = new TestClock();
        await using var platform = await TestPlatform.Start(configure: Rename.Add, clock: clock);
        using var sam = await platform.ClientOf(Sam);
        Assert.Equal(HttpStatusCode.Forbidden, (await TestPlatform.TryAct(sam, "thing.rename", Rename.Input(Vouchers))).Status);
        Assert.Equal("invalid-input", (await TestPlatform.TryAct(sam, "break-glass.start", new JsonObject { ["subject"] = Vouchers, ["reason"] = "now" })).Body["code"]!.GetValue<string>());

        await TestPlatform.Act(sam, "break-glass.start", Emergency);
        clock.Advance(TimeSpan.FromMinutes(59));
        await TestPlatform.Act(sam, "thing.rename", Rename.Input(Vouchers));
        var marked = (await platform.Get("/api/audit?action=thing.rename")).AsArray().Single()!;
        Assert.Equal((Sam, "Vouchers are down and nobody answers."), (marked["principal"]!.GetValue<string>(), marked["breakGlass"]!.GetValue<string>()));
        Assert.Contains("dev.tarmac.break-glass.started", (await platform.Get("/api/events?subject=" + Vouchers)).ToJsonString(), StringComparison.Ordinal);

        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.Forbidden, (await TestPlatform.TryAct(sam, "thing.rename", Rename.Input(Vouchers))).Status);
    }

    [Fact]
    public async Task It_opens_one_service_for_one_person_and_can_be_given_back_early()
    {
        await using var platform = await TestPlatform.Start(configure: Rename.Add);
        using var sam = await platform.ClientOf(Sam);
        using var noor = await platform.ClientOf(Noor);
        await TestPlatform.Act(noor, "break-glass.start", new JsonObject { ["subject"] = Orders, ["reason"] = "Orders pile up since noon." });
        Assert.Equal(HttpStatusCode.Forbidden, (await TestPlatform.TryAct(sam, "thing.rename", Rename.Input(Vouchers))).Status);
        Assert.Equal(HttpStatusCode.OK, (await TestPlatform.TryAct(noor, "thing.rename", Rename.Input(Orders))).Status);
        await TestPlatform.Act(noor, "break-glass.end", new JsonObject { ["subject"] = Orders });
        Assert.Equal(HttpStatusCode.Forbidden, (await TestPlatform.TryAct(noor, "thing.rename", Rename.Input(Orders))).Status);
    }

    [Fact]
    public async Task An_agent_or_a_service_may_not_and_gains_nothing_from_its_persons_break_glass()
    {
        await using var platform = await TestPlatform.Start(configure: Rename.Add);
        using var sam = await platform.ClientOf(Sam);
        await TestPlatform.Act(sam, "break-glass.start", Emergency);
        foreach (var kind in new[] { "agent", "service" })
        {
            var made = await TestPlatform.Act(sam, "token.create", new JsonObject { ["name"] = "helper", ["kind"] = kind });
            using var helper = platform.ClientFor(made["secret"]!.GetValue<string>());
            Assert.Equal("person-only", (await TestPlatform.TryAct(helper, "break-glass.start", Emergency)).Body["code"]!.GetValue<string>());
            Assert.Equal("not-owner", (await TestPlatform.TryAct(helper, "thing.rename", Rename.Input(Vouchers))).Body["code"]!.GetValue<string>());
        }
    }
}
