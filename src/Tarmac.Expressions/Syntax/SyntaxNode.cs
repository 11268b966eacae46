using Tarmac.Expressions.Values;

namespace Tarmac.Expressions.Syntax;

/// <summary>A node of the syntax tree; <see cref="Position"/> is where to point when it is wrong.</summary>
internal abstract class SyntaxNode(int position, int depth)
{
    public int Position { get; } = position;

    /// <summary>The height of the tree under this node, itself included.</summary>
    public int Depth { get; } = depth;

    protected static int Over(params IEnumerable<SyntaxNode?> children) => 1 + children.Max(child => child?.Depth ?? 0);

    protected static int OverMany(IReadOnlyList<SyntaxNode> children) => children.Count == 0 ? 1 : Over(children);
}

internal sealed class LiteralSyntax(int position, Value value) : SyntaxNode(position, 1)
{
    public Value Value { get; } = value;
}

/// <summary>A name; a leading dot makes it absolute.</summary>
internal sealed class NameSyntax(int position, string name, bool absolute) : SyntaxNode(position, 1)
{
    public string Name { get; } = name;

    public bool Absolute { get; } = absolute;
}

/// <summary><c>operand.field</c>, or <c>has(operand.field)</c>.</summary>
internal sealed class SelectSyntax(int position, SyntaxNode operand, string field, bool presence) : SyntaxNode(position, Over(operand))
{
    public SyntaxNode Operand { get; } = operand;

    public string Field { get; } = field;

    public bool Presence { get; } = presence;
}

/// <summary>A call of a function or an operator, which is a function with the name cel-spec gives it, such as <c>_+_</c>.</summary>
internal sealed class CallSyntax(int position, string function, SyntaxNode? target, IReadOnlyList<SyntaxNode> arguments) : SyntaxNode(position, Over([target, .. arguments]))
{
    public string Function { get; } = function;

    public SyntaxNode? Target { get; } = target;

    public IReadOnlyList<SyntaxNode> Arguments { get; } = arguments;
}

/// <summary>A chain of <c>&amp;&amp;</c>, or of <c>||</c>, kept flat so that its length costs no depth.</summary>
internal sealed class LogicSyntax(int position, bool conjunction, IReadOnlyList<SyntaxNode> operands) : SyntaxNode(position, Over(operands))
{
    public bool Conjunction { get; } = conjunction;

    public IReadOnlyList<SyntaxNode> Operands { get; } = operands;
}

internal sealed class ConditionalSyntax(int position, SyntaxNode condition, SyntaxNode whenTrue, SyntaxNode whenFalse)
    : SyntaxNode(position, Over(condition, whenTrue, whenFalse))
{
    public SyntaxNode Condition { get; } = condition;

    public SyntaxNode WhenTrue { get; } = whenTrue;

    public SyntaxNode WhenFalse { get; } = whenFalse;
}

internal sealed class ListSyntax(int position, IReadOnlyList<SyntaxNode> items) : SyntaxNode(position, OverMany(items))
{
    public IReadOnlyList<SyntaxNode> Items { get; } = items;
}

internal sealed class MapSyntax(int position, IReadOnlyList<(SyntaxNode Key, SyntaxNode Value)> entries)
    : SyntaxNode(position, OverMany([.. entries.SelectMany(entry => new[] { entry.Key, entry.Value })]))
{
    public IReadOnlyList<(SyntaxNode Key, SyntaxNode Value)> Entries { get; } = entries;
}

/// <summary><c>Type{field: value}</c>, which is parsed so that it can be refused by its name.</summary>
internal sealed class MessageSyntax(int position, string type, IReadOnlyList<(string Field, SyntaxNode Value)> fields)
    : SyntaxNode(position, OverMany([.. fields.Select(field => field.Value)]))
{
    public string Type { get; } = type;

    public IReadOnlyList<(string Field, SyntaxNode Value)> Fields { get; } = fields;
}

internal enum Macro
{
    All,
    Exists,
    ExistsOne,
    Map,
    Filter,
    Bind,
}

/// <summary>A macro over the elements of a range, or the binding of one name; <see cref="Filter"/> is the condition of a map with three arguments.</summary>
internal sealed class MacroSyntax(int position, Macro macro, SyntaxNode range, string variable, SyntaxNode? filter, SyntaxNode body)
    : SyntaxNode(position, Over(range, filter, body))
{
    public Macro Macro { get; } = macro;

    public SyntaxNode Range { get; } = range;

    public string Variable { get; } = variable;

    public SyntaxNode? Filter { get; } = filter;

    public SyntaxNode Body { get; } = body;
}
