using System.Net;
using System.Text.Json.Nodes;
using AngleSharp.Html.Dom;
using Tarmac.Foundation.Actions;
using Tarmac.Model.Actions;

namespace Tarmac.Tests.Web;

/// <summary>Signing in and the generic page of actions: what protects them, and what they keep, show once, or refuse.</summary>
public sealed class ActionPageTests
{
    [Fact]
    public async Task A_sign_in_link_is_used_up_by_the_form_and_not_by_looking()
    {
        await using var platform = await TestPlatform.Start();
        using var visitor = PortalVisitor.Unknown(platform);
        var link = (await platform.Act("access.link", []))["secret"]!.GetValue<string>();
        await visitor.Get("/tokens");
        Assert.Equal("/sign-in", visitor.Location);
        Assert.Contains("tarmac open", (await visitor.Get("/sign-in")).Body!.TextContent);

        await visitor.Get(link);
        var page = await visitor.Get(link);
        await visitor.Send(page, "/sign-in");
        Assert.Equal("/tokens", visitor.Location);
        Assert.Equal("Tokens", Heading(await visitor.Get("/tokens")));

        using var second = PortalVisitor.Unknown(platform);
        await second.Send(await second.Get(link), "/sign-in");
        Assert.Equal(HttpStatusCode.Unauthorized, second.Last.StatusCode);
        await second.Get("/tokens");
        Assert.Equal("/sign-in", second.Location);
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/sign-out")]
    [InlineData("/actions/token.create")]
    [InlineData("/actions/token.create/plan")]
    [InlineData("/create/web-api")]
    public async Task A_form_without_the_anti_forgery_token_changes_nothing(string path)
    {
        await using var platform = await Start();
        using var visitor = await PortalVisitor.SignIn(platform);
        var before = ((JsonArray)await platform.Get("/api/tokens")).Count;
        await visitor.Post(path, ("name", "laptop"), (ActionForm.Key, "a-key"));
        Assert.Equal(HttpStatusCode.BadRequest, visitor.Last.StatusCode);
        Assert.Contains("antiforgery-missing", await visitor.Last.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(before, ((JsonArray)await platform.Get("/api/tokens")).Count);
        await visitor.Get("/tokens");
        Assert.Equal(HttpStatusCode.OK, visitor.Last.StatusCode);
    }

    [Fact]
    public async Task Confirming_twice_at_once_runs_once_and_shows_the_secret_once()
    {
        await using var platform = await TestPlatform.Start();
        using var visitor = await PortalVisitor.SignIn(platform);
        var form = await visitor.Get("/actions/token.create");
        var plan = await visitor.Send(form, "/actions/token.create/plan", ("name", "laptop"));
        Assert.DoesNotContain("laptop", (await platform.Get("/api/tokens")).ToJsonString());
        Assert.Contains("A token named laptop", plan.QuerySelector("#plan")!.TextContent);

        var answers = await visitor.SendTwice(plan, "/actions/token.create");
        Assert.Single((JsonArray)await platform.Get("/api/tokens"), token => token!["name"]!.GetValue<string>() == "laptop");
        var shown = Assert.Single(answers, page => page.QuerySelector("#secret pre") is not null);
        Assert.Contains("shown already", answers.Single(page => page != shown).Body!.TextContent);
        Assert.True(visitor.Last.Headers.CacheControl!.NoStore);

        using var client = platform.ClientFor(shown.QuerySelector("#secret pre")!.TextContent.Trim());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/whoami", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Null((await visitor.Send(plan, "/actions/token.create")).QuerySelector("#secret"));
    }

    [Fact]
    public async Task A_refused_form_keeps_what_was_typed_and_marks_the_field()
    {
        await using var platform = await Start();
        using var visitor = await PortalVisitor.SignIn(platform, await platform.ClientOf("user:default/noor"));
        var form = await visitor.Get("/create/node-api");
        var owners = form.QuerySelectorAll("select[name=owner] option").Select(option => option.GetAttribute("value")).ToList();
        Assert.Equal("group:default/promotions", owners[0]);
        Assert.True(owners.Count > 3);

        var refused = await visitor.Send(form, "/create/node-api", ("name", "api"), ("description", "Issues and redeems gift vouchers"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, visitor.Last.StatusCode);
        var name = refused.QuerySelector("input[name=name]")!;
        Assert.Equal(("true", "api"), (name.GetAttribute("aria-invalid"), name.GetAttribute("value")));
        Assert.Equal("Issues and redeems gift vouchers", refused.QuerySelector("input[name=description]")!.GetAttribute("value"));
        Assert.Null(refused.QuerySelector("#plan"));

        var plan = await visitor.Send(refused, "/create/node-api", ("name", "vouchers"));
        Assert.Contains("owned by Promotions", plan.QuerySelector("#plan")!.TextContent);
        Assert.Empty((JsonArray)await platform.Get("/api/services"));
    }

    [Fact]
    public async Task A_created_service_has_its_operation_its_page_and_an_editor_that_refuses_stale_edits()
    {
        await using var platform = await Start();
        using var visitor = await PortalVisitor.SignIn(platform, await platform.ClientOf("user:default/noor"));
        var form = await visitor.Get("/create/node-api?name=vouchers&deploy=false");
        var plan = await visitor.Send(form, "/create/node-api", ("description", "Issues and redeems gift vouchers"));
        await visitor.SendTwice(plan, "/actions/service.create");
        Assert.StartsWith("/operations/op-", visitor.Location);
        var operation = visitor.Location!["/operations/".Length..];
        await platform.Finished(operation);
        Assert.Single((JsonArray)await platform.Get("/api/operations?limit=10"));

        var done = await visitor.Get("/operations/" + operation);
        Assert.Equal(["Make the repository", "Register it in the catalog"], done.QuerySelectorAll(".steps .name").Select(step => step.TextContent));
        Assert.Contains("git clone", done.QuerySelector("#next")!.TextContent);
        Assert.Contains("Made the repository vouchers", await (await platform.Client.GetAsync($"/operations/{operation}/log.txt", TestContext.Current.CancellationToken)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        var service = await visitor.Get("/services/vouchers");
        Assert.Contains("does not run anywhere yet", service.Body!.TextContent);
        Assert.Contains("/services/vouchers/edit/RUNBOOK.md", service.QuerySelectorAll("a").Select(link => link.GetAttribute("href")));

        var editor = await visitor.Get("/services/vouchers/edit/RUNBOOK.md?section=supportedBy");
        var text = ((IHtmlTextAreaElement)editor.QuerySelector("textarea")!).Value;
        Assert.Equal("## Supported By", text.Split('\n')[int.Parse(editor.QuerySelector("textarea")!.GetAttribute("data-line")!) - 1]);
        var stale = await visitor.Send(editor, "/actions/repository.commit", ("content", text + "\nMine.\n"), ("expected", "0123456789"));
        Assert.Equal(HttpStatusCode.Conflict, visitor.Last.StatusCode);
        Assert.Contains("tarmac action repository.commit --service vouchers --path RUNBOOK.md", editor.QuerySelector("details.same")!.TextContent);
        Assert.Contains("changed since you opened it", stale.Body!.TextContent);
        Assert.EndsWith("\nMine.\n", ((IHtmlTextAreaElement)stale.QuerySelector("textarea[name=content]")!).Value);
    }

    [Fact]
    public async Task The_call_shown_for_a_removal_is_one_that_the_api_takes()
    {
        await using var platform = await Start();
        await CreateStockFeed(platform);
        await platform.Act("break-glass.start", new JsonObject { ["subject"] = "component:default/stock-feed", ["reason"] = "The operator tidies up" });
        using var visitor = await PortalVisitor.SignIn(platform);
        var page = await visitor.Get("/actions/service.remove?service=stock-feed");
        var call = page.QuerySelectorAll("details.same pre")[^1].TextContent;
        var body = JsonNode.Parse(call.Split("-d '")[1].TrimEnd('\''))!;
        Assert.Equal("stock-feed", body["input"]!["confirm"]!.GetValue<string>());
        Assert.NotNull(await platform.Act("service.remove", (JsonObject)body["input"]!.DeepClone()));
    }

    [Fact]
    public async Task Every_action_is_listed_with_who_may_and_found_by_what_it_does()
    {
        await using var platform = await Start();
        var page = await platform.Client.Page("/actions");
        var names = ((JsonArray)await platform.Get("/api/actions")).Select(action => action!["name"]!.GetValue<string>());
        Assert.Equal(names.Order(StringComparer.Ordinal), page.QuerySelectorAll("main li a").Select(link => link.GetAttribute("href")!["/actions/".Length..]).Order(StringComparer.Ordinal));
        Assert.Contains(page.QuerySelectorAll("footer a"), link => link.GetAttribute("href") == "/actions");

        page = await platform.Client.Page("/actions?q=break end");
        Assert.Equal(["End break-glass"], page.QuerySelectorAll("main li a").Select(link => link.TextContent));
        Assert.NotNull((await platform.Client.Page("/actions?q=nothingofthatname")).QuerySelector(".empty"));
        var found = (JsonArray)(await platform.Get("/api/search?q=webhook"))["results"]!;
        Assert.Contains("/actions/webhook.add", found.Select(result => result!["href"]!.GetValue<string>()));
        Assert.Contains((await platform.Client.Page("/search?q=webhook")).QuerySelectorAll("#actions a"), link => link.GetAttribute("href") == "/actions/webhook.add");
    }

    [Fact]
    public async Task A_teams_webhooks_are_added_and_removed_from_its_page_by_its_members()
    {
        await using var platform = await Start();
        using var noor = await platform.ClientOf("user:default/noor");
        var page = await noor.Page("/teams/default/promotions");
        Assert.StartsWith("/actions/webhook.add?team=group%3Adefault%2Fpromotions", page.QuerySelector("#webhooks .actions a")!.GetAttribute("href"), StringComparison.Ordinal);
        Assert.Null((await noor.Page("/teams/default/platform")).QuerySelector("#webhooks"));

        var made = await TestPlatform.Act(noor, "webhook.add", new JsonObject { ["team"] = "group:default/promotions", ["url"] = "https://chat.hartwell.example/hook" });
        page = await noor.Page("/teams/default/promotions");
        Assert.Contains("https://chat.hartwell.example/hook", page.QuerySelector("#webhooks")!.TextContent);
        Assert.StartsWith($"/actions/webhook.remove?id={made["result"]!["id"]}", page.QuerySelector("#webhooks li a")!.GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_takes_away_wants_its_name_typed_and_then_leads_back()
    {
        await using var platform = await TestPlatform.Start();
        using var visitor = await PortalVisitor.SignIn(platform);
        var made = await platform.Act("token.create", new JsonObject { ["name"] = "laptop" });
        var plan = await visitor.Get($"/actions/token.revoke?id={made["result"]!["id"]}&_back=/tokens");
        var wrong = await visitor.Send(plan, "/actions/token.revoke", ("confirm", "lap"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, visitor.Last.StatusCode);
        Assert.Contains("Type laptop exactly.", wrong.QuerySelector("#plan")!.TextContent);
        // What has to be typed is not for the form to say.
        await visitor.Send(plan, "/actions/token.revoke", ("_typed", "x"), ("confirm", "x"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, visitor.Last.StatusCode);
        using var client = platform.ClientFor(made["secret"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/whoami", TestContext.Current.CancellationToken)).StatusCode);

        await visitor.Send(wrong, "/actions/token.revoke", ("confirm", "laptop"));
        Assert.Equal("/tokens", visitor.Location);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/whoami", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Who_may_not_is_told_who_may_and_a_person_may_break_glass()
    {
        await using var platform = await Start();
        await CreateStockFeed(platform);
        using var visitor = await PortalVisitor.SignIn(platform, await platform.ClientOf("user:default/noor"));
        var refused = await visitor.Get("/actions/service.deploy?service=stock-feed");
        Assert.Equal(HttpStatusCode.Forbidden, visitor.Last.StatusCode);
        Assert.Contains("Who may: Platform", refused.Body!.TextContent);
        Assert.Null(refused.QuerySelector("#plan"));

        Assert.DoesNotContain("/actions/service.", (await visitor.Get("/services/stock-feed")).Body!.InnerHtml);
        var glass = await visitor.Get(refused.QuerySelector("#emergency a")!.GetAttribute("href")!);
        var plan = await visitor.Send(glass, "/actions/break-glass.start/plan", ("reason", "Shelves show nothing and nobody answers"));
        await visitor.Send(plan, "/actions/break-glass.start");
        var now = await visitor.Get(visitor.Location!);
        Assert.Equal(HttpStatusCode.OK, visitor.Last.StatusCode);
        Assert.Contains("Build and test commit", now.QuerySelector("#plan")!.TextContent);
        Assert.Contains("Shelves show nothing", now.QuerySelector(".glass")!.TextContent);
        Assert.Contains("/actions/service.deploy", (await visitor.Get("/services/stock-feed")).Body!.InnerHtml);
        Assert.Contains("break-glass.start", (await visitor.Get("/audit?subject=component:default/stock-feed")).Body!.TextContent);
    }

    [Fact]
    public async Task Every_action_has_a_page_and_no_parameter_leads_elsewhere()
    {
        await using var platform = await Start();
        using var visitor = await PortalVisitor.SignIn(platform);
        foreach (var action in (JsonArray)await platform.Get("/api/actions"))
        {
            var name = action!["name"]!.GetValue<string>();
            var page = await visitor.Get($"/actions/{name}?_back=%2F%2Felsewhere.example%2F");
            Assert.Equal(HttpStatusCode.OK, visitor.Last.StatusCode);
            Assert.Equal(action["title"]!.GetValue<string>(), Heading(page));
            Assert.DoesNotContain("elsewhere.example", page.DocumentElement.OuterHtml);
            Assert.Contains("/api/actions/" + name, page.QuerySelector("details.same")!.TextContent);
        }
    }

    [Fact]
    public async Task Only_the_api_reference_has_a_policy_of_its_own_with_a_fresh_nonce()
    {
        await using var platform = await Start();
        using var visitor = await PortalVisitor.SignIn(platform);
        foreach (var path in (string[])["/create", "/deliveries", "/audit", "/tokens"])
        {
            Assert.NotEmpty(Heading(await visitor.Get(path)));
            Assert.DoesNotContain("nonce", Policy(visitor));
        }
        await visitor.Get("/api/docs/");
        var first = Policy(visitor);
        var html = await visitor.Last.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var nonce = first.Split("'nonce-")[1].Split('\'')[0];
        Assert.Contains($"nonce=\"{nonce}\"", WebUtility.HtmlDecode(html));
        Assert.DoesNotContain("https://", first);
        await visitor.Get("/api/docs/");
        Assert.NotEqual(first, Policy(visitor));
    }

    [Fact]
    public void The_command_is_the_everyday_verb_where_that_says_all_and_else_the_action_by_name()
    {
        Assert.Equal("tarmac service restart vouchers", ActionForm.Command(DeliveryActions.Restart, new JsonObject { ["service"] = "vouchers", ["environment"] = "dev" }));
        Assert.Equal("tarmac action service.rollback --service vouchers --release 3", ActionForm.Command(DeliveryActions.Rollback, new JsonObject { ["service"] = "vouchers", ["release"] = "3" }));
        Assert.Equal("tarmac break-glass start component:default/vouchers --reason 'Tills'\\'' queue'",
            ActionForm.Command(AccessActions.StartBreakGlass, new JsonObject { ["subject"] = "component:default/vouchers", ["reason"] = "Tills' queue" }));
    }

    private static Task<TestPlatform> Start()
    {
        var sample = Path.Combine(PublicData.Repository, "sample");
        return TestPlatform.Start(options: o => o with { Organisation = [Path.Combine(sample, "org.yaml")], Catalog = [sample], Roads = Path.Combine(PublicData.Repository, "roads") });
    }

    private static async Task CreateStockFeed(TestPlatform platform) => await platform.Finished((await platform.Act("service.create", new JsonObject
    {
        ["road"] = "node-api",
        ["name"] = "stock-feed",
        ["description"] = "Tells others what is on the shelves",
        ["owner"] = "group:default/platform",
        ["deploy"] = false,
    }))["operation"]!.GetValue<string>());

    private static string Heading(IHtmlDocument page) => page.QuerySelector("h1")!.TextContent;

    private static string Policy(PortalVisitor visitor) => visitor.Last.Headers.GetValues("Content-Security-Policy").Single();
}
