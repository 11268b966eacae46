using Tarmac.Expressions.Values;

namespace Tarmac.Expressions.Evaluation;

/// <summary>The functions of texts, and the size of whatever has one.</summary>
internal static class TextFunctions
{
    private static readonly Value NoSuchOverload = Value.Error(EvaluationError.NoSuchOverload);

    /// <summary>Code points of a text, octets of bytes, elements of a list, entries of a map.</summary>
    public static Value Size(ref Frame frame, in Value value) => value.Kind switch
    {
        ValueKind.String => frame.Work(value.AsString.Length) ? Value.Int(CodePoints(value.AsString)) : Frame.Exhaustion,
        ValueKind.Bytes => Value.Int(value.Octets.Length),
        ValueKind.List => Value.Int(value.AsList.Count),
        ValueKind.Map => Value.Int(value.AsMap.Count),
        _ => NoSuchOverload,
    };

    public static Value Contains(ref Frame frame, in Value text, in Value part) => OfTexts(ref frame, text, part, static (text, part) => text.Contains(part, StringComparison.Ordinal));

    public static Value StartsWith(ref Frame frame, in Value text, in Value part) => OfTexts(ref frame, text, part, static (text, part) => text.StartsWith(part, StringComparison.Ordinal));

    public static Value EndsWith(ref Frame frame, in Value text, in Value part) => OfTexts(ref frame, text, part, static (text, part) => text.EndsWith(part, StringComparison.Ordinal));

    /// <summary>Whether a pattern occurs in a text; a pattern that is only known now is read now, which costs by its length.</summary>
    public static Value Matches(ref Frame frame, in Value text, in Value pattern)
    {
        if (text.Kind != ValueKind.String || pattern.Kind != ValueKind.String) return NoSuchOverload;
        if (!frame.Work(pattern.AsString.Length * Pattern.Cost)) return Frame.Exhaustion;
        return Pattern.TryRead(pattern.AsString, out var regex, out var why)
            ? frame.Work(text.AsString.Length) ? Value.Bool(regex.IsMatch(text.AsString)) : Frame.Exhaustion
            : Value.Error(why);
    }

    private static int CodePoints(string text)
    {
        var count = text.Length;
        foreach (var character in text)
            if (char.IsLowSurrogate(character)) count--;
        return count;
    }

    private static Value OfTexts(ref Frame frame, in Value text, in Value part, Func<string, string, bool> test) => text.Kind != ValueKind.String || part.Kind != ValueKind.String ? NoSuchOverload
        : frame.Work(text.AsString.Length) ? Value.Bool(test(text.AsString, part.AsString)) : Frame.Exhaustion;
}
