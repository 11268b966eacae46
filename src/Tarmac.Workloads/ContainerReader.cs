using System.Globalization;
using System.Text.RegularExpressions;
using Tarmac.Model.Problems;
using Tarmac.Model.Yaml;

namespace Tarmac.Workloads;

/// <summary>One container of a Score file.</summary>
internal static partial class ContainerReader
{
    [GeneratedRegex(@"^0?[0-7]{3}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Mode { get; }

    [GeneratedRegex(@"^[^=]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex VariableName { get; }

    [GeneratedRegex(@"^[A-Za-z0-9_-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderName { get; }

    private static readonly string[] ContentFields = ["content", "binaryContent", "source"];

    public static Container Read(YamlFields fields, List<InputProblem> warnings, Regex label)
    {
        var image = fields.Text("image", required: true, minimum: 1) ?? "";
        var command = fields.Texts("command") ?? [];
        var args = fields.Texts("args") ?? [];
        var variables = Variables(fields.Map("variables"));
        var files = ByTarget(fields, "files", warnings, ReadFile);
        var volumes = ByTarget(fields, "volumes", warnings, ReadVolume);
        var before = Before(fields.Map("before"), label);
        var resources = fields.Map("resources");
        var limits = Compute(resources?.Map("limits"));
        var requests = Compute(resources?.Map("requests"));
        resources?.RefuseUnknown();
        var liveness = ReadProbe(fields.Map("livenessProbe"), warnings);
        var readiness = ReadProbe(fields.Map("readinessProbe"), warnings);
        fields.RefuseUnknown();
        return new Container(image, command, args, variables, files, volumes, before, limits, requests, liveness, readiness);
    }

    private static OrderedDictionary<string, string> Variables(YamlFields? fields)
    {
        var variables = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in fields?.Mapping.Entries ?? [])
        {
            ScoreFileReader.CheckName(fields!, entry, VariableName, "at least one character and hold no =");
            if (fields!.Text(entry) is { } text) variables.Add(entry.Key, text);
        }
        return variables;
    }

    /// <summary>A mapping by target path, or the deprecated list whose items name their target.</summary>
    private static OrderedDictionary<string, T> ByTarget<T>(YamlFields fields, string key, List<InputProblem> warnings, Func<YamlFields, T> read)
    {
        var items = new OrderedDictionary<string, T>(StringComparer.Ordinal);
        if (fields.Entry(key) is not { } entry) return items;
        if (entry.Value is not YamlSequence list)
        {
            var map = fields.Map(entry);
            foreach (var target in map?.Mapping.Entries ?? [])
            {
                if (map!.Map(target) is { } item) items.Add(target.Key, read(item));
            }
            return items;
        }
        warnings.Add(new InputProblem(WorkloadCodes.Deprecated, $"`{key}` is written as a list, which Score has deprecated.", fields.File, entry.Line,
            entry.Column, fields.PathOf(key), "Write a mapping from each target to its details."));
        for (var i = 0; i < list.Items.Count; i++)
        {
            if (fields.Item(list.Items[i], $"{fields.PathOf(key)}[{i}]") is not { } item) continue;
            var target = item.Text("target", required: true, minimum: 1);
            var details = read(item);
            if (target is not null && !items.TryAdd(target, details))
                item.WrongValue("target", $"\"{target}\" is the target of an earlier entry too.", "Give every entry a target of its own.");
        }
        return items;
    }

    private static ContainerFile ReadFile(YamlFields fields)
    {
        var given = ContentFields.Count(fields.Has);
        if (given != 1)
        {
            fields.WrongValue(fields.Mapping, fields.Path,
                given == 0 ? "The file has no content." : "The file has more than one content.", "Give exactly one of content, binaryContent and source.");
        }
        var mode = fields.Text("mode", pattern: Mode, shape: "three octal digits, with an optional 0 before them, in quotes");
        var source = fields.Text("source", minimum: 1);
        var content = fields.Text("content");
        var encoded = fields.Text("binaryContent");
        byte[]? binary = null;
        if (encoded is not null)
        {
            var buffer = new byte[encoded.Length];
            if (Convert.TryFromBase64String(encoded, buffer, out var length)) binary = buffer[..length];
            else fields.WrongValue("binaryContent", "The text is not base64.", "Encode the bytes with standard base64, for example with `base64 -w0`.");
        }
        var noExpand = fields.Flag("noExpand") ?? false;
        fields.RefuseUnknown();
        UnixFileMode? unixMode = mode is null ? null : (UnixFileMode)Convert.ToInt32(mode, 8);
        return new ContainerFile(content, binary is null ? null : new ReadOnlyMemory<byte>(binary), source, unixMode, noExpand);
    }

    private static ContainerVolume ReadVolume(YamlFields fields)
    {
        var source = fields.Text("source", required: true) ?? "";
        var path = fields.Text("path");
        var readOnly = fields.Flag("readOnly") ?? false;
        fields.RefuseUnknown();
        return new ContainerVolume(source, path, readOnly);
    }

    private static OrderedDictionary<string, ReadyWhen> Before(YamlFields? fields, Regex label)
    {
        var before = new OrderedDictionary<string, ReadyWhen>(StringComparer.Ordinal);
        foreach (var entry in fields?.Mapping.Entries ?? [])
        {
            ScoreFileReader.CheckName(fields!, entry, label, "the name of a container");
            if (fields!.Map(entry) is not { } item) continue;
            if (item.Word("ready", ["started", "healthy", "complete"], required: true) is { } ready) before.Add(entry.Key, Enum.Parse<ReadyWhen>(ready, ignoreCase: true));
            item.RefuseUnknown();
        }
        return before;
    }

    private static ComputeResources? Compute(YamlFields? fields)
    {
        if (fields is null) return null;
        var cpu = Amount(fields, "cpu", Quantities.CpuMilli, "an amount of processors", "Write whole or fractional processors, or thousandths: \"2\", \"0.5\" or \"500m\".");
        var memory = Amount(fields, "memory", Quantities.MemoryBytes, "an amount of memory", "Write a number and K, M, G, Ki, Mi or Gi, for example \"256Mi\".");
        fields.RefuseUnknown();
        return new ComputeResources(cpu, memory);
    }

    private static long? Amount(YamlFields fields, string key, Func<string, long?> parse, string what, string cure)
    {
        if (fields.Text(key) is not { } text) return null;
        if (parse(text) is { } amount) return amount;
        fields.WrongValue(key, $"\"{text}\" is not {what}.", cure);
        return null;
    }

    private static Probe? ReadProbe(YamlFields? fields, List<InputProblem> warnings)
    {
        if (fields is null) return null;
        var exec = fields.Map("exec");
        var command = exec?.Texts("command", required: true);
        exec?.RefuseUnknown();
        var http = fields.Map("httpGet") is { } httpFields ? ReadHttp(httpFields, warnings) : null;
        if (!fields.Has("exec") && !fields.Has("httpGet"))
        {
            fields.Problems.Add(new InputProblem(WorkloadCodes.Missing, "The probe says neither httpGet nor exec.", fields.File, fields.Mapping.Line,
                fields.Mapping.Column, fields.Path, "Add `httpGet:` with a port and a path, or `exec:` with a command."));
        }
        else if (command is not null && http is not null)
        {
            warnings.Add(new InputProblem(WorkloadCodes.Value, "The probe says both exec and httpGet; exec is used.", fields.File, fields.Mapping.Line,
                fields.Mapping.Column, fields.Path, "Keep one: implementations of Score disagree on which they use."));
        }
        fields.RefuseUnknown();
        return new Probe(http, command);
    }

    private static HttpProbe ReadHttp(YamlFields fields, List<InputProblem> warnings)
    {
        var port = fields.Integer("port", required: true, 1, 65535) ?? 0;
        var path = fields.Text("path", required: true) ?? "";
        // Score allows any text here, and implementations differ in what they make of it.
        if (fields.Entry("path") is { } entry && !WorkloadHints.IsUrlPath(path))
        {
            warnings.Add(new InputProblem(WorkloadCodes.Value, $"\"{path}\" is not the path of a URL; it is asked for below /.", fields.File, entry.Line,
                entry.Column, fields.PathOf("path"), "Begin it with one slash, for example /health/ready."));
        }
        var host = fields.Text("host", minimum: 1);
        var scheme = fields.Word("scheme", ["HTTP", "HTTPS"]) ?? "HTTP";
        var headers = new List<KeyValuePair<string, string>>();
        var list = fields.List("httpHeaders") ?? [];
        for (var i = 0; i < list.Count; i++)
        {
            if (fields.Item(list[i], string.Create(CultureInfo.InvariantCulture, $"{fields.PathOf("httpHeaders")}[{i}]")) is not { } header) continue;
            var name = header.Text("name", required: true, pattern: HeaderName, shape: "letters, digits, dashes and underscores");
            var value = header.Text("value", required: true, minimum: 1);
            if (name is not null && value is not null) headers.Add(new(name, value));
            header.RefuseUnknown();
        }
        fields.RefuseUnknown();
        return new HttpProbe(port, path, host, scheme, headers);
    }
}
