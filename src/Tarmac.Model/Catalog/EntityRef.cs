using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tarmac.Model.Catalog;

/// <summary>
/// A reference to an entity, written <c>[kind:][namespace/]name</c>. Two references are equal when their canonical strings,
/// lower-case <c>kind:namespace/name</c>, are equal; the parts keep the case they were written in.
/// </summary>
/// <remarks>The grammar is Backstage's: the first colon and the first slash divide; a colon behind the first slash belongs to the name.</remarks>
[JsonConverter(typeof(EntityRefJsonConverter))]
public sealed class EntityRef : IEquatable<EntityRef>, IComparable<EntityRef>
{
    public const string DefaultNamespace = "default";

    private readonly string _canonical;

    private EntityRef(string kind, string entityNamespace, string name)
    {
        Kind = kind;
        Namespace = entityNamespace;
        Name = name;
        _canonical = $"{kind}:{entityNamespace}/{name}".ToLowerInvariant();
    }

    public string Kind { get; }

    public string Namespace { get; }

    public string Name { get; }

    /// <summary>Makes a reference from its parts.</summary>
    /// <exception cref="ArgumentException">A part is empty, or the kind holds a colon or slash, or the namespace a slash.</exception>
    public static EntityRef Of(string kind, string name, string entityNamespace = DefaultNamespace)
    {
        ArgumentException.ThrowIfNullOrEmpty(kind);
        ArgumentException.ThrowIfNullOrEmpty(entityNamespace);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (kind.AsSpan().ContainsAny(':', '/')) throw new ArgumentException($"'{kind}' is not a kind.", nameof(kind));
        if (entityNamespace.Contains('/')) throw new ArgumentException($"'{entityNamespace}' is not a namespace.", nameof(entityNamespace));
        return new(kind, entityNamespace, name);
    }

    /// <summary>Parses a reference; parts it leaves out come from the defaults.</summary>
    /// <exception cref="FormatException">The text is no reference; the message says why.</exception>
    public static EntityRef Parse(string text, string? defaultKind = null, string? defaultNamespace = DefaultNamespace) =>
        TryParse(text, defaultKind, defaultNamespace, out var reference, out var why) ? reference : throw new FormatException(why);

    /// <summary>Parses a reference; <paramref name="why"/> says in one sentence why it is none.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="defaultKind">The kind when the text names none; null makes the kind mandatory.</param>
    /// <param name="defaultNamespace">The namespace when the text names none; null or empty means <c>default</c>.</param>
    /// <param name="reference">The reference, when the answer is true.</param>
    /// <param name="why">The reason, when the answer is false.</param>
    public static bool TryParse(string? text, string? defaultKind, string? defaultNamespace,
        [NotNullWhen(true)] out EntityRef? reference, [NotNullWhen(false)] out string? why)
    {
        (reference, why) = (null, null);
        text ??= "";
        var colon = text.IndexOf(':');
        var slash = text.IndexOf('/');
        if (slash >= 0 && slash < colon) colon = -1;

        var kind = colon >= 0 ? text[..colon] : defaultKind;
        var entityNamespace = slash >= 0 ? text[(colon + 1)..slash]
            : string.IsNullOrEmpty(defaultNamespace) ? DefaultNamespace : defaultNamespace;
        var name = text[(Math.Max(colon, slash) + 1)..];

        why = kind is null ? $"'{Shorten(text)}' names no kind, and here there is no kind to assume."
            : kind.Length == 0 ? $"'{Shorten(text)}' has an empty kind before the colon."
            : entityNamespace.Length == 0 ? $"'{Shorten(text)}' has an empty namespace before the slash."
            : name.Length == 0 ? $"'{Shorten(text)}' has no name."
            : kind.AsSpan().ContainsAny(':', '/') ? $"'{Shorten(kind)}' is not a kind."
            : null;
        if (why is not null) return false;
        reference = new(kind!, entityNamespace, name);
        return true;
    }

    /// <summary>The canonical form: lower-case <c>kind:namespace/name</c>.</summary>
    public override string ToString() => _canonical;

    /// <summary>True when the reference names this kind, whatever the case.</summary>
    public bool IsKind(string kind) => string.Equals(Kind, kind, StringComparison.OrdinalIgnoreCase);

    public bool Equals(EntityRef? other) => other is not null && string.Equals(_canonical, other._canonical, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as EntityRef);

    public override int GetHashCode() => string.GetHashCode(_canonical, StringComparison.Ordinal);

    public int CompareTo(EntityRef? other) => string.CompareOrdinal(_canonical, other?._canonical);

    public static bool operator ==(EntityRef? left, EntityRef? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(EntityRef? left, EntityRef? right) => !(left == right);

    public static bool operator <(EntityRef? left, EntityRef? right) => left is null ? right is not null : left.CompareTo(right) < 0;

    public static bool operator >(EntityRef? left, EntityRef? right) => right < left;

    public static bool operator <=(EntityRef? left, EntityRef? right) => !(left > right);

    public static bool operator >=(EntityRef? left, EntityRef? right) => !(left < right);

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";
}

/// <summary>Writes a reference as its canonical string and reads any full reference.</summary>
public sealed class EntityRefJsonConverter : JsonConverter<EntityRef>
{
    public override EntityRef Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && EntityRef.TryParse(reader.GetString(), null, null, out var reference, out var why)
            ? reference
            : throw new JsonException("An entity reference is a string such as component:default/vouchers.");

    public override void Write(Utf8JsonWriter writer, EntityRef value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
