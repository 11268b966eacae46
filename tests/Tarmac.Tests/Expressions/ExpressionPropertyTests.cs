using System.Globalization;
using Tarmac.Expressions;
using Tarmac.Expressions.Types;
using Tarmac.Expressions.Values;

namespace Tarmac.Tests.Expressions;

/// <summary>What holds for any expression, tried with thousands made at random from one seed.</summary>
public sealed class ExpressionPropertyTests
{
    private const int Times = 3000;
    private static readonly ExpressionEnvironment Environment = new([KeyValuePair.Create("x", CelType.Dyn), KeyValuePair.Create("y", CelType.Dyn)]);

    private static readonly string[] Atoms =
        ["1", "-1", "0u", "2.5", "'a'", "b'a'", "true", "false", "null", "[]", "[1, 'a']", "{}", "{'a': 1}", "x", "y", "9223372036854775807", "duration('1h')", "timestamp('2020-01-01T00:00:00Z')", "int"];

    private static readonly string[] Shapes =
    [
        "({0} + {1})", "({0} - {1})", "({0} * {1})", "({0} / {1})", "({0} % {1})", "({0} == {1})", "({0} < {1})", "({0} in {1})", "({0} && {1})", "({0} || {1})", "({0} ? {1} : {0})", "{0}[{1}]",
        "[{0}, {1}]", "{{'k': {0}, 'l': {1}}}", "size({0})", "string({0})", "type({0})", "!{0}", "[{0}].all(e, e == {1})", "[{0}, {1}].map(e, {1})", "[{0}].filter(e, {1})", "int({0})", "{0}.contains({1})",
        "cel.bind(z, {0}, {1})", "dyn({0})", "has({{'a': {0}}}.a)", "{0}.matches({1})", "{0}.getHours()", "[{0}].exists_one(e, {1})",
    ];

    [Fact]
    public void No_expression_throws_or_outlives_its_budget()
    {
        var random = new Random(4);
        for (var n = 0; n < Times; n++)
        {
            var source = Some(random, 5);
            if (Compiled(source) is not { } compiled) continue;
            foreach (var budget in new[] { 0, 1, 10, 10_000 }) Assert.True(Enum.IsDefined(compiled.Evaluate(Bound(n), budget).Kind), source);
        }
    }

    [Fact]
    public void Learning_what_was_unknown_never_changes_what_was_known()
    {
        var random = new Random(5);
        for (var n = 0; n < Times; n++)
        {
            var source = Some(random, 4);
            if (Compiled(source) is not { } compiled) continue;
            var before = compiled.Evaluate(new Bindings(Environment));
            if (before.Kind is ValueKind.Unknown or ValueKind.Error) continue;
            Assert.True(before.ToString() == compiled.Evaluate(Bound(n)).ToString(), source);
        }
    }

    [Fact]
    public void A_value_as_it_is_written_means_itself()
    {
        var random = new Random(6);
        for (var n = 0; n < Times; n++)
        {
            var source = Some(random, 3);
            if (Compiled(source)?.Evaluate(Bound(n)) is not { IsOutcome: false, Kind: not ValueKind.Type } value || Compiled(value.ToString()) is not { } again) continue;
            var text = again.Evaluate(Bound(n)).ToString();
            Assert.True(text == value.ToString(), $"{source}: {value} is read as {text}");
        }
    }

    [Fact]
    public void The_check_lets_nothing_through_that_has_no_overload()
    {
        var random = new Random(7);
        for (var n = 0; n < Times; n++)
        {
            var source = Some(random, 3);
            // Null may stand for a time, and a list of unlike elements holds anything.
            if (source.Contains("null", StringComparison.Ordinal) || source.Contains('x') || source.Contains('y') || source.Contains("dyn", StringComparison.Ordinal) || source.Contains(", 'a'", StringComparison.Ordinal)) continue;
            try
            {
                var compiled = Environment.Compile(source);
                if (compiled.Type.Name.Contains("dyn", StringComparison.Ordinal)) continue;
                var value = compiled.Evaluate(new Bindings(Environment));
                Assert.False(value.Kind == ValueKind.Error && value.AsError.Message == "no such overload" && !source.Contains('[', StringComparison.Ordinal), source);
            }
            catch (ExpressionException)
            {
            }
        }
    }

    private static CompiledExpression? Compiled(string source)
    {
        try
        {
            return Environment.Compile(source, check: false);
        }
        catch (ExpressionException)
        {
            return null;
        }
    }

    private static Bindings Bound(int n) => new Bindings(Environment).Set("x", Value.Int(n)).Set("y", n % 2 == 0 ? Value.String("a") : Value.List(Value.Int(1)));

    private static string Some(Random random, int depth) => depth == 0 || random.Next(4) == 0 ? Atoms[random.Next(Atoms.Length)]
        : string.Format(CultureInfo.InvariantCulture, Shapes[random.Next(Shapes.Length)], Some(random, depth - 1), Some(random, depth - 1));
}
