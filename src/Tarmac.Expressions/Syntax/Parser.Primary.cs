using System.Globalization;
using Tarmac.Expressions.Values;

namespace Tarmac.Expressions.Syntax;

/// <summary>What stands without an operator: literals, names, brackets, and the macros (cel-spec, language definition, "Macros").</summary>
internal sealed partial class Parser
{
    private SyntaxNode Primary()
    {
        var token = Take();
        switch (token.Kind)
        {
            case TokenKind.Number:
                return Number(token, negative: false);
            case TokenKind.Text:
                return new LiteralSyntax(token.Position, token.Literal);
            case TokenKind.Identifier:
                return Word(token);
            case TokenKind.Symbol when token.Text == "-" && Current.Kind == TokenKind.Number:
                return Number(Take(), negative: true);
            case TokenKind.Symbol when token.Text == ".":
                var name = Name(Current);
                index++;
                return Current.Is("(") ? Call(name, null, absolute: true) : new NameSyntax(name.Position, name.Text, absolute: true);
            case TokenKind.Symbol when token.Text == "(":
                var inner = Expression();
                Expect(")", "close the bracket");
                return inner;
            case TokenKind.Symbol when token.Text == "[":
                return List(token.Position);
            case TokenKind.Symbol when token.Text == "{":
                return Map(token.Position);
            default:
                throw Refused(token, $"a value is missing before {token.Described}", "write a name, a literal or a bracket there");
        }
    }

    private SyntaxNode Word(Token token)
    {
        switch (token.Text)
        {
            case "true" or "false":
                return new LiteralSyntax(token.Position, Value.Bool(token.Text == "true"));
            case "null":
                return new LiteralSyntax(token.Position, Value.Null);
            default:
                Name(token);
                return Current.Is("(") ? Call(token, null) : new NameSyntax(token.Position, token.Text, absolute: false);
        }
    }

    private Token Name(Token token)
    {
        if (token.Kind != TokenKind.Identifier || Keywords.Contains(token.Text)) throw Refused(token, $"{token.Described} is not a name", "write a name there");
        if (Reserved.Contains(token.Text)) throw Refused(token, $"\"{token.Text}\" is reserved and cannot be a name", "use another name");
        return token;
    }

    private LiteralSyntax Number(Token token, bool negative)
    {
        var text = token.Text;
        var unsigned = text[^1] is 'u' or 'U';
        var hexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var digits = unsigned ? text.AsSpan(0, text.Length - 1) : text;
        if (!hexadecimal && digits.IndexOfAny(".eE") >= 0)
        {
            if (unsigned) throw Refused(token, $"\"{text}\" is a fraction and unsigned", "remove the u");
            var number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
            return new LiteralSyntax(token.Position, Value.Double(negative ? -number : number));
        }
        var read = hexadecimal
            ? ulong.TryParse(digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var magnitude)
            : ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out magnitude);
        if (unsigned && negative) throw Refused(token, $"\"-{text}\" is negative and unsigned", "remove the u or the minus");
        if (unsigned && read) return new LiteralSyntax(token.Position, Value.Uint(magnitude));
        if (!read || magnitude > (ulong)long.MaxValue + (negative ? 1UL : 0))
            throw Refused(token, $"{text} is outside the range of {(unsigned ? "uint" : "int")}", "write a fraction such as 1.5e20 when it must be that large");
        return new LiteralSyntax(token.Position, Value.Int(negative ? unchecked(-(long)magnitude) : (long)magnitude));
    }

    private SyntaxNode List(int position)
    {
        var items = new List<SyntaxNode>();
        while (!Current.Is("]"))
        {
            items.Add(Expression());
            if (!TakeIf(",")) break;
        }
        Expect("]", "close the list with ], and put a comma between its elements");
        return Bounded(new ListSyntax(position, items));
    }

    private SyntaxNode Map(int position)
    {
        var entries = new List<(SyntaxNode, SyntaxNode)>();
        while (!Current.Is("}"))
        {
            var key = Expression();
            Expect(":", "write each entry as key: value");
            entries.Add((key, Expression()));
            if (!TakeIf(",")) break;
        }
        Expect("}", "close the map with }, and put a comma between its entries");
        return Bounded(new MapSyntax(position, entries));
    }

    private SyntaxNode Message(string type, int position)
    {
        index++;
        var fields = new List<(string, SyntaxNode)>();
        while (!Current.Is("}"))
        {
            var field = Field();
            Expect(":", "write each field as name: value");
            fields.Add((field.Text, Expression()));
            if (!TakeIf(",")) break;
        }
        Expect("}", "close the message with }, and put a comma between its fields");
        return Bounded(new MessageSyntax(position, type, fields));
    }

    /// <summary>What a macro stands for; null when the call is none.</summary>
    private SyntaxNode? Expanded(Token function, SyntaxNode? target, List<SyntaxNode> arguments)
    {
        if (target is null)
        {
            if (function.Text != "has" || arguments.Count != 1) return null;
            if (arguments[0] is not SelectSyntax { Presence: false } field)
                throw Refused(function, "has() asks for a field", "write it as has(value.field)");
            return new SelectSyntax(function.Position, field.Operand, field.Field, presence: true);
        }
        if (function.Text == "bind" && target is NameSyntax { Name: "cel" } && arguments.Count == 3)
            return new MacroSyntax(function.Position, Macro.Bind, arguments[1], Variable(function, arguments[0]), null, arguments[2]);
        Macro? macro = (function.Text, arguments.Count) switch
        {
            ("all", 2) => Macro.All,
            ("exists", 2) => Macro.Exists,
            ("exists_one" or "existsOne", 2) => Macro.ExistsOne,
            ("map", 2 or 3) => Macro.Map,
            ("filter", 2) => Macro.Filter,
            _ => null,
        };
        if (macro is not { } known) return null;
        return new MacroSyntax(function.Position, known, target, Variable(function, arguments[0]), arguments.Count == 3 ? arguments[1] : null, arguments[^1]);
    }

    private string Variable(Token function, SyntaxNode argument) => argument is NameSyntax { Absolute: false } name
        ? name.Name
        : throw Refused(function, $"the first argument of {function.Text}() is not a name", $"write it as list.{function.Text}(item, condition on item)");
}
