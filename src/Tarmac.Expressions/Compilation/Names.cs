using Tarmac.Expressions.Evaluation;
using Tarmac.Expressions.Syntax;
using Tarmac.Expressions.Types;
using Tarmac.Expressions.Values;

namespace Tarmac.Expressions.Compilation;

/// <summary>What names mean: declared variables and types, sought in the container first and then in what is around it (cel-spec, language definition, "Name Resolution").</summary>
internal sealed class Names
{
    private static readonly Dictionary<string, CelType> TypeNames = new(StringComparer.Ordinal)
    {
        ["bool"] = CelType.Bool,
        ["int"] = CelType.Int,
        ["uint"] = CelType.Uint,
        ["double"] = CelType.Double,
        ["string"] = CelType.String,
        ["bytes"] = CelType.Bytes,
        ["null_type"] = CelType.Null,
        ["list"] = CelType.List(CelType.Dyn),
        ["map"] = CelType.Map(CelType.Dyn, CelType.Dyn),
        ["type"] = CelType.Type(CelType.Dyn),
        ["google.protobuf.Timestamp"] = CelType.Timestamp,
        ["google.protobuf.Duration"] = CelType.Duration,
    };

    private readonly Dictionary<string, (int Slot, CelType Type)> variables = new(StringComparer.Ordinal);
    private readonly string[] containers;

    private readonly ILookup<string, Signature> functions;

    public Names(IEnumerable<KeyValuePair<string, CelType>> variables, string container, IEnumerable<FunctionDeclaration> functions)
    {
        this.functions = functions.ToLookup(function => function.Name, function => new Signature(function.Member, [.. function.Parameters], function.Result), StringComparer.Ordinal);
        foreach (var (name, type) in variables)
            if (!this.variables.TryAdd(name, (this.variables.Count, type))) throw new ArgumentException($"the variable {name} is declared twice", nameof(variables));
        containers = [.. Containers(container)];
        Container = container;
    }

    public string Container { get; }

    public int Count => variables.Count;

    public IEnumerable<string> Known => variables.Keys;

    /// <summary>The ways to call a function, the standard ones and those declared; none when there is no such function.</summary>
    public IReadOnlyList<Signature> Overloads(string function) => [.. Signatures.All.GetValueOrDefault(function, []), .. functions[function]];

    public int? SlotOf(string name) => variables.TryGetValue(name, out var found) ? found.Slot : null;

    /// <summary>The variable or type of a name that may have dots; null when there is none.</summary>
    public Typed? Find(string name, bool absolute)
    {
        foreach (var container in absolute ? [""] : containers)
        {
            var qualified = container + name;
            if (variables.TryGetValue(qualified, out var variable)) return new Typed(new VariableNode(variable.Slot, qualified), variable.Type);
            if (TypeNames.TryGetValue(qualified, out var type)) return new Typed(new ConstantNode(Value.Type(qualified)), CelType.Type(type));
        }
        return null;
    }

    /// <summary>The name that a chain of fields spells, if it is one.</summary>
    public static (string Name, bool Absolute)? Spelled(SyntaxNode node) => node switch
    {
        NameSyntax name => (name.Name, name.Absolute),
        SelectSyntax { Presence: false } select when Spelled(select.Operand) is { } prefix => ($"{prefix.Name}.{select.Field}", prefix.Absolute),
        _ => null,
    };

    // a.b.c means a.b.c., a.b., a. and nothing.
    private static IEnumerable<string> Containers(string container)
    {
        for (var left = container; left.Length > 0; left = left.LastIndexOf('.') is var dot and >= 0 ? left[..dot] : "") yield return left + ".";
        yield return "";
    }
}
