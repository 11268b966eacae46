using Tarmac.Expressions;
using Tarmac.Expressions.Types;
using Tarmac.Expressions.Values;

namespace Tarmac.Tests.Expressions;

/// <summary>What a check's author meets: evidence that is missing, mistakes with their place and cure, and limits.</summary>
public sealed class ExpressionTests
{
    private static readonly ExpressionEnvironment Facts = new(
    [
        KeyValuePair.Create("tier", CelType.String),
        KeyValuePair.Create("releases", CelType.Int),
        KeyValuePair.Create("names", CelType.List(CelType.String)),
        KeyValuePair.Create("anything", CelType.Dyn),
        KeyValuePair.Create("now", CelType.Timestamp),
        KeyValuePair.Create("runbook", CelType.Object("runbook",
        [
            KeyValuePair.Create("sections", CelType.List(CelType.String)),
            KeyValuePair.Create("reviewed", CelType.Timestamp),
            KeyValuePair.Create("words", CelType.Int),
        ])),
    ]);

    private static Value Evaluate(string source, Action<Bindings>? bind = null, int budget = ExpressionLimits.DefaultBudget)
    {
        var bindings = new Bindings(Facts);
        bind?.Invoke(bindings);
        return Facts.Compile(source).Evaluate(bindings, budget);
    }

    private static ExpressionProblem Refused(string source) => Assert.Throws<ExpressionException>(() => Facts.Compile(source)).Problems[0];

    [Theory]
    [InlineData("tier == 'Gold'", "tier")]
    [InlineData("releases > 3 && tier == 'Gold'", "releases, tier")]
    [InlineData("size(runbook.sections) > 3", "runbook.sections")]
    [InlineData("names.all(name, name == tier)", "names")]
    [InlineData("tier == 'Gold' ? 1 : 2", "tier")]
    [InlineData("[tier, 'Gold']", "tier")]
    public void What_nobody_has_said_makes_the_outcome_unknown_and_is_named(string source, string missing)
    {
        var value = Evaluate(source);

        Assert.Equal(ValueKind.Unknown, value.Kind);
        Assert.Equal(missing, value.AsUnknown.ToString());
    }

    [Theory]
    [InlineData("tier == 'Gold' || true", true)]
    [InlineData("false && tier == 'Gold'", false)]
    [InlineData("1 / 0 > 1 || true", true)]
    [InlineData("tier == 'Gold' && 1 / 0 > 1 && false", false)]
    [InlineData("[1, 0].exists(n, 1 / n == 1)", true)]
    public void What_decides_does_so_wherever_it_stands(string source, bool expected) => Assert.Equal(expected, Evaluate(source).AsBool);

    [Fact]
    public void Unknown_comes_before_an_error() => Assert.Equal(ValueKind.Unknown, Evaluate("1 / 0 > 1 && tier == 'Gold'").Kind);

    [Fact]
    public void A_field_of_an_object_that_is_absent_is_unknown_and_a_key_of_a_map_is_an_error()
    {
        void Bind(Bindings bindings) => bindings
            .Set("runbook", Value.Map([KeyValuePair.Create("words", Value.Int(7))]))
            .Set("now", Value.Timestamp(0))
            .Set("anything", Value.Map([KeyValuePair.Create("words", Value.Int(7))]));

        Assert.Equal(7, Evaluate("runbook.words", Bind).AsInt);
        Assert.Equal("runbook.reviewed", Evaluate("runbook.reviewed < now", Bind).AsUnknown.Names[0]);
        Assert.False(Evaluate("has(runbook.reviewed)", Bind).AsBool);
        Assert.Equal(ValueKind.Error, Evaluate("anything.nothing", Bind).Kind);
        Assert.False(Evaluate("has(anything.nothing)", Bind).AsBool);
    }

    [Theory]
    [InlineData("tire == 'Gold'", 1, 1, "undeclared reference to 'tire'", "did you mean tier?")]
    [InlineData("tier ==\n  1", 1, 6, "found no matching overload for '_==_' applied to '(string, int)'", "dyn")]
    [InlineData("runbook.section", 1, 9, "undefined field 'section' of runbook", "did you mean sections?")]
    [InlineData("tier and names", 1, 6, "does not follow", "write && for \"and\"")]
    [InlineData("true &&\n  releases", 2, 3, "this is int, where bool is wanted", "compare")]
    [InlineData("tier.matches('(')", 1, 14, "invalid pattern", "RE2")]
    [InlineData("tier.startWith('G')", 1, 6, "undeclared reference to 'startWith'", "did you mean startsWith?")]
    [InlineData("releases.all(r, r)", 1, 10, "cannot be range of a comprehension", "list")]
    [InlineData("1 +", 1, 4, "", "")]
    public void A_mistake_is_refused_with_its_place_and_cure(string source, int line, int column, string message, string cure)
    {
        var problem = Refused(source);

        Assert.Equal((line, column), (problem.Line, problem.Column));
        Assert.Contains(message, problem.Message);
        Assert.Contains(cure, problem.Cure);
    }

    [Fact]
    public void Every_type_error_is_told_and_not_only_the_first() =>
        Assert.Equal(2, Assert.Throws<ExpressionException>(() => Facts.Compile("tire == 'a' || releases == 'b'")).Problems.Count);

    [Fact]
    public void An_error_says_where_it_came_from() => Assert.Equal(11, Evaluate("true &&\n 1 / 0 > 1").AsError.Position);

    [Theory]
    [InlineData("[1,2,3,4,5,6,7,8,9,10].all(a, [1,2,3,4,5,6,7,8,9,10].all(b, [1,2,3,4,5,6,7,8,9,10].all(c, [1,2,3,4,5,6,7,8,9,10].all(d, a + b + c + d > 0))))")]
    [InlineData("[1,2,3,4,5,6,7,8,9,10].map(a, [1,2,3,4,5,6,7,8,9,10].map(b, [1,2,3,4,5,6,7,8,9,10].map(c, [1,2,3,4,5,6,7,8,9,10].map(d, a))))")]
    [InlineData("true || [1,2,3,4,5,6,7,8,9,10].exists(a, [1,2,3,4,5,6,7,8,9,10].exists(b, [1,2,3,4,5,6,7,8,9,10].exists(c, [1,2,3,4,5,6,7,8,9,10].exists(d, dyn(releases) == 'x'))))", true)]
    public void An_evaluation_that_takes_too_many_steps_is_stopped(string source, bool decidesFirst = false)
    {
        var value = Evaluate(source);

        if (decidesFirst) Assert.True(value.AsBool);
        else Assert.True(value.AsError.IsBudget);
    }

    [Fact]
    public void Doubling_a_text_or_a_list_ends_at_a_limit()
    {
        var text = "'" + new string('x', 1000) + "'";
        var doubled = Enumerable.Range(0, 20).Aggregate(text, (inner, n) => $"cel.bind(a{n}, {inner}, a{n} + a{n})");
        var list = Enumerable.Range(0, 20).Aggregate("[1, 2]", (inner, n) => $"cel.bind(a{n}, {inner}, a{n} + a{n})");
        var wide = new ExpressionEnvironment([], limits: new ExpressionLimits(SourceLength: 10_000));

        foreach (var source in new[] { doubled, list })
            Assert.Equal(ValueKind.Error, wide.Compile(source).Evaluate(new Bindings(wide), int.MaxValue).Kind);
    }

    [Theory]
    [InlineData("(", 1000)]
    [InlineData("[", 1000)]
    [InlineData("!", 100_000)]
    [InlineData("-", 1999)]
    [InlineData("a.", 900)]
    [InlineData("1 + ", 500)]
    [InlineData("{1:", 600)]
    [InlineData("true ? 1 : ", 180)]
    public void A_hostile_source_is_refused_and_harms_nothing(string part, int times) =>
        Assert.NotEmpty(Refused(string.Concat(Enumerable.Repeat(part, times)) + "1").Cure);

    [Fact]
    public void A_long_chain_of_conditions_is_no_depth() =>
        Assert.True(Evaluate(string.Join(" && ", Enumerable.Repeat("true", 250))).AsBool);

    [Fact]
    public void A_list_of_five_thousand_is_gone_through_within_the_budget()
    {
        var names = Value.List(Enumerable.Range(0, 3000).Select(n => $"name-{n}"));

        Assert.False(Evaluate("names.exists(name, name == '')", bindings => bindings.Set("names", names), budget: 50_000).AsBool);
        Assert.True(Evaluate("names.exists(name, name == '')", bindings => bindings.Set("names", names), budget: 1000).AsError.IsBudget);
    }

    [Theory]
    [InlineData("'(a+)+$'", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", false)]
    [InlineData(@"r'^\d+$'", "12\n", false)]
    [InlineData(@"r'^\d+$'", "١٢", false)]
    [InlineData(@"r'^[[:alpha:]]+$'", "abc", true)]
    [InlineData(@"r'^[[:alpha:]]+$'", ":al", false)]
    [InlineData(@"r'(?i)^GOLD$'", "gold", true)]
    [InlineData(@"r'(?P<first>a)(b)'", "xab", true)]
    [InlineData(@"r'^\Qa.b\E$'", "axb", false)]
    [InlineData(@"r'\x{1F600}'", "\U0001F600", true)]
    [InlineData(@"r'^[^\d\s]+$'", "ab", true)]
    [InlineData(@"r'(?m)^b$'", "a\nb\nc", true)]
    [InlineData("'^a{2,3}$'", "aaaa", false)]
    public void A_pattern_means_what_it_means_to_RE2(string pattern, string text, bool expected) =>
        Assert.Equal(expected, Evaluate($"tier.matches({pattern})", bindings => bindings.Set("tier", Value.String(text))).AsBool);

    [Theory]
    [InlineData(@"r'(?=a)'")]
    [InlineData(@"r'(?<=a)b'")]
    [InlineData(@"r'(a)\1'")]
    [InlineData(@"r'[a'")]
    [InlineData(@"r'((a{100}){100}){100}'")]
    [InlineData(@"r'(?U)a'")]
    [InlineData(@"r'\'")]
    public void A_pattern_that_RE2_lacks_is_refused(string pattern) => Assert.Contains("invalid pattern", Refused($"tier.matches({pattern})").Message);

    [Theory]
    [InlineData("[[], [[]], [[[]]]]", "list(list(list(list(dyn))))")]
    [InlineData("[[[[]]], [], [[]]]", "list(list(list(list(dyn))))")]
    [InlineData("([].map(x, x))[0].foo", "dyn")]
    [InlineData("[1, 'a']", "list(dyn)")]
    [InlineData("[now - now, null]", "list(google.protobuf.Duration)")]
    [InlineData("{'a': 1}['a']", "int")]
    [InlineData("names.map(n, size(n))", "list(int)")]
    [InlineData("[pair(1, 2u), pair(dyn(1), dyn(2u))][0]", "pair(dyn, dyn)")]
    [InlineData("same(pair(dyn(1), 2u))", "pair(dyn, dyn)")]
    [InlineData("pair(1, 'a') == pair(2, 'b')", "bool")]
    [InlineData("true ? null : now", "google.protobuf.Timestamp")]
    public void The_check_tells_the_type_of_the_result(string source, string expected)
    {
        var (a, b) = (CelType.TypeParameter("A"), CelType.TypeParameter("B"));
        var environment = new ExpressionEnvironment([KeyValuePair.Create("now", CelType.Timestamp), KeyValuePair.Create("names", CelType.List(CelType.String))], functions:
        [
            new FunctionDeclaration("pair", false, [a, b], CelType.Opaque("pair", a, b)),
            new FunctionDeclaration("same", false, [CelType.Opaque("pair", a, a)], CelType.Opaque("pair", a, a)),
        ]);

        Assert.Equal(expected, environment.Compile(source).Type.Name);
    }

    [Fact]
    public void One_expression_is_evaluated_by_many_at_once()
    {
        var expression = Facts.Compile("names.filter(name, name.startsWith(tier)).map(name, size(name)).exists(n, n == releases)");

        Parallel.For(0, 2000, n =>
        {
            var bindings = new Bindings(Facts).Set("names", Value.List([$"a{n}", "b"])).Set("tier", Value.String("a")).Set("releases", Value.Int($"a{n}".Length));
            Assert.True(expression.Evaluate(bindings).AsBool);
        });
    }

    [Fact]
    public void Bindings_of_another_environment_and_names_that_are_not_declared_are_a_callers_mistake()
    {
        Assert.Throws<ArgumentException>(() => new Bindings(Facts).Set("nothing", Value.Null));
        Assert.Throws<ArgumentException>(() => Facts.Compile("true").Evaluate(new Bindings(new ExpressionEnvironment([]))));
    }
}
