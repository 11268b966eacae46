using Tarmac.Expressions.Values;

namespace Tarmac.Expressions.Syntax;

internal enum TokenKind
{
    End,
    Identifier,
    QuotedIdentifier,
    Number,
    Text,
    Symbol,
}

/// <summary>One token; <see cref="Text"/> is the identifier, the symbol or the digits, <see cref="Literal"/> the string or bytes it stands for.</summary>
internal readonly record struct Token(TokenKind Kind, int Position, string Text, Value Literal = default)
{
    public bool Is(string symbol) => Kind == TokenKind.Symbol && Text == symbol;

    public bool IsWord(string word) => Kind == TokenKind.Identifier && Text == word;

    public string Described => Kind switch
    {
        TokenKind.End => "the end of the expression",
        TokenKind.Text => "a string",
        TokenKind.QuotedIdentifier => $"`{Text}`",
        _ => $"\"{Text}\"",
    };
}
