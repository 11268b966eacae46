namespace Tarmac.Expressions.Types;

/// <summary>Finds out unresolved types by what is assigned to them (cel-spec, language definition, "Gradual Type Checking").</summary>
internal sealed class Inference
{
    private readonly Stack<UnresolvedType> found = new();

    public int Mark => found.Count;

    /// <summary>Forgets what was found since the mark.</summary>
    public void Undo(int mark)
    {
        while (found.Count > mark) found.Pop().Found = null;
    }

    public static CelType Resolved(CelType type)
    {
        while (type is UnresolvedType { Found: { } known }) type = known;
        return type;
    }

    /// <summary>The type with everything found put in, and dyn for what never was.</summary>
    public static CelType Final(CelType type) => Resolved(type) switch
    {
        UnresolvedType => CelType.Dyn,
        ListType list => CelType.List(Final(list.Element)),
        MapType map => CelType.Map(Final(map.Key), Final(map.Value)),
        TypeType of => CelType.Type(Final(of.Of)),
        OpaqueType opaque => CelType.Opaque(opaque.Of, opaque.Parameters.Select(Final)),
        var known => known,
    };

    /// <summary>Whether a value of the second type may stand where the first is wanted.</summary>
    public bool Assign(CelType wanted, CelType given)
    {
        var mark = Mark;
        if (Fits(Resolved(wanted), Resolved(given))) return true;
        Undo(mark);
        return false;
    }

    private bool Fits(CelType wanted, CelType given)
    {
        if (ReferenceEquals(wanted, given)) return true;
        if (wanted is UnresolvedType open) return Find(open, given);
        if (given is UnresolvedType other) return Find(other, wanted);
        if (wanted == CelType.Dyn || given == CelType.Dyn) return true;
        if (given == CelType.Null) return wanted == CelType.Null || wanted is NullableType or ObjectType || wanted == CelType.Timestamp || wanted == CelType.Duration;
        return (wanted, given) switch
        {
            (NullableType one, NullableType two) => one == two,
            (NullableType one, _) => Assign(one.Of, given),
            (_, NullableType two) => Assign(wanted, two.Of),
            (ListType one, ListType two) => Assign(one.Element, two.Element),
            (MapType one, MapType two) => Assign(one.Key, two.Key) && Assign(one.Value, two.Value),
            (TypeType, TypeType) => true,
            (OpaqueType one, OpaqueType two) => one.Of == two.Of && one.Parameters.Length == two.Parameters.Length && one.Parameters.Zip(two.Parameters).All(pair => Assign(pair.First, pair.Second)),
            _ => wanted == given,
        };
    }

    private bool Find(UnresolvedType open, CelType type)
    {
        if (Mentions(type, open)) return false;
        open.Found = type;
        found.Push(open);
        return true;
    }

    private static bool Mentions(CelType type, UnresolvedType open) => Resolved(type) switch
    {
        UnresolvedType other => ReferenceEquals(other, open),
        ListType list => Mentions(list.Element, open),
        MapType map => Mentions(map.Key, open) || Mentions(map.Value, open),
        TypeType of => Mentions(of.Of, open),
        OpaqueType opaque => opaque.Parameters.Any(parameter => Mentions(parameter, open)),
        _ => false,
    };

    /// <summary>The type of an aggregate that has elements of both types; dyn when they have nothing in common.</summary>
    public CelType Join(CelType? one, CelType other)
    {
        if (one is null || Resolved(one) == CelType.Dyn) return one ?? other;
        if (Resolved(other) == CelType.Dyn) return CelType.Dyn;
        if (Resolved(one) == CelType.Null && Assign(other, one)) return other;
        if (Assign(one, other)) return IsAsGeneral(one, other) ? one : other;
        return CelType.Dyn;
    }

    /// <summary>Whether the first type holds all that the second does; both fit each other.</summary>
    private static bool IsAsGeneral(CelType one, CelType other) => (Resolved(one), Resolved(other)) switch
    {
        (UnresolvedType, _) => true,
        (_, UnresolvedType) => false,
        (var left, var right) when left == CelType.Dyn || right == CelType.Dyn => left == CelType.Dyn,
        (NullableType, _) => true,
        (_, NullableType) => false,
        (ListType left, ListType right) => IsAsGeneral(left.Element, right.Element),
        (MapType left, MapType right) => IsAsGeneral(left.Key, right.Key) && IsAsGeneral(left.Value, right.Value),
        (OpaqueType left, OpaqueType right) => left.Parameters.Zip(right.Parameters).All(pair => IsAsGeneral(pair.First, pair.Second)),
        _ => true,
    };

    /// <summary>A copy of a signature's type with its parameters made fresh.</summary>
    public static CelType Fresh(CelType type, Dictionary<string, UnresolvedType> parameters)
    {
        switch (type)
        {
            case UnresolvedType { Found: null } open:
                if (!parameters.TryGetValue(open.Parameter, out var fresh)) parameters.Add(open.Parameter, fresh = new UnresolvedType(open.Parameter));
                return fresh;
            case ListType list:
                return new ListType(Fresh(list.Element, parameters));
            case MapType map:
                return new MapType(Fresh(map.Key, parameters), Fresh(map.Value, parameters));
            case TypeType of:
                return new TypeType(Fresh(of.Of, parameters));
            case OpaqueType opaque:
                return CelType.Opaque(opaque.Of, opaque.Parameters.Select(parameter => Fresh(parameter, parameters)));
            default:
                return type;
        }
    }
}
