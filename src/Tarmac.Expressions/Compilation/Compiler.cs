using Tarmac.Expressions.Evaluation;
using Tarmac.Expressions.Syntax;
using Tarmac.Expressions.Types;
using Tarmac.Expressions.Values;

namespace Tarmac.Expressions.Compilation;

/// <summary>Checks a syntax tree against its declarations and makes what is evaluated, in one walk (cel-spec, language definition, "Gradual Type Checking").</summary>
internal sealed partial class Compiler(string source, Names names, bool check)
{
    private readonly Inference inference = new();
    private readonly List<Local> locals = [];
    private readonly List<ExpressionProblem> problems = [];
    private int depthOfLocals;

    /// <summary>How many locals are alive at once, at most.</summary>
    public int Slots { get; private set; }

    /// <summary>Compiles the whole; a problem found is one of <see cref="ExpressionException.Problems"/>, or, unchecked, an error of the evaluation.</summary>
    public Typed Compile(SyntaxNode tree)
    {
        var compiled = Of(tree);
        if (problems.Count > 0) throw new ExpressionException([.. problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column)]);
        return compiled with { Type = Inference.Final(compiled.Type) };
    }

    private Typed Of(SyntaxNode node) => node switch
    {
        LiteralSyntax literal => new Typed(new ConstantNode(literal.Value), TypeOf(literal.Value)),
        NameSyntax or SelectSyntax => NameOrSelect(node),
        CallSyntax call => Call(call),
        LogicSyntax logic => new Typed(new LogicNode(logic.Conjunction, [.. logic.Operands.Select(Condition)]), CelType.Bool),
        ConditionalSyntax conditional => Conditional(conditional),
        ListSyntax list => List(list),
        MapSyntax map => Map(map),
        MacroSyntax macro => OfMacro(macro),
        MessageSyntax message => Refuse(message, $"{message.Type} {{…}} makes a protobuf message, which this language leaves out", "write a map: {\"field\": value}"),
        _ => throw new InvalidOperationException($"{node.GetType().Name} is not compiled."),
    };

    /// <summary>Something that has to be true or false.</summary>
    private Node Condition(SyntaxNode node)
    {
        var compiled = Of(node);
        return inference.Assign(CelType.Bool, compiled.Type) ? compiled.Node
            : Refuse(node, $"found no matching overload: this is {Inference.Final(compiled.Type)}, where bool is wanted", "compare it with something", compiled.Node).Node;
    }

    private Typed NameOrSelect(SyntaxNode node)
    {
        if (Names.Spelled(node) is { } spelled)
        {
            // A name a macro gives hides every other that begins with it.
            var root = spelled.Name.Split('.')[0];
            var local = spelled.Absolute ? null : locals.FindLast(each => each.Name == root);
            if (local is null)
            {
                if (names.Find(spelled.Name, spelled.Absolute) is { } found) return found;
                if (node is NameSyntax) return Undeclared(node, spelled.Name);
            }
            else if (node is NameSyntax) return new Typed(new LocalNode(local.Slot), local.Type);
        }
        var select = (SelectSyntax)node;
        return Select(select, Of(select.Operand));
    }

    private Typed Undeclared(SyntaxNode node, string name)
    {
        var near = names.Known.Concat(locals.Select(local => local.Name)).Select(known => (Known: known, Distance: Distance(known, name))).Where(each => each.Distance <= 2).OrderBy(each => each.Distance).FirstOrDefault().Known;
        return Refuse(node, $"undeclared reference to '{name}' (in container '{names.Container}')",
            near is not null ? $"did you mean {near}?" : names.Count == 0 ? "there are no variables here" : $"there is {string.Join(", ", names.Known.Order(StringComparer.Ordinal).Take(20))}");
    }

    private Typed Select(SelectSyntax select, Typed operand)
    {
        var type = Inference.Resolved(operand.Type);
        if (type is NullableType nullable) type = Inference.Resolved(nullable.Of);
        var made = new SelectNode(operand.Node, select.Field, select.Presence, ofObject: type is ObjectType);
        CelType field = CelType.Dyn;
        switch (type)
        {
            case MapType map:
                if (!inference.Assign(map.Key, CelType.String)) return Refuse(select, $"{map} has no key of type string", "index it with [ ]", made);
                field = map.Value;
                break;
            case ObjectType known:
                if (!known.Fields.TryGetValue(select.Field, out var declared))
                {
                    var near = known.Fields.Keys.FirstOrDefault(name => Distance(name, select.Field) <= 2);
                    return Refuse(select, $"undefined field '{select.Field}' of {known.Name}", near is not null ? $"did you mean {near}?" : $"its fields are {string.Join(", ", known.Fields.Keys.Order(StringComparer.Ordinal))}", made);
                }
                field = declared;
                break;
            case UnresolvedType:
                inference.Assign(type, CelType.Dyn);
                break;
            case var other when other != CelType.Dyn:
                return Refuse(select, $"type '{Inference.Final(other)}' does not support field selection", "select a field of a map or an object", made);
        }
        return new Typed(made, select.Presence ? CelType.Bool : field);
    }

    private Typed Conditional(ConditionalSyntax conditional)
    {
        var condition = Condition(conditional.Condition);
        var (one, other) = (Of(conditional.WhenTrue), Of(conditional.WhenFalse));
        var node = new ConditionalNode(condition, one.Node, other.Node);
        if (Inference.Resolved(one.Type) == CelType.Dyn || Inference.Resolved(other.Type) == CelType.Dyn) return new Typed(node, CelType.Dyn);
        if (inference.Assign(one.Type, other.Type)) return new Typed(node, one.Type);
        if (inference.Assign(other.Type, one.Type)) return new Typed(node, other.Type);
        return Refuse(conditional, $"found no matching overload for '_?_:_' applied to '(bool, {Inference.Final(one.Type)}, {Inference.Final(other.Type)})'", "give both branches one type, or wrap one in dyn( )", node);
    }

    private Typed List(ListSyntax list)
    {
        CelType? element = null;
        var items = new List<Node>();
        foreach (var item in list.Items)
        {
            var compiled = Of(item);
            element = inference.Join(element, compiled.Type);
            items.Add(compiled.Node);
        }
        return new Typed(Folded(new ListNode([.. items]), items), CelType.List(element ?? new UnresolvedType("element")));
    }

    private Typed Map(MapSyntax map)
    {
        CelType? key = null, value = null;
        var entries = new List<(Node, Node)>();
        foreach (var entry in map.Entries)
        {
            var (compiledKey, compiledValue) = (Of(entry.Key), Of(entry.Value));
            (key, value) = (inference.Join(key, compiledKey.Type), inference.Join(value, compiledValue.Type));
            entries.Add((compiledKey.Node, compiledValue.Node));
        }
        return new Typed(
            Folded(new MapNode([.. entries]), entries.SelectMany(entry => new[] { entry.Item1, entry.Item2 })),
            CelType.Map(key ?? new UnresolvedType("key"), value ?? new UnresolvedType("value")));
    }

    private Typed OfMacro(MacroSyntax macro)
    {
        var range = Of(macro.Range);
        var element = macro.Macro == Macro.Bind ? range.Type : ElementOf(range.Type) ?? (check ? null : CelType.Dyn);
        if (element is null) return Refuse(macro, $"expression of type '{Inference.Final(range.Type)}' cannot be range of a comprehension (must be list, map, or dynamic)", "go through a list, or the keys of a map");
        var slot = depthOfLocals++;
        Slots = Math.Max(Slots, depthOfLocals);
        locals.Add(new Local(macro.Variable, slot, element));
        var compiled = Body(macro, range.Node, element, slot);
        locals.RemoveAt(locals.Count - 1);
        depthOfLocals--;
        return compiled;
    }

    private Typed Body(MacroSyntax macro, Node range, CelType element, int slot)
    {
        switch (macro.Macro)
        {
            case Macro.All or Macro.Exists:
                return new Typed(new QuantifierNode(macro.Macro == Macro.All, range, slot, Condition(macro.Body)), CelType.Bool);
            case Macro.ExistsOne:
                return new Typed(new ExistsOneNode(range, slot, Condition(macro.Body)), CelType.Bool);
            case Macro.Filter:
                return new Typed(new CollectNode(range, slot, Condition(macro.Body), null), CelType.List(element));
            case Macro.Bind:
                var bound = Of(macro.Body);
                return new Typed(new BindNode(range, slot, bound.Node), bound.Type);
            default:
                var filter = macro.Filter is null ? null : Condition(macro.Filter);
                var made = Of(macro.Body);
                return new Typed(new CollectNode(range, slot, filter, made.Node), CelType.List(made.Type));
        }
    }

    private CelType? ElementOf(CelType range)
    {
        switch (Inference.Resolved(range))
        {
            case ListType list:
                return list.Element;
            case MapType map:
                return map.Key;
            case ObjectType:
                return CelType.String;
            case UnresolvedType open:
                inference.Assign(open, CelType.Dyn);
                return CelType.Dyn;
            case var other:
                return other == CelType.Dyn ? CelType.Dyn : null;
        }
    }

    /// <param name="instead">What an unchecked expression goes on with: it may never come to the evaluation, or do well in it.</param>
    private Typed Refuse(SyntaxNode node, string message, string cure, Node? instead = null)
    {
        if (check) problems.Add(ExpressionProblem.At(source, node.Position, message, cure));
        return new Typed(instead ?? new FailureNode(message), CelType.Dyn);
    }

    private static CelType TypeOf(in Value value) => value.Kind switch
    {
        ValueKind.Null => CelType.Null,
        ValueKind.Bool => CelType.Bool,
        ValueKind.Int => CelType.Int,
        ValueKind.Uint => CelType.Uint,
        ValueKind.Double => CelType.Double,
        ValueKind.String => CelType.String,
        _ => CelType.Bytes,
    };

    // How many characters lie between two names (Levenshtein).
    private static int Distance(string one, string other)
    {
        if (Math.Abs(one.Length - other.Length) > 2) return 3;
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var corner = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
                (corner, row[j]) = (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), corner + (one[i - 1] == other[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }
}
