using Tarmac.Expressions.Compilation;
using Tarmac.Expressions.Syntax;
using Tarmac.Expressions.Types;
using Tarmac.Expressions.Values;

namespace Tarmac.Expressions;

/// <summary>What expressions may speak of: variables with their types. It never changes and may be shared (cel-spec, language definition, "Environment").</summary>
public sealed class ExpressionEnvironment
{
    private readonly Names names;
    private readonly ExpressionLimits limits;

    /// <summary>An environment of these variables.</summary>
    /// <param name="variables">The variables by name, which may have dots.</param>
    /// <param name="container">Where names are sought first, such as <c>a.b</c>.</param>
    /// <param name="limits">How large an expression may be.</param>
    /// <param name="functions">Functions beside the standard ones, for the check.</param>
    /// <exception cref="ArgumentException">A variable is declared twice.</exception>
    public ExpressionEnvironment(IEnumerable<KeyValuePair<string, CelType>> variables, string container = "", ExpressionLimits? limits = null, IEnumerable<FunctionDeclaration>? functions = null)
    {
        ArgumentNullException.ThrowIfNull(variables);
        ArgumentNullException.ThrowIfNull(container);
        names = new Names(variables, container, functions ?? []);
        this.limits = limits ?? ExpressionLimits.Default;
    }

    internal int Variables => names.Count;

    /// <summary>Parses and checks an expression, and makes it ready to be evaluated.</summary>
    /// <param name="source">The expression.</param>
    /// <param name="check">False leaves type errors and unknown names to the evaluation.</param>
    /// <exception cref="ExpressionException">It is refused, and why.</exception>
    public CompiledExpression Compile(string source, bool check = true)
    {
        ArgumentNullException.ThrowIfNull(source);
        var compiler = new Compiler(source, names, check);
        var compiled = compiler.Compile(Parser.Read(source, limits));
        return new CompiledExpression(source, this, compiled.Node, compiled.Type, compiler.Slots);
    }

    internal int SlotOf(string variable) => names.SlotOf(variable) ?? throw new ArgumentException($"there is no variable {variable}", nameof(variable));
}

/// <summary>Values for the variables of an environment; what has none is unknown. Made once, it can be filled again and again.</summary>
public sealed class Bindings(ExpressionEnvironment environment)
{
    private readonly Value[] values = Unbound(environment);

    internal ExpressionEnvironment Environment { get; } = environment;

    internal ReadOnlySpan<Value> Values => values;

    /// <summary>Gives a variable its value.</summary>
    /// <exception cref="ArgumentException">The environment has no such variable.</exception>
    public Bindings Set(string variable, Value value)
    {
        values[Environment.SlotOf(variable)] = value;
        return this;
    }

    private static Value[] Unbound(ExpressionEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var values = new Value[environment.Variables];
        Array.Fill(values, Value.Unbound);
        return values;
    }
}
