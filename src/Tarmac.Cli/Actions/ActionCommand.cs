using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model;
using Tarmac.Model.Actions;
using Tarmac.Model.Schemas;

namespace Tarmac.Cli.Actions;

/// <summary>One action as a command; its options are made from the input schema that server and CLI share.</summary>
internal sealed class ActionCommand : ChangeVerb
{
    private readonly List<(InputField Field, Option Option)> options = [];

    private ActionCommand(ActionDefinition action) : base(action, action.Name, action.Summary, Example(action))
    {
        CanBeLeft();
        foreach (var field in action.Input.Fields)
        {
            var option = OptionOf(field);
            options.Add((field, option));
            Options.Add(option);
        }
    }

    public static IEnumerable<ActionCommand> All() => ActionList.All.Select(action => new ActionCommand(action));

    protected override Task<int> Run(Invocation run)
    {
        var input = new JsonObject();
        foreach (var (field, option) in options)
            if (run.Given(option) && Value(run, option) is { } value)
                input[field.Name] = value;
        var problems = Definition.Input.Validate(input).Problems;
        if (problems.Count > 0)
            throw new CliProblem(ExitCode.WrongUsage, new JsonObject
            {
                ["code"] = "invalid-input",
                ["title"] = "The input has " + (problems.Count == 1 ? "a problem." : $"{problems.Count} problems."),
                ["cure"] = $"tarmac action {Definition.Name} --help describes each option.",
                ["docs"] = "docs/errors/invalid-input.md",
                ["problems"] = new JsonArray([.. problems.Select(problem => (JsonNode)CliProblem.Json(problem))]),
            });
        return Perform(run, input, answer =>
        {
            foreach (var step in answer.List("steps")) run.Terminal.Line(step.Text() ?? "");
            if (answer.At("result") is JsonObject { Count: > 0 } result) run.Terminal.Line(result.Indented());
            if (answer.Text("secret") is { } secret) run.Terminal.Line(secret);
        });
    }

    private static Option OptionOf(InputField field)
    {
        var name = field.OptionName;
        var description = (field.Description ?? field.Label) + (field.Default is { } value ? $" Default: {(value is JsonArray list ? list.Texts() : value.Text())}." : "");
        switch (field.Kind)
        {
            case InputKind.Flag:
                return new Option<bool?>(name) { Description = description, Required = field.Required };
            case InputKind.Integer:
                return new Option<long?>(name) { Description = description, Required = field.Required };
            case InputKind.Number:
                return new Option<double?>(name) { Description = description, Required = field.Required };
            case InputKind.TextList:
                var several = new Option<string[]>(name) { Description = description + " Repeat it for several.", Required = field.Required, HelpName = field.Name };
                if (field.Choices.Count > 0) several.AcceptOnlyFromAmong([.. field.Choices]);
                return several;
            default:
                var text = new Option<string?>(name) { Description = description, Required = field.Required, HelpName = field.Choices.Count > 0 ? null : field.Name };
                if (field.Choices.Count > 0) text.AcceptOnlyFromAmong([.. field.Choices]);
                return text;
        }
    }

    private static JsonNode? Value(Invocation run, Option option) => option switch
    {
        Option<bool?> flag => run.Get(flag) is { } on ? JsonValue.Create(on) : null,
        Option<long?> whole => run.Get(whole) is { } count ? JsonValue.Create(count) : null,
        Option<double?> number => run.Get(number) is { } amount ? JsonValue.Create(amount) : null,
        Option<string[]> several => run.Get(several) is { } list ? new JsonArray([.. list.Select(item => (JsonNode)item)]) : null,
        Option<string?> text => run.Get(text) is { } words ? JsonValue.Create(words) : null,
        _ => null,
    };

    private static string Example(ActionDefinition action)
    {
        var text = new StringBuilder("tarmac action ").Append(action.Name);
        foreach (var field in action.Input.Fields.Where(field => field.Required))
            text.Append(' ').Append(field.OptionName).Append(' ').Append(ShellWord.Of(field.Example ?? field.Name.ToUpperInvariant()));
        return text.ToString();
    }
}
