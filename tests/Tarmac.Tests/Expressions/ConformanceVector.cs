using System.Globalization;
using Tarmac.Expressions;
using Tarmac.Expressions.Types;
using Tarmac.Expressions.Values;

namespace Tarmac.Tests.Expressions;

internal enum Conformance
{
    Pass,
    Skip,
    Fail,
}

/// <summary>One vector of the conformance suite (cel-spec, tests/simple/testdata).</summary>
internal sealed record ConformanceVector(string File, string Section, TextProto Test)
{
    // What only protocol buffers have: messages and their packages, enums, extensions, and optional values, which are an extension of the language.
    private static readonly string[] Excluded = ["TestAllTypes", "google.protobuf.", "cel.expr.conformance", "GlobalEnum", "optional.", "[?", "{?", ".?"];

    public string Name => $"{File}/{Section}/{Test.Text("name")}";

    public static IEnumerable<ConformanceVector> All(string folder) => Directory.EnumerateFiles(folder, "*.textproto").Order(StringComparer.Ordinal).SelectMany(path =>
        TextProto.Read(System.IO.File.ReadAllText(path)).Messages("section").SelectMany(section => section.Messages("test").Select(
            test => new ConformanceVector(Path.GetFileNameWithoutExtension(path), section.Text("name") ?? "", test))));

    /// <summary>Runs it, and says what came out when that is not what should have.</summary>
    public (Conformance Outcome, string? Why) Run()
    {
        if (IsExcluded()) return (Conformance.Skip, null);
        try
        {
            var variables = Test.Messages("type_env").Where(each => each.Has("ident")).Select(each => KeyValuePair.Create(each.Text("name")!, TypeOf(each.Message("ident")!.Message("type")!))).ToDictionary();
            // A vector may bind what it does not declare; it is then of any type.
            foreach (var bound in Test.Messages("bindings")) variables.TryAdd(bound.Text("key")!, CelType.Dyn);
            var environment = new ExpressionEnvironment(variables, Test.Text("container") ?? "", new ExpressionLimits(SourceLength: 100_000, Nesting: 256), Test.Messages("type_env").SelectMany(Functions));
            var compiled = environment.Compile(Test.Text("expr")!, check: Test.Word("disable_check") != "true");
            var bindings = new Bindings(environment);
            foreach (var binding in Test.Messages("bindings")) bindings.Set(binding.Text("key")!, ValueOf(binding.Message("value")!.Message("value")!));
            if (Test.Message("typed_result") is { } typed && typed.Message("deduced_type") is { } deduced && compiled.Type.Name != TypeOf(deduced).Name)
                return (Conformance.Fail, $"the type is {compiled.Type}, not {TypeOf(deduced)}");
            return Test.Word("check_only") == "true" ? (Conformance.Pass, null) : Compare(compiled.Evaluate(bindings, 1_000_000));
        }
        catch (ExpressionException refused)
        {
            return (Conformance.Fail, refused.Message);
        }
    }

    private (Conformance Outcome, string? Why) Compare(Value result)
    {
        if (Test.Has("eval_error") || Test.Has("any_eval_errors")) return result.Kind == ValueKind.Error ? (Conformance.Pass, null) : (Conformance.Fail, $"{result}, where an error is wanted");
        if (Test.Has("unknown") || Test.Has("any_unknowns")) return result.Kind == ValueKind.Unknown ? (Conformance.Pass, null) : (Conformance.Fail, $"{result}, where unknown is wanted");
        var wanted = (Test.Message("value") ?? Test.Message("typed_result")?.Message("result")) is { } value ? ValueOf(value) : Value.True;
        return Text(result) == Text(wanted) ? (Conformance.Pass, null) : (Conformance.Fail, $"{result}, where {wanted} is wanted");
    }

    // As the values of protocol buffers are compared: maps in any order, a number of one kind is none of another.
    private static string Text(Value value) => value.Kind switch
    {
        ValueKind.Map => "{" + string.Join(", ", value.AsMap.Select(entry => $"{Text(entry.Key)}: {Text(entry.Value)}").Order(StringComparer.Ordinal)) + "}",
        ValueKind.List => "[" + string.Join(", ", value.AsList.Select(Text)) + "]",
        _ => $"{value.Kind} {value}",
    };

    private bool IsExcluded()
    {
        var expression = Test.Text("expr")!;
        // Timestamp and Duration are types of the language itself.
        var own = expression.Replace("google.protobuf.Timestamp", "", StringComparison.Ordinal).Replace("google.protobuf.Duration", "", StringComparison.Ordinal);
        return Excluded.Any(own.Contains) || (Test.Text("container") ?? "").StartsWith("cel.expr.conformance", StringComparison.Ordinal)
            || Mentions(Test, "object_value", "message_type", "enum_value", "optional_type") || expression.Contains("google.protobuf.Timestamp{", StringComparison.Ordinal);
    }

    private static bool Mentions(TextProto message, params string[] names) => message.Names.Any(name =>
        names.Contains(name) && !(name == "object_value" && IsTime(message.Message(name)!)) || MessagesOf(message, name).Any(inner => Mentions(inner, names)));

    private static IEnumerable<TextProto> MessagesOf(TextProto message, string name) => message.IsMessage(name) ? message.Messages(name) : [];

    private static bool IsTime(TextProto any) => any.Names.All(name => name.EndsWith("google.protobuf.Timestamp", StringComparison.Ordinal) || name.EndsWith("google.protobuf.Duration", StringComparison.Ordinal));

    private static IEnumerable<FunctionDeclaration> Functions(TextProto declared) => declared.Message("function")?.Messages("overloads").Select(overload => new FunctionDeclaration(
        declared.Text("name")!, overload.Word("is_instance_function") == "true", [.. overload.Messages("params").Select(TypeOf)], TypeOf(overload.Message("result_type")!))) ?? [];

    private static Value ValueOf(TextProto value)
    {
        var name = value.Names.Single();
        return name switch
        {
            "null_value" => Value.Null,
            "bool_value" => Value.Bool(value.Word(name) == "true"),
            "int64_value" => Value.Int(long.Parse(value.Word(name)!, CultureInfo.InvariantCulture)),
            "uint64_value" => Value.Uint(ulong.Parse(value.Word(name)!, CultureInfo.InvariantCulture)),
            "double_value" => Value.Double(Number(value.Word(name)!)),
            "string_value" => Value.String(value.Text(name)!),
            "bytes_value" => Value.Bytes(value.Octets(name)!),
            "type_value" => Value.Type(value.Text(name)!),
            "list_value" => Value.List(value.Message(name)!.Messages("values").Select(ValueOf)),
            "map_value" => Value.Map(new MapValue(value.Message(name)!.Messages("entries").Select(entry => KeyValuePair.Create(ValueOf(entry.Message("key")!), ValueOf(entry.Message("value")!))))),
            "object_value" => Time(value.Message(name)!),
            _ => throw new FormatException($"{name} is no value."),
        };
    }

    private static Value Time(TextProto any)
    {
        var name = any.Names.Single();
        var (seconds, nanoseconds) = (long.Parse(any.Message(name)!.Word("seconds") ?? "0", CultureInfo.InvariantCulture), int.Parse(any.Message(name)!.Word("nanos") ?? "0", CultureInfo.InvariantCulture));
        return name.EndsWith("Timestamp", StringComparison.Ordinal) ? Value.Timestamp(seconds, nanoseconds) : Value.Duration((seconds * 1_000_000_000) + nanoseconds);
    }

    private static double Number(string word) => word.TrimStart('-').ToLowerInvariant() switch
    {
        "inf" or "infinity" => word[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity,
        "nan" => double.NaN,
        _ => double.Parse(word, CultureInfo.InvariantCulture),
    };

    private static CelType TypeOf(TextProto type)
    {
        var name = type.Names.Single();
        return (name, type.Word(name)) switch
        {
            ("primitive", "BOOL") => CelType.Bool,
            ("primitive", "INT64") => CelType.Int,
            ("primitive", "UINT64") => CelType.Uint,
            ("primitive", "DOUBLE") => CelType.Double,
            ("primitive", "STRING") => CelType.String,
            ("primitive", "BYTES") => CelType.Bytes,
            ("wrapper", var of) => CelType.Nullable(TypeOf(TextProto.Read($"primitive: {of}"))),
            ("well_known", "TIMESTAMP") => CelType.Timestamp,
            ("well_known", "DURATION") => CelType.Duration,
            ("null", _) => CelType.Null,
            ("list_type", _) => CelType.List(TypeOf(type.Message(name)!.Message("elem_type")!)),
            ("map_type", _) => CelType.Map(TypeOf(type.Message(name)!.Message("key_type")!), TypeOf(type.Message(name)!.Message("value_type")!)),
            ("type_param", _) => CelType.TypeParameter(type.Text(name)!),
            ("abstract_type", _) => CelType.Opaque(type.Message(name)!.Text("name")!, type.Message(name)!.Messages("parameter_types").Select(TypeOf)),
            ("type", _) => CelType.Type(type.Message(name)!.Names.Any() ? TypeOf(type.Message(name)!) : CelType.Dyn),
            _ => CelType.Dyn,
        };
    }
}
