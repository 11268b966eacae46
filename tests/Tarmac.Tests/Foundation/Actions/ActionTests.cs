using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Events;
using static Tarmac.Tests.TestOrganisation;

namespace Tarmac.Tests.Foundation.Actions;

public sealed class ActionTests
{
    [Fact]
    public async Task Each_wrong_field_is_named_with_its_problem_and_nothing_happens()
    {
        await using var platform = await TestPlatform.Start(configure: Rename.Add);
        using var noor = await platform.ClientOf(Noor);
        var (status, body) = await TestPlatform.TryAct(noor, "thing.rename", new JsonObject { ["subject"] = Vouchers, ["name"] = "Not Lower", ["times"] = 9, ["colour"] = "red" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("invalid-input", Code(body));
        Assert.Equal(["colour", "name", "times"], body["problems"]!.AsArray().Select(problem => problem!["field"]!.GetValue<string>()).Order());
        Assert.All(body["problems"]!.AsArray(), problem => Assert.StartsWith("input-", problem!["code"]!.GetValue<string>(), StringComparison.Ordinal));
        Assert.Null(await Rename.Runs(platform));
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{\"input\": 3}")]
    [InlineData("{\"input\": ")]
    [InlineData("{\"input\": {}, \"input\": {}}")]
    [InlineData("{\"input\": {\"name\": \"a\", \"name\": \"b\"}}")]
    [InlineData("{\"input\": {\"name\": \"\\ud800\"}}")]
    [InlineData("{\"input\": {\"\\udc00\": 1}}")]
    public async Task A_body_that_is_not_what_the_api_asks_for_is_a_bad_request_with_a_cure(string text)
    {
        await using var platform = await TestPlatform.Start(configure: Rename.Add);
        using var answer = await platform.Client.PostAsync("/api/actions/thing.rename", new StringContent(text, null, "application/json"), TestContext.Current.CancellationToken);
        var body = (await answer.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!;
        Assert.Equal((HttpStatusCode.BadRequest, "bad-request"), (answer.StatusCode, Code(body)));
        Assert.NotEmpty(body["cure"]!.GetValue<string>());
    }

    [Fact]
    public async Task Owners_change_what_they_own_others_are_told_whom_to_ask_and_what_nobody_owns_is_open_to_all()
    {
        await using var platform = await TestPlatform.Start(configure: Rename.Add);
        using var noor = await platform.ClientOf(Noor);
        using var sam = await platform.ClientOf(Sam);
        Assert.Equal(HttpStatusCode.OK, (await TestPlatform.TryAct(noor, "thing.rename", Rename.Input(Vouchers))).Status);
        Assert.Equal(HttpStatusCode.OK, (await TestPlatform.TryAct(sam, "thing.rename", Rename.Input(Orphan))).Status);
        foreach (var other in new[] { sam, platform.Client })
        {
            var (status, body) = await TestPlatform.TryAct(other, "thing.rename", Rename.Input(Vouchers));
            Assert.Equal((HttpStatusCode.Forbidden, "not-owner"), (status, Code(body)));
            Assert.Contains("promotions", body["cure"]!.GetValue<string>(), StringComparison.Ordinal);
        }
        Assert.Equal(2, await Rename.Runs(platform));
    }

    [Fact]
    public async Task An_agent_and_a_service_act_for_their_team_only_and_never_where_a_person_is_asked_for()
    {
        await using var platform = await TestPlatform.Start(configure: Rename.Add);
        using var noor = await platform.ClientOf(Noor);
        foreach (var kind in new[] { "agent", "service" })
        {
            var made = await TestPlatform.Act(noor, "token.create", new JsonObject { ["name"] = "helper", ["kind"] = kind });
            using var helper = platform.ClientFor(made["secret"]!.GetValue<string>());
            Assert.Equal(HttpStatusCode.OK, (await TestPlatform.TryAct(helper, "thing.rename", Rename.Input(Vouchers))).Status);
            Assert.Equal("not-owner", Code((await TestPlatform.TryAct(helper, "thing.rename", Rename.Input(Orders))).Body));
            Assert.Equal("person-only", Code((await TestPlatform.TryAct(helper, "token.create", new JsonObject { ["name"] = "more" })).Body));
            var entry = (await platform.Get($"/api/audit?principal={kind}:default/helper"))[0]!;
            Assert.Equal(Noor, entry["onBehalfOf"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task A_credential_for_reading_changes_nothing_and_an_operator_only_action_wants_an_operator()
    {
        await using var platform = await TestPlatform.Start(configure: Rename.Add);
        using var noor = await platform.ClientOf(Noor);
        var made = await TestPlatform.Act(noor, "token.create", new JsonObject { ["name"] = "reader", ["scopes"] = new JsonArray("read") });
        using var reader = platform.ClientFor(made["secret"]!.GetValue<string>());
        Assert.Equal("read-only", Code((await TestPlatform.TryAct(reader, "thing.rename", Rename.Input(Vouchers))).Body));
        Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync("/api/audit", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal("operator-only", Code((await TestPlatform.TryAct(noor, "token.create", new JsonObject { ["name"] = "more", ["scopes"] = new JsonArray("read", "operate") })).Body));
        Assert.Equal("operator-only", Code((await TestPlatform.TryAct(noor, "token.create", new JsonObject { ["name"] = "other", ["person"] = Sam })).Body));
    }

    [Fact]
    public async Task A_plan_says_in_words_what_would_happen_and_changes_nothing()
    {
        await using var platform = await TestPlatform.Start(configure: Rename.Add);
        using var noor = await platform.ClientOf(Noor);
        var events = platform.Services.GetRequiredService<EventLog>();
        var (head, audit) = (await events.Head(TestContext.Current.CancellationToken), (await platform.Get("/api/audit")).ToJsonString());
        using var answer = await noor.PostAsJsonAsync("/api/actions/thing.rename/plan", new JsonObject { ["input"] = Rename.Input(Vouchers) }, TestContext.Current.CancellationToken);
        var plan = (await answer.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!;
        Assert.Equal("It is called gold from now on.", plan["steps"]![0]!.GetValue<string>());
        Assert.Equal((head, audit, null), (await events.Head(TestContext.Current.CancellationToken), (await platform.Get("/api/audit")).ToJsonString(), await Rename.Runs(platform)));
        using var sam = await platform.ClientOf(Sam);
        using var refused = await sam.PostAsJsonAsync("/api/actions/thing.rename/plan", new JsonObject { ["input"] = Rename.Input(Vouchers) }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task Of_many_equal_requests_at_once_one_is_done_and_all_are_answered_alike()
    {
        await using var platform = await TestPlatform.Start(configure: Rename.Add);
        using var noor = await platform.ClientOf(Noor);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => TestPlatform.TryAct(noor, "thing.rename", Rename.Input(Vouchers), "key-7")));
        Assert.All(answers, answer => Assert.True(answer.Status == HttpStatusCode.OK, answer.Body.ToJsonString()));
        Assert.Single(answers.Select(answer => answer.Body.ToJsonString()).Distinct());
        Assert.Equal(1, await Rename.Runs(platform));
        Assert.Single((await platform.Get("/api/audit?action=thing.rename")).AsArray());
        using var sam = await platform.ClientOf(Sam);
        Assert.Equal("not-owner", Code((await TestPlatform.TryAct(sam, "thing.rename", Rename.Input(Vouchers), "key-7")).Body));
    }

    [Fact]
    public async Task The_audit_says_who_did_what_from_what_to_what()
    {
        await using var platform = await TestPlatform.Start(configure: Rename.Add);
        using var noor = await platform.ClientOf(Noor);
        await TestPlatform.Act(noor, "thing.rename", Rename.Input(Vouchers));
        var entry = (await platform.Get("/api/audit?subject=" + Vouchers)).AsArray().Single()!;
        Assert.Equal((Noor, "thing.rename", "It is called gold from now on."), (entry["principal"]!.GetValue<string>(), entry["action"]!.GetValue<string>(), entry["summary"]!.GetValue<string>()));
        Assert.Equal(("old", "gold"), (entry["before"]!["name"]!.GetValue<string>(), entry["after"]!["name"]!.GetValue<string>()));
        Assert.StartsWith("tok-", entry["credential"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_action_is_listed_with_who_may_and_a_schema_and_each_declared_name_is_known_once()
    {
        await using var platform = await TestPlatform.Start(configure: Rename.Add);
        var listed = (await platform.Get("/api/actions")).AsArray();
        Assert.All(listed, action => Assert.Equal("object", action!["input"]!["type"]!.GetValue<string>()));
        Assert.Equal(listed.Count, listed.Select(action => action!["name"]!.GetValue<string>()).Distinct().Count());
        Assert.Equal("not-found", Code((await TestPlatform.TryAct(platform.Client, "thing.unheard-of", [])).Body));
        Assert.Contains(platform.Services.GetRequiredService<ActionRunner>().All, handler => handler is Rename);
    }

    private static string Code(JsonObject body) => body["code"]!.GetValue<string>();
}
