using Tarmac.Model.Problems;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Tarmac.Model.Yaml;

/// <summary>Stops reading one document; only ever seen inside <see cref="YamlReader"/>.</summary>
internal sealed class YamlRefusedException(InputProblem problem) : Exception(problem.Message)
{
    public InputProblem Problem => problem;
}

/// <summary>What a whole text may still cost, shared by its documents.</summary>
internal sealed class YamlBudget(YamlLimits limits)
{
    public YamlLimits Limits => limits;

    public long Nodes { get; set; } = limits.Nodes;

    public long Characters { get; set; } = limits.Characters;

    public bool Spent => Nodes < 0 || Characters < 0;
}

/// <summary>Builds the tree of one document from the parser's events.</summary>
internal sealed class YamlTreeBuilder(string text, int firstLine, string file, YamlBudget budget)
{
    private readonly bool _hasForeignBreaks = ForeignBreaks.AreIn(text);
    private readonly Parser _parser = new(new StringReader(ForeignBreaks.Hide(text)));
    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);

    public List<InputProblem> Problems { get; } = [];

    /// <summary>The root, or null when the document holds nothing at all.</summary>
    public YamlNode? Build()
    {
        while (_parser.MoveNext())
        {
            if (_parser.Current is StreamStart or DocumentStart or DocumentEnd or StreamEnd) continue;
            var root = Node(0);
            // The rest of the stream is read for its errors; the splitter leaves nothing else behind the root.
            while (_parser.MoveNext())
            {
                if (_parser.Current is DocumentEnd or StreamEnd) continue;
                throw Refused(YamlCodes.Syntax, "There is more text after the end of the document.", _parser.Current!,
                    "Start a new document with a line that holds only ---.");
            }
            return root;
        }
        return null;
    }

    public InputProblem SyntaxProblem(string reason, int line, int column)
    {
        // An error at the end of the text is placed behind its last line; show the line people can see.
        if (line > LineCount) (line, column) = (LineCount, 1);
        // A tab that indents is found where the mapping around it began; it is the tab that has to go.
        if (IndentedByTab(line) is { } tabbed) (line, column) = (tabbed, 1);
        return new(YamlCodes.Syntax, $"This is not valid YAML: {reason}", file, Line(line), Math.Max(1, column), Cure: SyntaxCure(line));
    }

    public InputProblem SyntaxProblemAfterLastEvent() => _parser.Current is { } last
        ? SyntaxProblem("a bracket, brace or value is out of place after this.", (int)last.End.Line, (int)last.End.Column)
        : SyntaxProblem("it cannot be read at all.", 1, 1);

    private YamlNode Node(int depth)
    {
        var start = _parser.Current!;
        if (start is AnchorAlias alias) return Aliased(alias, depth);
        Charge(start, 1, 0);
        var anchor = start is NodeEvent { Anchor.IsEmpty: false } node ? node.Anchor.Value : null;
        // Gone until the node is complete, so that a node cannot contain itself.
        if (anchor is not null) _anchors.Remove(anchor);
        YamlNode result = start switch
        {
            Scalar scalar => ScalarOf(scalar),
            SequenceStart => SequenceAt(start, Deeper(start, depth)),
            MappingStart => MappingAt(start, Deeper(start, depth)),
            _ => throw Refused(YamlCodes.Syntax, "A value is missing here.", start, "Write the value or remove the key."),
        };
        if (anchor is not null) _anchors[anchor] = result;
        return result;
    }

    private YamlScalar ScalarOf(Scalar scalar)
    {
        Charge(scalar, 0, scalar.Value.Length);
        var kind = YamlScalarKind.Text;
        var tag = scalar.Tag.IsEmpty ? "" : scalar.Tag.Value;
        if (tag.Length == 0)
        {
            if (scalar.Style == ScalarStyle.Plain) kind = CoreSchema.KindOf(scalar.Value);
        }
        else if (tag is "tag:yaml.org,2002:int" or "tag:yaml.org,2002:float" or "tag:yaml.org,2002:bool" or "tag:yaml.org,2002:null")
        {
            kind = CoreSchema.KindOf(scalar.Value);
        }
        return new(_hasForeignBreaks ? ForeignBreaks.Show(scalar.Value) : scalar.Value, kind, Line((int)scalar.Start.Line), (int)scalar.Start.Column);
    }

    private YamlSequence SequenceAt(ParsingEvent start, int depth)
    {
        var items = new List<YamlNode>();
        while (Next() is not SequenceEnd) items.Add(Node(depth));
        return new(items, Line((int)start.Start.Line), (int)start.Start.Column);
    }

    private YamlMapping MappingAt(ParsingEvent start, int depth)
    {
        var entries = new List<YamlEntry>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        while (Next() is not MappingEnd)
        {
            var at = _parser.Current!;
            if (at is MappingStart or SequenceStart)
            {
                throw Refused(YamlCodes.KeyNotText, "A key must be text, not a mapping or a list.", at,
                    "Quote it if it is text, such as \"{{ name }}\"; a template has to be rendered before it is read.");
            }
            if (Node(depth) is not YamlScalar key)
            {
                throw Refused(YamlCodes.KeyNotText, "This alias stands for a mapping or a list, which cannot be a key.", at, "Write the key out.");
            }
            Next();
            var value = Node(depth);
            if (lines.TryAdd(key.Text, Line((int)at.Start.Line)))
            {
                entries.Add(new(key.Text, Line((int)at.Start.Line), (int)at.Start.Column, value));
            }
            else
            {
                Problems.Add(new(YamlCodes.DuplicateKey, $"The key '{Shorten(key.Text)}' is already on line {lines[key.Text]}.", file,
                    Line((int)at.Start.Line), (int)at.Start.Column, Cure: "Keep one of the two."));
            }
        }
        return new(entries, Line((int)start.Start.Line), (int)start.Start.Column);
    }

    private YamlNode Aliased(AnchorAlias alias, int depth)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var target))
        {
            throw Refused(YamlCodes.UnknownAlias, $"The alias *{alias.Value.Value} names nothing written before it.", alias,
                $"Write &{alias.Value.Value} at the value meant, above this line; a value cannot contain itself.");
        }
        Charge(alias, target.Nodes, target.Characters);
        if (depth + target.Height > budget.Limits.Depth) throw TooDeep(alias);
        return target;
    }

    private ParsingEvent Next() => _parser.MoveNext() ? _parser.Current!
        : throw new YamlRefusedException(SyntaxProblem("the text ends in the middle of a value.", LineCount, 1));

    private void Charge(ParsingEvent at, long nodes, long characters)
    {
        budget.Nodes -= nodes;
        budget.Characters -= characters;
        if (!budget.Spent) return;
        var why = at is AnchorAlias ? "aliases expand to too much" : "there are too many values";
        var limit = budget.Nodes < 0 ? $"{budget.Limits.Nodes} values" : $"{budget.Limits.Characters} characters";
        throw Refused(YamlCodes.TooManyNodes, $"The file is refused: {why} (at most {limit}).", at,
            at is AnchorAlias ? "Write the values out, or repeat less." : "Split it into several files.");
    }

    private int Deeper(ParsingEvent at, int depth) => depth < budget.Limits.Depth ? depth + 1 : throw TooDeep(at);

    private YamlRefusedException TooDeep(ParsingEvent at) => Refused(YamlCodes.TooDeep,
        $"Values are nested more than {budget.Limits.Depth} deep.", at, "Nest less; check the indentation.");

    private YamlRefusedException Refused(string code, string message, ParsingEvent at, string cure) =>
        new(new(code, message, file, Line((int)at.Start.Line), (int)at.Start.Column, Cure: cure));

    private int Line(int lineOfPart) => firstLine + Math.Max(1, lineOfPart) - 1;

    private int LineCount => Math.Max(1, text.AsSpan().TrimEnd().Count('\n') + 1);

    private int? IndentedByTab(int from)
    {
        // In JSON, and whatever else stands in brackets, a tab is as good as a space.
        if (text.AsSpan().TrimStart() is ['{' or '[', ..]) return null;
        var index = Array.FindIndex(text.Split('\n'), Math.Clamp(from - 1, 0, LineCount - 1), line => line.StartsWith('\t'));
        return index < 0 ? null : index + 1;
    }

    private string SyntaxCure(int line)
    {
        if (text.Contains("{%", StringComparison.Ordinal) || text.Contains("{{", StringComparison.Ordinal))
        {
            return "This looks like a template: it has to be rendered before it is read.";
        }
        return text.Split('\n').Skip(line - 1).Take(2).Any(source => source.StartsWith('\t')) ? "Indent with spaces: YAML does not allow tabs."
            : "Check the indentation and the quotes on this line and the one above.";
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
