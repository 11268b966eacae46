namespace Tarmac.Expressions.Values;

/// <summary>What a <see cref="Value"/> is (cel-spec, language definition, "Values"); the last two are outcomes rather than values.</summary>
public enum ValueKind
{
    /// <summary>The null value.</summary>
    Null,

    /// <summary>True or false.</summary>
    Bool,

    /// <summary>A signed number of 64 bits.</summary>
    Int,

    /// <summary>An unsigned number of 64 bits.</summary>
    Uint,

    /// <summary>An IEEE number of 64 bits.</summary>
    Double,

    /// <summary>A text of Unicode code points.</summary>
    String,

    /// <summary>A sequence of octets.</summary>
    Bytes,

    /// <summary>A sequence of values.</summary>
    List,

    /// <summary>Values by key.</summary>
    Map,

    /// <summary>A time of the years 1 to 9999, to the nanosecond.</summary>
    Timestamp,

    /// <summary>A span of time within 292 years, to the nanosecond.</summary>
    Duration,

    /// <summary>A type, as <c>type(1)</c> yields it.</summary>
    Type,

    /// <summary>The evaluation went wrong.</summary>
    Error,

    /// <summary>The outcome depends on attributes nobody has given.</summary>
    Unknown,
}
