using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using Tarmac.Cli.Foundation;

namespace Tarmac.Cli;

internal static class Program
{
    public static string Version { get; } =
        typeof(Program).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public static int Main(string[] args)
    {
        // The shim is one process per instance: it starts before anything else is loaded.
        if (args is ["shim", var folder])
            return Runtimes.ShimCommand.Run(folder);
        return Run(args);
    }

    private static int Run(string[] args)
    {
        var root = Commands.Root();
        // No response files: @ has a meaning of its own in some values.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction) return Refuse(parsed);
        return parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }).GetAwaiter().GetResult();
    }

    private static int Refuse(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var path = string.Join(' ', Path(command));
        var problem = CliProblem.WrongUsage(
            string.Join(" ", parsed.Errors.Select(error => error.Message).Distinct()),
            command is CliCommand { Examples: [var example, ..] } ? $"For example: {example}. {path} --help says more." : $"{path} --help says more.");
        new Terminal(parsed.GetValue(GlobalOptions.Json), quiet: false, noColor: false).Report(problem.Details);
        return problem.ExitCode;
    }

    private static IEnumerable<string> Path(Symbol symbol) => [.. symbol.Parents.Take(1).SelectMany(Path), symbol.Name];
}
