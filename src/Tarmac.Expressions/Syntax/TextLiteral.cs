using System.Globalization;
using System.Text;

namespace Tarmac.Expressions.Syntax;

/// <summary>The text between the quotes of a string or bytes literal (cel-spec, language definition, "String and Bytes Values").</summary>
internal readonly struct TextLiteral(string source, int start, int end, bool raw)
{
    public string ReadString()
    {
        if (raw || !source.AsSpan(start, end - start).Contains('\\')) return Normalised(source[start..end]);
        var text = new StringBuilder(end - start);
        for (var position = start; position < end;)
        {
            if (source[position] != '\\')
            {
                var next = Piece(position);
                text.Append(Normalised(source[position..next]));
                position = next;
                continue;
            }
            var (code, length) = Escape(position, bytes: false);
            text.Append(char.ConvertFromUtf32(code));
            position += length;
        }
        return text.ToString();
    }

    public byte[] ReadBytes()
    {
        if (raw || !source.AsSpan(start, end - start).Contains('\\')) return Encoding.UTF8.GetBytes(Normalised(source[start..end]));
        var bytes = new List<byte>(end - start);
        for (var position = start; position < end;)
        {
            if (source[position] != '\\')
            {
                var next = Piece(position);
                bytes.AddRange(Encoding.UTF8.GetBytes(Normalised(source[position..next])));
                position = next;
                continue;
            }
            var (code, length) = Escape(position, bytes: true);
            bytes.Add((byte)code);
            position += length;
        }
        return [.. bytes];
    }

    // Up to the next escape: what an escape says is never normalised.
    private int Piece(int position) => source.IndexOf('\\', position, end - position) is var next and >= 0 ? next : end;

    // A file saved with another system's line ends means the same text.
    private static string Normalised(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal);

    private (int Code, int Length) Escape(int position, bool bytes)
    {
        var kind = position + 1 < end ? source[position + 1] : '\0';
        int? simple = kind switch
        {
            'a' => 7,
            'b' => 8,
            'f' => 12,
            'n' => 10,
            'r' => 13,
            't' => 9,
            'v' => 11,
            '\\' or '?' or '"' or '\'' or '`' => kind,
            _ => null,
        };
        if (simple is { } code) return (code, 2);
        return kind switch
        {
            'x' or 'X' => Hexadecimal(position, 2),
            'u' when !bytes => Hexadecimal(position, 4),
            'U' when !bytes => Hexadecimal(position, 8),
            >= '0' and <= '3' => Octal(position),
            _ => throw Refused(position, $"\"\\{kind}\" is no escape{(bytes && kind is 'u' or 'U' ? " of bytes" : "")}", "write \\\\ for a backslash, or put r before the opening quote"),
        };
    }

    private (int Code, int Length) Hexadecimal(int position, int digits)
    {
        var text = position + 2 + digits <= end ? source.AsSpan(position + 2, digits) : default;
        if (!uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            throw Refused(position, $"\\{source[position + 1]} is not followed by {digits} hexadecimal digits", "write them all, with leading zeros");
        if (code > 0x10FFFF || code is >= 0xD800 and <= 0xDFFF)
            throw Refused(position, $"U+{code:X} is no Unicode character", "write a code point up to 10FFFF that is not a surrogate");
        return ((int)code, digits + 2);
    }

    private (int Code, int Length) Octal(int position)
    {
        var code = 0;
        for (var index = position + 1; index < position + 4; index++)
        {
            if (index >= end || source[index] is < '0' or > '7') throw Refused(position, "an octal escape has three digits", "write it as \\000 up to \\377");
            code = (code * 8) + source[index] - '0';
        }
        return (code, 4);
    }

    private ExpressionException Refused(int at, string message, string cure) => new([ExpressionProblem.At(source, at, message, cure)]);
}
