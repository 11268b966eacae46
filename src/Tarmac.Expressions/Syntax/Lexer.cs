using System.Buffers;
using Tarmac.Expressions.Values;

namespace Tarmac.Expressions.Syntax;

/// <summary>Cuts the source into tokens (cel-spec, language definition, "Syntax").</summary>
internal sealed class Lexer
{
    private static readonly SearchValues<char> WordCharacters = SearchValues.Create("_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    private static readonly SearchValues<char> QuotedCharacters = SearchValues.Create("_.-/ 0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    private static readonly string[] TwoCharacterSymbols = ["&&", "||", "==", "!=", "<=", ">="];

    private readonly string source;
    private readonly List<Token> tokens = [];
    private int position;

    private Lexer(string source) => this.source = source;

    public static List<Token> Read(string source)
    {
        var lexer = new Lexer(source);
        while (lexer.Next())
        {
        }
        return lexer.tokens;
    }

    private char At(int offset) => position + offset < source.Length ? source[position + offset] : '\0';

    private bool Next()
    {
        SkipBlanks();
        if (position >= source.Length)
        {
            tokens.Add(new Token(TokenKind.End, source.Length, ""));
            return false;
        }
        var character = source[position];
        if (TextPrefix() is { } prefix) ReadText(prefix);
        else if (char.IsAsciiDigit(character) || (character == '.' && char.IsAsciiDigit(At(1)))) ReadNumber();
        else if (char.IsAsciiLetter(character) || character == '_') ReadWord();
        else if (character == '`') ReadQuoted();
        else ReadSymbol();
        return true;
    }

    private void SkipBlanks()
    {
        while (position < source.Length)
        {
            if (source[position] is ' ' or '\t' or '\n' or '\r' or '\f') position++;
            else if (source[position] == '/' && At(1) == '/')
                while (position < source.Length && source[position] != '\n') position++;
            else return;
        }
    }

    /// <summary>The length of the letters before an opening quote: none, r, b, or br.</summary>
    private int? TextPrefix()
    {
        var length = 0;
        if (At(0) is 'b' or 'B') length++;
        if (At(length) is 'r' or 'R') length++;
        return At(length) is '"' or '\'' ? length : null;
    }

    private void ReadText(int prefix)
    {
        var start = position;
        var bytes = source[position] is 'b' or 'B';
        var raw = prefix > 0 && source[position + prefix - 1] is 'r' or 'R';
        position += prefix;
        var quote = source[position];
        var triple = At(1) == quote && At(2) == quote;
        var width = triple ? 3 : 1;
        position += width;
        var body = position;
        while (true)
        {
            if (position >= source.Length || (!triple && source[position] is '\n' or '\r'))
                throw Refused(start, "this string is not closed", $"end it with {new string(quote, width)}{(triple ? "" : ", or open it with three quotes to write it over several lines")}");
            if (source[position] == quote && (!triple || (At(1) == quote && At(2) == quote))) break;
            position += source[position] == '\\' && !raw && position + 1 < source.Length ? 2 : 1;
        }
        var text = new TextLiteral(source, body, position, raw);
        position += width;
        tokens.Add(new Token(TokenKind.Text, start, "", bytes ? Value.Bytes(text.ReadBytes()) : Value.String(text.ReadString())));
    }

    private void ReadNumber()
    {
        var start = position;
        if (source[position] == '0' && At(1) is 'x' or 'X' && char.IsAsciiHexDigit(At(2)))
        {
            position += 2;
            while (char.IsAsciiHexDigit(At(0))) position++;
        }
        else
        {
            Digits();
            if (At(0) == '.' && char.IsAsciiDigit(At(1)))
            {
                position++;
                Digits();
            }
            if (At(0) is 'e' or 'E' && (char.IsAsciiDigit(At(1)) || (At(1) is '+' or '-' && char.IsAsciiDigit(At(2)))))
            {
                position += 2;
                Digits();
            }
        }
        if (At(0) is 'u' or 'U') position++;
        if (At(0) == '_' || char.IsAsciiLetterOrDigit(At(0)))
            throw Refused(start, $"\"{source[start..(position + 1)]}\" is not a number", "write a number such as 12, 0x1F, 12u or 1.5e3, and put a blank or an operator after it");
        tokens.Add(new Token(TokenKind.Number, start, source[start..position]));
    }

    private void Digits()
    {
        while (char.IsAsciiDigit(At(0))) position++;
    }

    private void ReadWord()
    {
        var rest = source.AsSpan(position).IndexOfAnyExcept(WordCharacters);
        var end = rest < 0 ? source.Length : position + rest;
        tokens.Add(new Token(TokenKind.Identifier, position, source[position..end]));
        position = end;
    }

    private void ReadQuoted()
    {
        var start = position + 1;
        var length = source.AsSpan(start).IndexOfAnyExcept(QuotedCharacters);
        if (length <= 0 || source[start + length] != '`')
            throw Refused(position, "this quoted field name is not one", "write letters, digits, _ . - / and blanks between two backquotes, as in labels.`app.kubernetes.io/name`");
        tokens.Add(new Token(TokenKind.QuotedIdentifier, position, source.Substring(start, length)));
        position = start + length + 1;
    }

    private void ReadSymbol()
    {
        var start = position;
        var pair = position + 1 < source.Length ? source.Substring(position, 2) : "";
        if (Array.IndexOf(TwoCharacterSymbols, pair) >= 0)
        {
            position += 2;
            tokens.Add(new Token(TokenKind.Symbol, start, pair));
            return;
        }
        var cure = source[position] switch
        {
            '=' => "write == to compare",
            '&' => "write && for \"and\"",
            '|' => "write || for \"or\"",
            _ => "remove it, or put it into quotes when it is part of a text",
        };
        if (!"+-*/%!<>?:.,()[]{}".Contains(source[position], StringComparison.Ordinal))
            throw Refused(start, $"\"{(char.IsControl(source[position]) ? $"U+{(int)source[position]:X4}" : char.ConvertFromUtf32(CodePoint()))}\" has no meaning here", cure);
        position++;
        tokens.Add(new Token(TokenKind.Symbol, start, source[start..position]));
    }

    private int CodePoint() => position + 1 < source.Length && char.IsSurrogatePair(source, position) ? char.ConvertToUtf32(source, position) : char.IsSurrogate(source[position]) ? 0xFFFD : source[position];

    private ExpressionException Refused(int at, string message, string cure) => new([ExpressionProblem.At(source, at, message, cure)]);
}
