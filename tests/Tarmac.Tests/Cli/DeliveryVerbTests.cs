using System.Text.Json.Nodes;
using Tarmac.Tests.Delivery;

namespace Tarmac.Tests.Cli;

/// <summary>Everything between a repository and a running release, with the real program, the real git and real processes.</summary>
public sealed class DeliveryVerbTests : IDisposable
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

        """;

    private readonly CliProgram cli = new();

    public void Dispose() => cli.Dispose();

    [Fact]
    public async Task A_member_makes_a_service_pushes_to_it_and_does_everything_with_it()
    {
        await using var platform = await Start();
        (await cli.Run("new", "tiny", "--road", "node-api", "--description", "A tiny service for tests")).Failed(2, "--yes");
        (await cli.Run("new", "tiny", "--road", "nonsense", "--description", "A tiny service for tests", "--yes")).Failed(4, "node-api");
        Assert.Contains("Register tiny", (await cli.Run("new", "tiny", "--road", "node-api", "--description", "A tiny service for tests", "--plan")).Succeeded().Out);

        var answers = cli.File("answers.yaml", "name: tiny\nroad: node-api\ndescription: A tiny service for tests\ndeploy: false\nport: 8090\n");
        // The only team the member is in owns it, without being named.
        var made = (await cli.Run("new", "--file", answers, "--yes", "--json")).Succeeded().Json;
        Assert.Equal("group:default/promotions", made["result"]!["owner"]!.GetValue<string>());
        var copy = Path.Combine(cli.Folder, "tiny");
        Assert.Equal(copy, made["folder"]!.GetValue<string>());
        Assert.DoesNotContain(cli.Variables["TARMAC_TOKEN"]!, await File.ReadAllTextAsync(Path.Combine(copy, ".git", "config"), TestContext.Current.CancellationToken));
        (await cli.Run("new", "tiny", "--road", "node-api", "--description", "A tiny service for tests", "--yes")).Failed(2, "exists already");

        // git asks the credential helper, which asks nobody.
        foreach (var says in new[] { "one", "two" })
        {
            var said = await Push(copy, says);
            Assert.True(said.Contains("Live: http://tiny.dev.localhost", StringComparison.Ordinal), said);
        }

        // In the repository nobody has to name the service.
        Assert.Contains("running", (await In(copy, "status")).Succeeded().Out);
        Assert.Equal("tiny", (await In(copy, "status", "--json")).Succeeded().Json["name"]!.GetValue<string>());
        Assert.Contains("listening on", (await In(copy, "logs", "--grep", "LISTENING", "--since", "10m")).Succeeded().Out);
        Assert.Empty((await In(copy, "logs", "--grep", "nothing of the kind", "--json")).Succeeded().Json.AsArray());
        Assert.Equal(2, (await In(copy, "releases", "--json")).Succeeded().Json.AsArray().Count);
        Assert.Contains("tiny", (await cli.Run("status")).Succeeded().Out);

        Assert.Contains("1", (await In(copy, "rollback", "--plan")).Succeeded().Out);
        (await In(copy, "rollback")).Succeeded();
        Assert.Equal(1, (await cli.Run("status", "tiny", "--json")).Json["environments"]![0]!["release"]!.GetValue<int>());
        Assert.Equal("succeeded", (await cli.Run("deploy", "tiny", "--json")).Succeeded().Json["outcome"]!["operation"]!["state"]!.GetValue<string>());
        (await cli.Run("service", "restart", "tiny")).Succeeded();
        (await cli.Run("service", "stop", "tiny")).Succeeded();
        Assert.Contains("stopped", (await cli.Run("status", "tiny")).Succeeded().Out);
        Assert.StartsWith("op-", (await cli.Run("service", "start", "tiny", "--no-wait")).Succeeded().Out);

        (await cli.Run("service", "remove", "tiny")).Failed(2, "--confirm tiny");
        (await cli.Run("service", "remove", "tiny", "--confirm", "tony", "--yes")).Failed(2, "nothing was changed");
        (await cli.Run("service", "remove", "tiny", "--confirm", "tiny", "--yes")).Succeeded();
        (await cli.Run("service", "restore", "tiny")).Succeeded();
        (await cli.Run("status", "unheard-of")).Failed(4, "There is no service");
    }

    [Fact]
    public async Task A_failed_deploy_is_1_and_says_why()
    {
        await using var platform = await Start();
        (await cli.Run("new", "tiny", "--road", "node-api", "--description", "A tiny service for tests", "--no-deploy", "--yes")).Succeeded();
        var copy = Path.Combine(cli.Folder, "tiny");
        Assert.Contains("Not deployed", await Push(copy, "one", ServiceRepository.Score.Replace("tarmac.dev/build: \"true\"", "tarmac.dev/build: \"echo broken; exit 3\"")));
        var failed = (await In(copy, "deploy")).Failed(1, "broken");
        Assert.Contains("/docs/errors/build-failed", failed.Error);
        Assert.Equal("build-failed", (await In(copy, "deploy", "--json", "--quiet")).Failed(1).Json["outcome"]!["operation"]!["problem"]!["code"]!.GetValue<string>());
        // Who is not of the team is told so, and how.
        cli.Variables["TARMAC_TOKEN"] = platform.Token;
        (await In(copy, "deploy")).Failed(3, "tarmac break-glass start");
    }

    private async Task<TestPlatform> Start()
    {
        var file = cli.File("org.yaml", People);
        var platform = await TestPlatform.Start(options: options => options with { Organisation = [file], Roads = Path.Combine(PublicData.Repository, "roads") });
        cli.Variables["TARMAC_HOME"] = platform.Home;
        cli.Variables["TARMAC_TOKEN"] = (await platform.Act("token.create", new JsonObject { ["name"] = "test", ["person"] = "user:default/noor" }))["secret"]!.GetValue<string>();
        return platform;
    }

    private Task<CliRun> In(string folder, params string[] arguments) => cli.In(folder, CliProgram.Program, arguments);

    private async Task<string> Push(string copy, string says, string? score = null) => (await cli.Push(copy, says, score)).Error;
}
