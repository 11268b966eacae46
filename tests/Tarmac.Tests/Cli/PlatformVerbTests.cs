using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Catalog;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Storage;

namespace Tarmac.Tests.Cli;

/// <summary>The real program against a real platform.</summary>
public sealed class PlatformVerbTests
{
    private const string People = """
        apiVersion: backstage.io/v1alpha1
        kind: Group
        metadata: { name: promotions, title: Promotions }
        spec: { type: team, children: [] }
        ---
        apiVersion: backstage.io/v1alpha1
        kind: User
        metadata: { name: noor }
        spec: { memberOf: [promotions] }
        ---
        apiVersion: backstage.io/v1alpha1
        kind: Component
        metadata: { name: vouchers, description: "Issues: vouchers" }
        spec: { type: service, lifecycle: experimental, owner: promotions }

        """;

    [Fact]
    public async Task Whoami_tokens_and_audit_go_round()
    {
        await using var platform = await TestPlatform.Start();
        using var cli = new CliProgram(platform.Home);
        Assert.Equal("user:default/operator", (await cli.Run("whoami", "--json")).Succeeded().Json["ref"]!.GetValue<string>());
        Assert.Contains("laptop", (await cli.Run("token", "create", "laptop", "--plan")).Succeeded().Out);
        Assert.DoesNotContain("laptop", (await cli.Run("token", "list")).Succeeded().Out);

        // The secret alone is on standard output, and lets its holder in.
        var secret = (await cli.Run("token", "create", "laptop", "--days", "3")).Succeeded().Out.Trim();
        cli.Variables["TARMAC_TOKEN"] = secret;
        Assert.Equal("user:default/operator", (await cli.Run("whoami", "--json")).Succeeded().Json["ref"]!.GetValue<string>());
        cli.Variables.Clear();
        var file = cli.File("token.txt", secret + "\n");
        (await cli.Run("whoami", "--as-token-file", file)).Succeeded();

        var id = (await cli.Run("token", "list", "--json")).Succeeded().Json.AsArray().Single(token => token!["name"]!.GetValue<string>() == "laptop")!["id"]!.GetValue<string>();
        (await cli.Run("token", "revoke", id)).Failed(2, "--yes");
        (await cli.Run("token", "revoke", id, "--yes")).Succeeded();
        (await cli.Run("whoami", "--as-token-file", file)).Failed(3, "token is not valid");

        Assert.Contains("token.revoke", (await cli.Run("audit")).Succeeded().Out);
        Assert.DoesNotContain(secret, (await cli.Run("export", "audit")).Succeeded().Out);
        Assert.All((await cli.Run("export", "events")).Succeeded().Out.Trim().Split('\n'), line => Assert.Equal("1.0", JsonNode.Parse(line)!["specversion"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Login_remembers_the_platform_in_a_file_only_its_owner_can_read()
    {
        await using var platform = await TestPlatform.Start();
        using var cli = new CliProgram();
        cli.Variables["TARMAC_HOME"] = null;
        cli.Variables["XDG_DATA_HOME"] = Path.Combine(cli.Folder, "data");
        (await cli.Run("wrong\n", ["login", "--url", platform.Url, "--token-stdin"])).Failed(3);
        (await cli.Run("whoami")).Failed(5);
        var said = (await cli.Run(platform.Token + "\n", ["login", "--url", platform.Url + "/", "--token-stdin", "--json"])).Succeeded();
        Assert.DoesNotContain(platform.Token, said.Out + said.Error);
        var file = said.Json["file"]!.GetValue<string>();
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        (await cli.Run("whoami")).Succeeded();
        // A remembered token is for its own platform, and for no other.
        (await cli.Run("whoami", "--url", platform.Url.Replace("127.0.0.1", "localhost"))).Failed(3, "Sign in first");
    }

    [Fact]
    public async Task Open_prints_a_link_that_leads_to_the_sign_in_page()
    {
        await using var platform = await TestPlatform.Start();
        using var cli = new CliProgram(platform.Home);
        Assert.StartsWith(platform.Url + "/sign-in?link=", (await cli.Run("open")).Succeeded().Out);
        Assert.StartsWith(platform.Url, (await cli.Run("open", "--json")).Succeeded().Json["signIn"]!.GetValue<string>());
    }

    [Fact]
    public async Task Git_gets_the_token_for_the_platform_and_for_nothing_else()
    {
        await using var platform = await TestPlatform.Start();
        using var cli = new CliProgram(platform.Home);
        var host = new Uri(platform.Url).Authority;
        Assert.Equal($"username=tarmac\npassword={platform.Token}\n", (await cli.Run($"protocol=http\nhost={host}\npath=git/vouchers.git\n\n", ["credential", "get"])).Succeeded().Out);
        Assert.Empty((await cli.Run("protocol=https\nhost=example.test\n\n", ["credential", "get"])).Succeeded().Out);
        Assert.Empty((await cli.Run($"protocol=https\nhost={host}\n\n", ["credential", "get"])).Succeeded().Out);
        Assert.Empty((await cli.Run($"protocol=http\nhost={host}\nusername=a\npassword=b\n\n", ["credential", "store"])).Succeeded().Out);
    }

    [Fact]
    public async Task Operations_are_listed_followed_and_end_with_their_exit_code()
    {
        await using var platform = await TestPlatform.Start(configure: builder => builder.Services.AddSingleton<OperationKind, Greeting>());
        using var cli = new CliProgram(platform.Home);
        var good = await Enqueue(platform, "hello");
        var bad = await Enqueue(platform, "");
        Assert.Contains("greet      hello", (await cli.Run("operation", "log", good, "--follow")).Succeeded().Out);
        (await cli.Run("operation", "log", bad, "-f")).Failed(1, "Nothing to say");
        Assert.Single((await cli.Run("operation", "log", good, "--json")).Succeeded().Json.AsArray());
        Assert.Contains("succeeded", (await cli.Run("operation", "show", good)).Succeeded().Out);
        Assert.Equal("no-words", (await cli.Run("operation", "show", bad, "--json")).Succeeded().Json["operation"]!["problem"]!["code"]!.GetValue<string>());
        Assert.Contains(good, (await cli.Run("operation", "list", "--subject", "greeter")).Succeeded().Out);
        Assert.Empty((await cli.Run("operation", "list", "--state", "running", "--json")).Succeeded().Json.AsArray());
        (await cli.Run("operation", "show", "op-none")).Failed(4, "There is no operation");
        (await cli.Run("operation", "cancel", good)).Failed(1, "already");
    }

    [Fact]
    public async Task The_catalog_is_listed_shown_and_exported()
    {
        using var cli = new CliProgram();
        var file = cli.File("org.yaml", People);
        await using var platform = await TestPlatform.Start(options: options => options with { Organisation = [file] });
        cli.Variables["TARMAC_HOME"] = platform.Home;
        Assert.Contains("vouchers", (await cli.Run("list")).Succeeded().Out);
        Assert.Contains("promotions", (await cli.Run("list", "--kind", "group")).Succeeded().Out);
        Assert.Contains("Nothing matches", (await cli.Run("list", "--owner", "nobody")).Succeeded().Out);
        var shown = (await cli.Run("show", "vouchers")).Succeeded().Out;
        Assert.Contains("group:default/promotions", shown);
        (await cli.Run("show", "nothing")).Failed(4, "There is no entity");
        (await cli.Run("show", "component:default/")).Failed(2);
        (await cli.Run("source", "list")).Succeeded();

        // What comes out goes in again, value for value.
        var again = cli.File("export.yaml", (await cli.Run("export", "catalog")).Succeeded().Out);
        var json = (await cli.Run("export", "catalog", "--json")).Succeeded().Json.AsArray();
        Assert.Equal(3, json.Count(entity => entity!["kind"]!.GetValue<string>() is "Group" or "User" or "Component" && entity["metadata"]!["name"]!.GetValue<string>() is "promotions" or "noor" or "vouchers"));
        (await cli.Run("catalog", "check", again)).Succeeded();
    }

    [Fact]
    public async Task Scores_are_shown_judged_again_and_listed()
    {
        using var cli = new CliProgram();
        var file = cli.File("org.yaml", People);
        await using var platform = await TestPlatform.Start(options: options => options with { Organisation = [file] });
        cli.Variables["TARMAC_HOME"] = platform.Home;
        var judged = (await cli.Run("score", "vouchers", "--rescore", "--json")).Succeeded().Json;
        Assert.Equal("component:default/vouchers", judged["entity"]!.GetValue<string>());
        Assert.NotNull(judged["rescored"]!["after"]);
        var shown = (await cli.Run("score", "vouchers")).Succeeded().Out;
        Assert.Contains("To mend it:", shown);
        Assert.Contains("% of what applies", shown);
        Assert.Contains("component:default/vouchers", (await cli.Run("score", "--all")).Succeeded().Out);
        (await cli.Run("score", "nothing")).Failed(4);
        (await cli.Run("score", "--all", "--rescore")).Failed(2, "--all");
    }

    [Fact]
    public async Task A_member_adds_and_removes_a_webhook_of_the_team()
    {
        using var cli = new CliProgram();
        var file = cli.File("org.yaml", People);
        await using var platform = await TestPlatform.Start(options: options => options with { Organisation = [file] });
        cli.Variables["TARMAC_HOME"] = platform.Home;
        cli.Variables["TARMAC_TOKEN"] = (await platform.Act("token.create", new JsonObject { ["name"] = "test", ["person"] = "user:default/noor" }))["secret"]!.GetValue<string>();
        Assert.Contains("Signing secret: ", (await cli.Run("webhook", "add", "promotions", "https://chat.example.test/hook")).Succeeded().Out);
        var list = (await cli.Run("webhook", "list")).Succeeded();
        Assert.Contains("https://chat.example.test/hook", list.Out);
        Assert.Contains("none yet", list.Out);
        var id = (await cli.Run("webhook", "list", "--json")).Succeeded().Json[0]!["id"]!.GetValue<string>();
        (await cli.Run("webhook", "remove", id, "--yes")).Succeeded();
        Assert.Empty((await cli.Run("webhook", "list", "--json")).Succeeded().Json.AsArray());
    }

    [Fact]
    public async Task Every_action_can_be_planned_and_run_by_its_own_name()
    {
        await using var platform = await TestPlatform.Start();
        using var cli = new CliProgram(platform.Home);
        Assert.Contains("A token named ci", (await cli.Run("action", "token.create", "--name", "ci", "--scopes", "read", "--plan")).Succeeded().Out);
        var made = (await cli.Run("action", "token.create", "--name", "ci", "--scopes", "read", "--days", "2", "--json")).Succeeded().Json;
        Assert.StartsWith("tarmac_", made["secret"]!.GetValue<string>());
        (await cli.Run("action", "token.create", "--name", "x", "--kind", "service")).Failed(2, "team");
        Assert.Contains("service.deploy", (await cli.Run("action", "list")).Succeeded().Out);
    }

    [Theory]
    [InlineData("whoami")]
    [InlineData("token list")]
    [InlineData("operation list")]
    [InlineData("audit")]
    [InlineData("list")]
    [InlineData("source list")]
    [InlineData("action list")]
    [InlineData("export catalog")]
    [InlineData("serve status")]
    [InlineData("token create once --plan")]
    [InlineData("break-glass end vouchers --plan")]
    public async Task With_json_one_document_is_all_there_is(string line)
    {
        await using var platform = await TestPlatform.Start();
        using var cli = new CliProgram(platform.Home);
        var run = await cli.Run([.. line.Split(' '), "--json", "--quiet"]);
        Assert.NotNull(run.Json);
        Assert.Empty(run.Error);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_catalog_that_is_exported_and_imported_into_an_empty_home_is_the_same(bool json)
    {
        var sample = Path.Combine(PublicData.Repository, "sample");
        using var folder = new TemporaryFolder();
        string before;
        await using (var first = await TestPlatform.Start(options: options => options with { Catalog = [sample] }))
        {
            before = Whole(first);
            using var cli = new CliProgram(first.Home);
            var exported = (await cli.Run(json ? ["export", "catalog", "--json"] : ["export", "catalog"])).Succeeded();
            folder.Write("export", json ? string.Join('\n', exported.Json.AsArray().Select(entity => entity!.ToJsonString())) : exported.Out);
        }
        await using var second = await TestPlatform.Start();
        using var other = new CliProgram(second.Home);
        (await other.Run("catalog", "import", folder.In("export"), "--into", folder.In("catalog"), "--plan")).Succeeded();
        Assert.False(Directory.Exists(folder.In("catalog")));
        (await other.Run("catalog", "import", folder.In("export"), "--into", folder.In("catalog"))).Succeeded();
        Assert.Equal(before, Whole(second));
        (await other.Run("catalog", "import", folder.In("export"), "--into", folder.In("catalog"), "--name", "again")).Failed(2, "not an empty folder");
        folder.Write("broken", "kind: Component\n");
        (await other.Run("catalog", "import", folder.In("broken"), "--into", folder.In("elsewhere"))).Failed(2, "no entity");
    }

    private static string Whole(TestPlatform platform)
    {
        var index = platform.Services.GetRequiredService<CurrentCatalog>().Index;
        Assert.NotEmpty(index.All);
        return string.Join('\n', index.All.SelectMany(entry => (string[])[entry.Entity.ToJson().ToJsonString(),
            .. index.RelationsOf(entry.Ref).Select(end => $"{entry.Ref} {end.Type} {end.Target} {end.Declared} {end.Exists}").Order(StringComparer.Ordinal)]));
    }

    [Fact]
    public async Task A_change_is_sent_again_when_the_platform_comes_back_and_happens_once()
    {
        var home = Directory.CreateTempSubdirectory("tarmac-test-").FullName;
        try
        {
            await using (await TestPlatform.Start(home)) { }
            using var cli = new CliProgram(home);
            using var process = cli.Start("token", "create", "once");
            // It has met a platform that is not there, more than once.
            Assert.Contains("trying again", await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken));
            await using var platform = await TestPlatform.Start(home);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, process.ExitCode);
            Assert.Single((JsonArray)await platform.Get("/api/tokens"), token => token!["name"]!.GetValue<string>() == "once");
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private static Task<string> Enqueue(TestPlatform platform, string words) => platform.Services.GetRequiredService<Database>().Write(session =>
        platform.Services.GetRequiredService<OperationStore>().Enqueue(session, new OperationRequest("greeting", "component:default/greeter", "Greet", new JsonObject { ["words"] = words }, "user:default/operator")),
        TestContext.Current.CancellationToken);

    private sealed class Greeting() : OperationKind("greeting")
    {
        public override async Task<JsonObject?> Run(OperationRun run)
        {
            await run.Step("greet", _ =>
            {
                var words = run.Operation.Input["words"]!.GetValue<string>();
                if (words.Length == 0) throw new Tarmac.Foundation.Web.Problem(422, "no-words", "Nothing to say.");
                run.Log(words);
                return Task.CompletedTask;
            });
            return null;
        }
    }
}
