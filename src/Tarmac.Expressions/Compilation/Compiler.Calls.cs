using Tarmac.Expressions.Evaluation;
using Tarmac.Expressions.Syntax;
using Tarmac.Expressions.Types;
using Tarmac.Expressions.Values;

namespace Tarmac.Expressions.Compilation;

/// <summary>How calls find the overload they mean, and what can be worked out beforehand.</summary>
internal sealed partial class Compiler
{
    private Typed Call(CallSyntax call)
    {
        var arguments = (call.Target is null ? call.Arguments : [call.Target, .. call.Arguments]).Select(Of).ToList();
        var function = call.Function.TrimStart('.');
        var overloads = names.Overloads(function);
        if (overloads.Count == 0)
            return Refuse(call, $"undeclared reference to '{function}' (in container '{names.Container}'): unbound function", NearFunction(function));
        var result = ResultOf(overloads, call.Target is not null, [.. arguments.Select(argument => Shape(argument.Type))]);
        if (result is null && (check || !overloads.Any(each => each.Member == call.Target is not null && each.Parameters.Length == arguments.Count)))
            return Refuse(call, $"found no matching overload for '{function}' applied to '{Applied(call, arguments)}'", Cure(function, overloads));
        return new Typed(CallNode(call, function, [.. arguments.Select(argument => argument.Node)]), result ?? CelType.Dyn);
    }

    private Node CallNode(CallSyntax call, string function, Node[] arguments)
    {
        if (function == "matches" && arguments[1] is ConstantNode { Value: { Kind: ValueKind.String } pattern })
        {
            if (Pattern.TryRead(pattern.AsString, out var regex, out var why)) return Folded(new MatchesNode(regex, arguments[0]), arguments);
            return Refuse(call.Arguments[^1], why, "write a pattern of RE2").Node;
        }
        if (arguments.Length == 1 && StandardFunctions.Unary(function) is { } one) return Folded(new Call1Node(one, arguments[0], call.Position), arguments);
        if (arguments.Length == 2 && StandardFunctions.Binary(function) is { } two) return Folded(new Call2Node(two, arguments[0], arguments[1], call.Position), arguments);
        return new FailureNode($"unbound function: {function} is declared and has no implementation");
    }

    /// <summary>The type a call has; null when no overload takes these arguments, dyn when several do that answer different types.</summary>
    private CelType? ResultOf(IReadOnlyList<Signature> overloads, bool member, CelType[] arguments)
    {
        var fitting = overloads.Where(each => each.Member == member && each.Parameters.Length == arguments.Length).Where(each =>
        {
            var mark = inference.Mark;
            var fits = Fits(each, arguments) is not null;
            inference.Undo(mark);
            return fits;
        }).ToList();
        if (fitting.Count == 0) return null;
        if (fitting.Count == 1) return Fits(fitting[0], arguments);
        var results = fitting.Select(each =>
        {
            var mark = inference.Mark;
            var result = Inference.Final(Fits(each, arguments)!);
            inference.Undo(mark);
            return result;
        }).Distinct().ToList();
        return results.Count == 1 ? results[0] : CelType.Dyn;
    }

    private CelType? Fits(Signature signature, CelType[] arguments)
    {
        var parameters = new Dictionary<string, UnresolvedType>(StringComparer.Ordinal);
        for (var index = 0; index < arguments.Length; index++)
            if (!inference.Assign(Inference.Fresh(signature.Parameters[index], parameters), arguments[index])) return null;
        return Inference.Fresh(signature.Result, parameters);
    }

    // For functions an object is the map it is kept as.
    private static CelType Shape(CelType type) => Inference.Resolved(type) is ObjectType ? CelType.Map(CelType.String, CelType.Dyn) : type;

    /// <summary>A node of which everything is known already is worked out once; one that goes wrong does so when it is evaluated.</summary>
    private static Node Folded(Node made, IEnumerable<Node> parts)
    {
        if (!parts.All(part => part is ConstantNode)) return made;
        var frame = new Frame([], [], ExpressionLimits.DefaultBudget);
        var value = made.Evaluate(ref frame);
        return value.IsOutcome ? made : new ConstantNode(value);
    }

    private static string Applied(CallSyntax call, List<Typed> arguments)
    {
        var types = arguments.Select(argument => Inference.Final(argument.Type).ToString()).ToList();
        return call.Target is null ? $"({string.Join(", ", types)})" : $"{types[0]}.({string.Join(", ", types.Skip(1))})";
    }

    private static string Cure(string function, IReadOnlyList<Signature> overloads)
    {
        var known = overloads.Select(each => each.Member
            ? $"{each.Parameters[0]}.{function}({string.Join(", ", each.Parameters.Skip(1))})" : $"({string.Join(", ", each.Parameters.Select(parameter => parameter.Name))})").Distinct().ToList();
        return $"it takes {string.Join(" or ", known.Take(6))}{(known.Count > 6 ? " and others" : "")}; dyn( ) leaves the check to the evaluation";
    }

    private static string NearFunction(string function) =>
        Signatures.All.Keys.Where(char.IsAsciiLetterLower(function.Length > 0 ? function[0] : ' ') ? name => Distance(name, function) <= 2 : _ => false).FirstOrDefault() is { } near
            ? $"did you mean {near}?" : "call one of the standard functions";
}
