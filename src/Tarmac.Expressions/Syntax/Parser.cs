using Tarmac.Expressions.Values;

namespace Tarmac.Expressions.Syntax;

/// <summary>Reads an expression by recursive descent (cel-spec, language definition, "Syntax").</summary>
internal sealed partial class Parser
{
    private static readonly string[][] Operators = [["||"], ["&&"], ["<", "<=", ">", ">=", "==", "!=", "in"], ["+", "-"], ["*", "/", "%"]];

    private static readonly HashSet<string> Keywords = ["false", "in", "null", "true"];

    private static readonly HashSet<string> Reserved =
        ["as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var", "void", "while"];

    private readonly string source;
    private readonly ExpressionLimits limits;
    private readonly List<Token> tokens;
    private int index;
    private int nesting;

    private Parser(string source, ExpressionLimits limits)
    {
        this.source = source;
        this.limits = limits;
        tokens = Lexer.Read(source);
    }

    public static SyntaxNode Read(string source, ExpressionLimits limits)
    {
        if (source.Length > limits.SourceLength)
            throw new ExpressionException([new ExpressionProblem(1, 1, $"the expression has {source.Length} characters, of which {limits.SourceLength} are allowed", "cut it into several expressions")]);
        var parser = new Parser(source, limits);
        var tree = parser.Expression();
        var rest = parser.Current;
        if (rest.Kind != TokenKind.End) throw parser.Refused(rest, $"{rest.Described} does not follow from what is before it", Missing(rest));
        return tree;
    }

    private Token Current => tokens[index];

    private static string Missing(Token token) => token.Kind switch
    {
        TokenKind.Symbol when token.Text is ")" or "]" or "}" => "remove it, or open its bracket",
        TokenKind.Identifier when token.Text is "and" => "write && for \"and\"",
        TokenKind.Identifier when token.Text is "or" => "write || for \"or\"",
        _ => "put an operator such as && before it, or remove it",
    };

    private ExpressionException Refused(Token token, string message, string cure) => new([ExpressionProblem.At(source, token.Position, message, cure)]);

    private Token Take() => tokens[index++];

    private bool TakeIf(string symbol)
    {
        if (!Current.Is(symbol)) return false;
        index++;
        return true;
    }

    private void Expect(string symbol, string cure)
    {
        if (!TakeIf(symbol)) throw Refused(Current, $"\"{symbol}\" is missing before {Current.Described}", cure);
    }

    /// <summary>Refuses a tree so high that walking it would outgrow the stack.</summary>
    private T Bounded<T>(T node) where T : SyntaxNode
    {
        if (node.Depth > limits.SafeDepth)
            throw new ExpressionException([ExpressionProblem.At(source, node.Position, $"more than {limits.SafeDepth} operations build upon one another", "cut the expression into several")]);
        return node;
    }

    private SyntaxNode Expression()
    {
        if (++nesting > limits.SafeNesting) throw Refused(Current, $"more than {limits.SafeNesting} levels are nested", "cut the expression into several");
        var condition = Binary(0);
        if (Current.Is("?"))
        {
            var position = Take().Position;
            var whenTrue = Binary(0);
            Expect(":", "write the conditional as condition ? value : other value");
            condition = Bounded(new ConditionalSyntax(position, condition, whenTrue, Expression()));
        }
        nesting--;
        return condition;
    }

    private SyntaxNode Binary(int level)
    {
        if (level == Operators.Length) return Unary();
        var left = Binary(level + 1);
        if (level <= 1) return Chain(level, left);
        while (IsOperator(level))
        {
            var token = Take();
            var right = Binary(level + 1);
            left = Bounded(new CallSyntax(token.Position, token.Text == "in" ? "@in" : $"_{token.Text}_", null, [left, right]));
        }
        return left;
    }

    private bool IsOperator(int level) =>
        Current.Kind == TokenKind.Symbol ? Operators[level].Contains(Current.Text) : level == 2 && Current.IsWord("in");

    private SyntaxNode Chain(int level, SyntaxNode first)
    {
        if (!IsOperator(level)) return first;
        var position = Current.Position;
        var operands = new List<SyntaxNode> { first };
        while (IsOperator(level))
        {
            index++;
            operands.Add(Binary(level + 1));
        }
        return Bounded(new LogicSyntax(position, level == 1, operands));
    }

    private SyntaxNode Unary()
    {
        var symbol = Current.Is("!") ? "!" : "-";
        var first = index;
        while (Current.Is(symbol) && !(symbol == "-" && tokens[index + 1].Kind == TokenKind.Number)) index++;
        var count = index - first;
        var operand = Member();
        for (; count > 0; count--) operand = Bounded(new CallSyntax(tokens[first + count - 1].Position, symbol + "_", null, [operand]));
        return operand;
    }

    private SyntaxNode Member()
    {
        var operand = Primary();
        while (true)
        {
            var token = Current;
            if (TakeIf("."))
            {
                var field = Field();
                operand = field.Kind == TokenKind.Identifier && Current.Is("(")
                    ? Call(field, operand)
                    : Bounded(new SelectSyntax(field.Position, operand, field.Text, presence: false));
            }
            else if (TakeIf("["))
            {
                var key = Expression();
                Expect("]", "close the index with ]");
                operand = Bounded(new CallSyntax(token.Position, "_[_]", null, [operand, key]));
            }
            else if (token.Is("{") && QualifiedName(operand) is { } type) operand = Message(type, operand.Position);
            else return operand;
        }
    }

    private Token Field()
    {
        var token = Current;
        if (token.Kind is not (TokenKind.Identifier or TokenKind.QuotedIdentifier) || (token.Kind == TokenKind.Identifier && Keywords.Contains(token.Text)))
            throw Refused(token, $"{token.Described} is not the name of a field", "write a name after the dot, or index with [\"…\"]");
        return Take();
    }

    private static string? QualifiedName(SyntaxNode node) => node switch
    {
        NameSyntax name => name.Absolute ? "." + name.Name : name.Name,
        SelectSyntax { Presence: false } select when QualifiedName(select.Operand) is { } prefix => $"{prefix}.{select.Field}",
        _ => null,
    };

    private SyntaxNode Call(Token function, SyntaxNode? target, bool absolute = false)
    {
        index++;
        var arguments = new List<SyntaxNode>();
        if (!Current.Is(")"))
            do arguments.Add(Expression());
            while (TakeIf(","));
        Expect(")", "close the arguments with )");
        var call = absolute ? null : Expanded(function, target, arguments);
        return Bounded(call ?? new CallSyntax(function.Position, absolute ? "." + function.Text : function.Text, target, arguments));
    }
}
