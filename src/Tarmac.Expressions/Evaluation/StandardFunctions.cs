namespace Tarmac.Expressions.Evaluation;

/// <summary>What the functions of <see cref="Types.Signatures"/> do; each looks at the kinds of its arguments, so that one that was not checked is as safe.</summary>
internal static class StandardFunctions
{
    private static readonly Dictionary<string, Function1> One = new(StringComparer.Ordinal)
    {
        ["!_"] = Operators.Not,
        ["-_"] = Arithmetic.Negate,
        ["size"] = TextFunctions.Size,
        ["int"] = Conversions.ToInt,
        ["uint"] = Conversions.ToUint,
        ["double"] = Conversions.ToDouble,
        ["string"] = Conversions.ToText,
        ["bytes"] = Conversions.ToBytes,
        ["bool"] = Conversions.ToBool,
        ["timestamp"] = Conversions.ToTimestamp,
        ["duration"] = Conversions.ToDuration,
        ["type"] = Conversions.TypeOf,
        ["dyn"] = Conversions.Dynamic,
    };

    private static readonly Dictionary<string, Function2> Two = new(StringComparer.Ordinal)
    {
        ["_==_"] = Operators.Equal,
        ["_!=_"] = Operators.NotEqual,
        ["_<_"] = Operators.Less,
        ["_<=_"] = Operators.LessOrEqual,
        ["_>_"] = Operators.Greater,
        ["_>=_"] = Operators.GreaterOrEqual,
        ["_+_"] = Arithmetic.Add,
        ["_-_"] = Arithmetic.Subtract,
        ["_*_"] = Arithmetic.Multiply,
        ["_/_"] = Arithmetic.Divide,
        ["_%_"] = Arithmetic.Remainder,
        ["@in"] = Operators.In,
        ["_[_]"] = Operators.Index,
        ["contains"] = TextFunctions.Contains,
        ["startsWith"] = TextFunctions.StartsWith,
        ["endsWith"] = TextFunctions.EndsWith,
        ["matches"] = TextFunctions.Matches,
    };

    static StandardFunctions()
    {
        foreach (var name in TimeFunctions.OfTime.Keys)
        {
            One.Add(name, TimeFunctions.Part(name));
            Two.Add(name, TimeFunctions.PartIn(name));
        }
    }

    /// <summary>The function of one argument or target; null when there is none.</summary>
    public static Function1? Unary(string name) => One.GetValueOrDefault(name);

    /// <summary>The function of two, the target among them; null when there is none.</summary>
    public static Function2? Binary(string name) => Two.GetValueOrDefault(name);
}
