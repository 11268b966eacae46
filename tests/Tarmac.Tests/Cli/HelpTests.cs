using System.CommandLine;
using System.Text;
using Tarmac.Cli;
using Tarmac.Cli.Foundation;

namespace Tarmac.Tests.Cli;

public sealed class HelpTests
{
    private static readonly string Golden = Path.Combine(PublicData.Repository, "tests", "Tarmac.Tests", "Cli", "help.case");

    [Fact]
    public void The_help_of_every_command_is_as_reviewed()
    {
        var text = new StringBuilder();
        foreach (var path in Paths(Commands.Root(), [])) text.Append("---------- ").AppendJoin(' ', ["tarmac", .. path]).Append('\n').Append(Help(path));
        var now = text.ToString();
        if (Environment.GetEnvironmentVariable("TARMAC_WRITE_SNAPSHOTS") == "1") File.WriteAllText(Golden, now);
        Assert.True(now == File.ReadAllText(Golden), "The help has changed. If that is meant, run ./test --snapshots and commit help.case.");
    }

    [Fact]
    public void Every_command_has_a_description_and_an_example_that_it_understands()
    {
        foreach (var path in Paths(Commands.Root(), []).Where(path => path.Length > 0))
        {
            var command = Assert.IsType<CliCommand>(Commands.Root().Parse(path).CommandResult.Command, exactMatch: false);
            Assert.False(string.IsNullOrWhiteSpace(command.Description), string.Join(' ', path));
            Assert.NotEmpty(command.Examples);
            foreach (var example in command.Examples.Where(example => example.StartsWith("tarmac ", StringComparison.Ordinal)))
            {
                var words = example.Split(" > ")[0].Split(" < ")[0].Split(" | ")[0]["tarmac ".Length..];
                var parsed = Commands.Root().Parse(ShellLine.Words(words), new ParserConfiguration { ResponseFileTokenReplacer = null });
                Assert.True(parsed.Errors.Count == 0, $"{example}: {string.Join(' ', parsed.Errors.Select(error => error.Message))}");
            }
        }
    }

    [Fact]
    public async Task The_program_prints_its_help_and_its_version()
    {
        using var cli = new CliProgram();
        Assert.Contains("Example", (await cli.Run("deploy", "--help")).Succeeded().Out);
        Assert.Matches(@"^\d+\.\d+\.\d+\s*$", (await cli.Run("--version")).Succeeded().Out);
    }

    private static string Help(string[] path)
    {
        using var output = new StringWriter { NewLine = "\n" };
        Commands.Root(helpWidth: 120).Parse([.. path, "--help"]).Invoke(new InvocationConfiguration { Output = output });
        // The program is called tarmac, and the tests' host is not.
        return output.ToString().Replace(RootCommand.ExecutableName, "tarmac").ReplaceLineEndings("\n");
    }

    private static IEnumerable<string[]> Paths(Command command, string[] path) =>
        [path, .. command.Subcommands.SelectMany(child => Paths(child, [.. path, child.Name]))];
}
