using Tarmac.Expressions.Values;

namespace Tarmac.Expressions.Evaluation;

/// <summary>Equality of any two values: numbers by what they are worth, and values of different kinds are not equal (cel-spec, language definition, "Equality").</summary>
internal static class Equality
{
    /// <summary>Whether two values are equal; each comparison of elements takes a step.</summary>
    public static bool Of(ref Frame frame, in Value left, in Value right)
    {
        if (!frame.Step()) return false;
        if (left.Kind != right.Kind) return left.IsNumber && right.IsNumber && Order.OfNumbers(left, right) == 0;
        return left.Kind switch
        {
            ValueKind.Null => true,
            ValueKind.String => frame.Work(left.AsString.Length) && left.AsString == right.AsString,
            ValueKind.Type => left.AsTypeName == right.AsTypeName,
            ValueKind.List => OfLists(ref frame, left.AsList, right.AsList),
            ValueKind.Map => OfMaps(ref frame, left.AsMap, right.AsMap),
            _ => Order.Of(left, right) == 0,
        };
    }

    private static bool OfLists(ref Frame frame, ListValue left, ListValue right)
    {
        if (left.Count != right.Count) return false;
        for (var index = 0; index < left.Count; index++)
            if (!Of(ref frame, left.Items[index], right.Items[index])) return false;
        return true;
    }

    private static bool OfMaps(ref Frame frame, MapValue left, MapValue right)
    {
        if (left.Count != right.Count) return false;
        foreach (ref readonly var key in left.Keys)
            if (!left.TryGet(key, out var one) || !right.TryGet(key, out var other) || !Of(ref frame, one, other)) return false;
        return true;
    }
}
