using System.Text.RegularExpressions;
using Tarmac.Model.Problems;

namespace Tarmac.Roads;

/// <summary>
/// Checks templates before they are ever rendered, with the line of each mistake: only known variables, only our filters, and of Liquid's tags
/// only conditions, comments and raw text. Without loops, assignments and includes a template can neither run away nor read anything.
/// </summary>
internal static partial class LiquidCheck
{
    private const string Operand = """(?:[A-Za-z_][\w-]*|'[^']*'|"[^"]*"|-?\d+(?:\.\d+)?)""";

    [GeneratedRegex("""\{\{-?(?<output>.*?)-?\}\}|\{%-?(?<tag>.*?)-?%\}|(?<open>\{\{|\{%)""", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Token { get; }

    [GeneratedRegex($@"^\s*(?<operand>{Operand})(?:\s*\|\s*(?<filter>[a-z_]+)(?:\s*:\s*(?<operand>{Operand})(?:\s*,\s*(?<operand>{Operand}))*)?)*\s*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Output { get; }

    [GeneratedRegex($@"^\s*(?<operand>{Operand})(?:\s*(?:==|!=|<>|<=|>=|<|>|\bcontains\b)\s*(?<operand>{Operand}))?(?:\s+(?:and|or)\s+(?<operand>{Operand})(?:\s*(?:==|!=|<>|<=|>=|<|>|\bcontains\b)\s*(?<operand>{Operand}))?)*\s*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Condition { get; }

    [GeneratedRegex(@"^\s*(?<name>[a-z]+)\b(?<rest>.*)\z", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Tag { get; }

    [GeneratedRegex(@"\{%-?\s*end(?<name>raw|comment)\s*-?%\}", RegexOptions.CultureInvariant)]
    private static partial Regex EndOfText { get; }

    public static void CheckAll(Road road, List<InputProblem> problems)
    {
        var known = road.Parameters.Fields.Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, expression) in road.Derived)
        {
            Check(expression, RoadFile.FileName, known, problems, tags: true, field: $"spec.derived.{name}");
            known.Add(name);
        }
        foreach (var file in road.Skeleton)
        {
            var place = $"{SkeletonReader.FolderName}/{file.Path}";
            Check(file.Path, place, known, problems, tags: false, field: "file name");
            if (!file.IsTemplate) continue;
            if (SkeletonReader.TextOf(file) is { } text) Check(text, place, known, problems, tags: true);
            else problems.Add(new InputProblem(RoadCodes.Template, "The template is not UTF-8 text.", place, 1, 1, Cure: $"Save it as UTF-8, or drop {SkeletonFile.TemplateEnding} from its name to have it copied as it is."));
        }
    }

    private static void Check(string text, string file, HashSet<string> known, List<InputProblem> problems, bool tags, string? field = null)
    {
        var open = new Stack<string>();
        var position = 0;
        while (Token.Match(text, position) is { Success: true } token)
        {
            position = token.Index + token.Length;
            if (token.Groups["open"].Success)
            {
                Report(token.Index, $"{token.Value} is never closed.", "Close it, or write it between {% raw %} and {% endraw %} if it is meant as text.");
                return;
            }
            if (token.Groups["output"].Success)
            {
                CheckParts(Output.Match(token.Groups["output"].Value), token);
                continue;
            }
            if (!tags)
            {
                Report(token.Index, $"{token.Value} is a tag; names may hold only expressions.", "Use {{ name }} with filters, or a value under `derived`.");
                continue;
            }
            var tag = Tag.Match(token.Groups["tag"].Value);
            var (name, rest) = (tag.Groups["name"].Value, tag.Groups["rest"].Value);
            switch (name)
            {
                case "if" or "unless":
                    open.Push(name);
                    CheckParts(Condition.Match(rest), token);
                    break;
                case "elsif" when open.TryPeek(out var within) && within is "if" or "unless":
                    CheckParts(Condition.Match(rest), token);
                    break;
                case "else" when open.Count > 0 && string.IsNullOrWhiteSpace(rest):
                    break;
                case "endif" or "endunless" when open.TryPeek(out var begun) && "end" + begun == name && string.IsNullOrWhiteSpace(rest):
                    open.Pop();
                    break;
                case "raw" or "comment" when string.IsNullOrWhiteSpace(rest):
                    var end = EndOfText.Match(text, position);
                    while (end.Success && end.Groups["name"].Value != name) end = end.NextMatch();
                    if (!end.Success)
                    {
                        Report(token.Index, $"{token.Value} is never ended.", $"End it with {{% end{name} %}}.");
                        return;
                    }
                    position = end.Index + end.Length;
                    break;
                default:
                    Report(token.Index, $"{token.Value} is not a tag that templates here may use.", "There are if, elsif, else, unless, comment and raw. Write it between {% raw %} and {% endraw %} if it is meant as text.");
                    break;
            }
        }
        if (open.TryPeek(out var last)) Report(text.Length, $"{{% {last} %}} is never ended.", $"End it with {{% end{last} %}}.");

        void CheckParts(Match match, Match token)
        {
            if (!match.Success)
            {
                Report(token.Index, $"{token.Value} cannot be understood.", "Write {{ variable | filter: 'text' }}, or in tags comparisons joined by and, or.");
                return;
            }
            foreach (var operand in match.Groups["operand"].Captures.Select(capture => capture.Value).Where(IsVariable))
            {
                if (!known.Contains(operand)) Report(token.Index, $"There is no variable \"{operand}\".", $"There are {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
            }
            foreach (var filter in match.Groups["filter"].Captures.Select(capture => capture.Value))
            {
                if (!LiquidFilters.Names.Contains(filter)) Report(token.Index, $"There is no filter \"{filter}\".", $"There are {string.Join(", ", LiquidFilters.Names)}.");
            }
        }

        void Report(int index, string message, string cure)
        {
            var before = text.AsSpan(0, index);
            int? line = field is null ? before.Count('\n') + 1 : null;
            int? column = field is null ? index - (before.LastIndexOf('\n') + 1) + 1 : null;
            problems.Add(new InputProblem(RoadCodes.Template, message, file, line, column, field, cure));
        }
    }

    private static bool IsVariable(string operand) =>
        operand[0] is not ('\'' or '"' or '-') && !char.IsAsciiDigit(operand[0]) && operand is not ("true" or "false" or "nil" or "null" or "empty" or "blank");
}
