namespace Tarmac.Expressions.Types;

/// <summary>One way to call a function; a member's first parameter is its target.</summary>
internal sealed record Signature(bool Member, CelType[] Parameters, CelType Result);

/// <summary>The standard functions and operators with their overloads (cel-spec, language definition, "List of Standard Definitions").</summary>
internal static class Signatures
{
    private static readonly CelType A = new UnresolvedType("A");
    private static readonly CelType B = new UnresolvedType("B");
    private static readonly CelType ListOfA = CelType.List(A);
    private static readonly CelType MapOfAB = CelType.Map(A, B);
    private static readonly CelType[] Numbers = [CelType.Int, CelType.Uint, CelType.Double];

    public static IReadOnlyDictionary<string, List<Signature>> All { get; } = Build();

    private static Dictionary<string, List<Signature>> Build()
    {
        var all = new Dictionary<string, List<Signature>>(StringComparer.Ordinal);
        void Add(bool member, string name, CelType result, params CelType[] parameters)
        {
            if (!all.TryGetValue(name, out var overloads)) all.Add(name, overloads = []);
            overloads.Add(new Signature(member, parameters, result));
        }
        void Global(string name, CelType result, params CelType[] parameters) => Add(false, name, result, parameters);
        void Member(string name, CelType result, params CelType[] parameters) => Add(true, name, result, parameters);

        var (text, bytes, whole, unsigned, time, span) = (CelType.String, CelType.Bytes, CelType.Int, CelType.Uint, CelType.Timestamp, CelType.Duration);
        Global("!_", CelType.Bool, CelType.Bool);
        Global("-_", whole, whole);
        Global("-_", CelType.Double, CelType.Double);
        Global("_==_", CelType.Bool, A, A);
        Global("_!=_", CelType.Bool, A, A);
        foreach (var name in new[] { "_<_", "_<=_", "_>_", "_>=_" })
        {
            foreach (var type in new[] { CelType.Bool, text, bytes, time, span }) Global(name, CelType.Bool, type, type);
            foreach (var left in Numbers)
                foreach (var right in Numbers) Global(name, CelType.Bool, left, right);
        }
        foreach (var name in new[] { "_+_", "_-_", "_*_", "_/_" })
            foreach (var number in Numbers) Global(name, number, number, number);
        Global("_%_", whole, whole, whole);
        Global("_%_", unsigned, unsigned, unsigned);
        foreach (var type in new[] { text, bytes, ListOfA, span }) Global("_+_", type, type, type);
        Global("_+_", time, time, span);
        Global("_+_", time, span, time);
        Global("_-_", span, time, time);
        Global("_-_", time, time, span);
        Global("_-_", span, span, span);
        Global("@in", CelType.Bool, A, ListOfA);
        Global("@in", CelType.Bool, A, MapOfAB);
        Global("_[_]", A, ListOfA, whole);
        Global("_[_]", B, MapOfAB, A);
        foreach (var type in new[] { text, bytes, ListOfA, MapOfAB })
        {
            Global("size", whole, type);
            Member("size", whole, type);
        }
        foreach (var name in new[] { "contains", "startsWith", "endsWith", "matches" }) Member(name, CelType.Bool, text, text);
        Global("matches", CelType.Bool, text, text);
        Conversions(Global);
        foreach (var name in new[] { "getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getHours", "getMinutes", "getSeconds", "getMilliseconds" })
        {
            Member(name, whole, time);
            Member(name, whole, time, text);
        }
        foreach (var name in new[] { "getHours", "getMinutes", "getSeconds", "getMilliseconds" }) Member(name, whole, span);
        return all;
    }

    private delegate void Declare(string name, CelType result, params CelType[] parameters);

    private static void Conversions(Declare declare)
    {
        var (text, bytes, time, span) = (CelType.String, CelType.Bytes, CelType.Timestamp, CelType.Duration);
        void From(string name, CelType result, params CelType[] sources)
        {
            foreach (var source in sources) declare(name, result, source);
        }
        From("int", CelType.Int, CelType.Int, CelType.Uint, CelType.Double, text, time);
        From("uint", CelType.Uint, CelType.Uint, CelType.Int, CelType.Double, text);
        From("double", CelType.Double, CelType.Double, CelType.Int, CelType.Uint, text);
        From("string", text, text, CelType.Bool, CelType.Int, CelType.Uint, CelType.Double, bytes, time, span);
        From("bytes", bytes, bytes, text);
        From("bool", CelType.Bool, CelType.Bool, text);
        From("timestamp", time, time, text, CelType.Int);
        From("duration", span, span, text);
        From("dyn", CelType.Dyn, A);
        From("type", CelType.Type(A), A);
    }
}
