namespace Tarmac.Expressions.Types;

/// <summary>A type of the language, for declarations and for the check (cel-spec, language definition, "Gradual Type Checking").</summary>
public abstract record CelType
{
    private protected CelType(string name) => Name = name;

    /// <summary>The type as the language writes it, such as <c>list(string)</c>.</summary>
    public string Name { get; }

    /// <summary>Any type; nothing is checked before the evaluation.</summary>
    public static CelType Dyn { get; } = new SimpleType("dyn");

    /// <summary>The type of null.</summary>
    public static CelType Null { get; } = new SimpleType("null_type");

    /// <summary>A truth value.</summary>
    public static CelType Bool { get; } = new SimpleType("bool");

    /// <summary>A signed number.</summary>
    public static CelType Int { get; } = new SimpleType("int");

    /// <summary>An unsigned number.</summary>
    public static CelType Uint { get; } = new SimpleType("uint");

    /// <summary>A floating-point number.</summary>
    public static CelType Double { get; } = new SimpleType("double");

    /// <summary>A text.</summary>
    public static CelType String { get; } = new SimpleType("string");

    /// <summary>Octets.</summary>
    public static CelType Bytes { get; } = new SimpleType("bytes");

    /// <summary>A time.</summary>
    public static CelType Timestamp { get; } = new SimpleType("google.protobuf.Timestamp");

    /// <summary>A span of time.</summary>
    public static CelType Duration { get; } = new SimpleType("google.protobuf.Duration");

    /// <summary>A list of elements of one type.</summary>
    public static CelType List(CelType element) => new ListType(element);

    /// <summary>A map.</summary>
    public static CelType Map(CelType key, CelType value) => new MapType(key, value);

    /// <summary>The type of a type.</summary>
    public static CelType Type(CelType of) => new TypeType(of);

    /// <summary>The type or null.</summary>
    public static CelType Nullable(CelType of) => new NullableType(of);

    /// <summary>A map with a known set of named fields; a field that its value lacks is unknown.</summary>
    public static CelType Object(string name, IEnumerable<KeyValuePair<string, CelType>> fields) => new ObjectType(name, fields);

    /// <summary>A type that only declared functions make and take, with types of its own inside.</summary>
    public static CelType Opaque(string name, params IEnumerable<CelType> parameters) => new OpaqueType(name, [.. parameters]);

    /// <summary>In the declaration of a function: any one type, the same wherever the name stands.</summary>
    public static CelType TypeParameter(string name) => new UnresolvedType(name);

    /// <summary>The name.</summary>
    public sealed override string ToString() => Name;
}

internal sealed record SimpleType : CelType
{
    public SimpleType(string name) : base(name)
    {
    }
}

internal sealed record ListType(CelType Element) : CelType($"list({Element})");

internal sealed record MapType(CelType Key, CelType Value) : CelType($"map({Key}, {Value})");

internal sealed record TypeType(CelType Of) : CelType($"type({Of})");

internal sealed record OpaqueType(string Of, CelType[] Parameters) : CelType(Parameters.Length == 0 ? Of : $"{Of}({string.Join<CelType>(", ", Parameters)})")
{
    public bool Equals(OpaqueType? other) => other is not null && Of == other.Of && Parameters.SequenceEqual(other.Parameters);

    public override int GetHashCode() => Of.GetHashCode(StringComparison.Ordinal);
}

internal sealed record NullableType(CelType Of) : CelType($"nullable({Of})");

/// <summary>Two objects are one type when they have one name.</summary>
internal sealed record ObjectType : CelType
{
    public ObjectType(string name, IEnumerable<KeyValuePair<string, CelType>> fields) : base(name) =>
        Fields = new Dictionary<string, CelType>(fields, StringComparer.Ordinal);

    public IReadOnlyDictionary<string, CelType> Fields { get; }

    public bool Equals(ObjectType? other) => other is not null && Name == other.Name;

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}

/// <summary>A type the check has yet to find out, such as that of the elements of <c>[]</c>.</summary>
internal sealed record UnresolvedType(string Parameter) : CelType(Parameter)
{
    public CelType? Found { get; set; }

    public bool Equals(UnresolvedType? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
