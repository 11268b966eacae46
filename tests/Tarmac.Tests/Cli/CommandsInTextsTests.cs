using System.CommandLine;
using System.Text.RegularExpressions;
using Tarmac.Cli;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Actions;
using Tarmac.Tests.Repository;

namespace Tarmac.Tests.Cli;

/// <summary>A command that a cure, a page or a document names is one that the program knows.</summary>
public sealed partial class CommandsInTextsTests
{
    /// <summary>Words that follow the program's name in prose, and what people never type.</summary>
    private static readonly string[] NoCommands = ["program", "itself", "shim", "cli"];

    [Fact]
    public void Every_command_of_the_documents_is_understood_as_it_stands()
    {
        var lines = SourceFiles.In("docs", ".md").Concat([("README.md", SourceFiles.Text("README.md")), ("CONTRIBUTING.md", SourceFiles.Text("CONTRIBUTING.md"))])
            .SelectMany(file => InBackticks.Matches(file.Item2).Select(match => match.Groups[1].Value).Concat(Fenced.Matches(file.Item2).SelectMany(block => block.Value.Split('\n')))
                .Where(text => AtStart.IsMatch(text)).Select(text => (Path: file.Item1, Line: AtStart.Match(text).Groups[1].Value)))
            .Where(text => !NoCommands.Contains(text.Line.Split(' ')[0]) && !text.Line.StartsWith("action NAME", StringComparison.Ordinal)).ToList();
        Assert.True(lines.Count > 60, $"only {lines.Count} were found");
        None(lines.Select(text => (text.Path, text.Line, Wrong: WhatIsWrong(text.Line))).Where(text => text.Wrong.Length > 0).Select(text => $"{text.Path}: tarmac {text.Line}: {text.Wrong}"));
    }

    [Fact]
    public void Every_command_of_an_action_is_understood_as_it_stands() =>
        None(ActionList.All.Where(action => action.Command is not null).Select(action => (Line: action.Command!, Wrong: WhatIsWrong(Hole.Replace(action.Command!["tarmac ".Length..], "x"))))
            .Where(text => text.Wrong.Length > 0).Select(text => $"{text.Line}: {text.Wrong}"));

    [Fact]
    public void Every_command_that_a_cure_or_a_page_of_the_portal_names_exists_with_its_options()
    {
        var texts = SourceFiles.In("src", ".cs", ".razor").Concat(SourceFiles.In("roads", ".md", ".liquid", ".yaml"))
            .SelectMany(file => file.Text.Split('\n').Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal))
                .SelectMany(line => Named.Matches(Hole.Replace(line, "x")).Select(match => (file.Path, Line: match.Groups[1].Value))))
            .Where(text => !NoCommands.Contains(text.Line.Split(' ')[0].TrimEnd('.', ','))).ToList();
        Assert.True(texts.Count > 100, $"only {texts.Count} were found");
        None(texts.Where(text => !Exists(text.Line)).Select(text => $"{text.Path}: tarmac {text.Line}"));
    }

    private static void None(IEnumerable<string> wrong)
    {
        var all = string.Join('\n', wrong);
        Assert.True(all.Length == 0, all);
    }

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex InBackticks { get; }

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced { get; }

    /// <summary>With the variable it is set to before it, if any.</summary>
    [GeneratedRegex(@"^\s*(?:export \w+=\$\()?(?:\./)?tarmac ([a-z-].*)$")]
    private static partial Regex AtStart { get; }

    [GeneratedRegex(@"(?<![\w/.@-])(?:\./)?tarmac ([a-z][^""`'<>|;\\]*)")]
    private static partial Regex Named { get; }

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Hole { get; }

    // What a shell would keep for itself is left out: comments, pipes, files, and the end of a substitution.
    private static string WhatIsWrong(string line)
    {
        var words = ShellLine.Words(Regex.Split(line, @"\s+#|\s[|<>]\s|\)\s*#|\)$|\s&&")[0]);
        var parsed = Commands.Root().Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });
        return string.Join(' ', parsed.Errors.Select(error => error.Message));
    }

    // In a sentence the words after the command are the sentence's own; its options are not.
    private static bool Exists(string text)
    {
        var words = Regex.Split(text, @"\s+tarmac\s")[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Command command = Commands.Root();
        var at = 0;
        while (at < words.Length && command.Subcommands.FirstOrDefault(child => child.Name == words[at].TrimEnd('.', ',', ':', ')')) is { } child)
        {
            command = child;
            at++;
        }
        // Which one, the program decides when it says it.
        if (command is Noun && (at == words.Length || words[at].TrimEnd(')') == "x")) return true;
        if (command is not Verb) return false;
        var known = command.Options.Concat(GlobalOptions.All).SelectMany(option => option.Aliases.Append(option.Name)).Append("--help").ToHashSet();
        var own = words.Skip(at).TakeWhile((_, index) => index == 0 || !words[at + index - 1].EndsWith('.')).Select(word => word.TrimEnd('.', ',', ':', ')'));
        return !command.TreatUnmatchedTokensAsErrors || own.Where(word => word.StartsWith('-')).All(known.Contains);
    }
}
