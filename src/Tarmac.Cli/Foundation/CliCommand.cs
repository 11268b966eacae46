using System.CommandLine;

namespace Tarmac.Cli.Foundation;

/// <summary>A command with at least one example, which its help shows.</summary>
internal abstract class CliCommand(string name, string description, IReadOnlyList<string> examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;

    protected TArgument With<TArgument>(TArgument argument) where TArgument : Argument
    {
        Arguments.Add(argument);
        return argument;
    }

    protected TOption Having<TOption>(TOption option) where TOption : Option
    {
        Options.Add(option);
        return option;
    }
}

/// <summary>A word that only groups others: <c>token</c> in <c>tarmac token create</c>.</summary>
internal sealed class Noun : CliCommand
{
    public Noun(string name, string description, string example, params IEnumerable<Command> verbs) : base(name, description, [example])
    {
        foreach (var verb in verbs) Subcommands.Add(verb);
    }
}

/// <summary>A command that does something.</summary>
internal abstract class Verb : CliCommand
{
    protected Verb(string name, string description, params string[] examples) : base(name, description, examples) =>
        SetAction((parsed, cancellation) => Invocation.Guard(parsed, Run, cancellation));

    protected abstract Task<int> Run(Invocation run);
}
