using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tarmac.Model.Problems;
using Tarmac.Model.Yaml;

namespace Tarmac.Workloads;

/// <summary>The root of a Score file: metadata, service ports, resources; containers are read by <see cref="ContainerReader"/>.</summary>
internal static partial class ScoreFileReader
{
    private const string LabelShape = "2 to 63 lower-case letters, digits and dashes, not starting or ending with a dash";

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex Label { get; }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9-]{0,61}[A-Za-z0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex TypeName { get; }

    [GeneratedRegex(@"^[a-z0-9]+(?:-+[a-z0-9]+)*(?:\.[a-z0-9]+(?:-+[a-z0-9]+)*)*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ResourceId { get; }

    [GeneratedRegex(@"^(([a-z0-9][a-z0-9-]{0,61}[a-z0-9])(\.[a-z0-9][a-z0-9-]{0,61}[a-z0-9])*/)?[A-Za-z0-9][A-Za-z0-9._-]{0,61}[A-Za-z0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex AnnotationKey { get; }

    public static WorkloadReading Read(string text, string file)
    {
        var yaml = YamlReader.Read(text, file);
        var problems = new List<InputProblem>(yaml.Problems);
        var warnings = new List<InputProblem>();
        if (problems.Count > 0) return new WorkloadReading(null, problems, warnings);
        var documents = yaml.Documents.Where(document => !document.IsEmpty).ToList();
        if (documents.Count > 1)
        {
            problems.Add(new InputProblem(WorkloadCodes.Value, "A Score file holds one workload; this one has several documents.", file,
                documents[1].Line, 1, null, "Keep one document in each file."));
            return new WorkloadReading(null, problems, warnings);
        }
        var root = YamlFields.Root(documents.Count == 0 ? null : documents[0].Root, file, WorkloadCodes.Fields, problems);
        var workload = root is null ? null : Read(root, warnings);
        return new WorkloadReading(problems.Count == 0 ? workload : null, problems, warnings);
    }

    private static Workload Read(YamlFields root, List<InputProblem> warnings)
    {
        if (root.Text("apiVersion", required: true) is { } version && version != Workload.ApiVersion)
            root.WrongValue("apiVersion", $"\"{version}\" is not a version of Score that Tarmac reads.", $"Write {Workload.ApiVersion}.");

        var metadata = root.Map("metadata", required: true);
        var name = metadata?.Text("name", required: true, minimum: 2, maximum: 63, Label, LabelShape) ?? "";
        var annotationFields = metadata?.Map("annotations");
        var annotations = Annotations(annotationFields);
        var hints = WorkloadHints.Read(annotationFields, warnings);

        var service = root.Map("service");
        var ports = Named(service?.Map("ports"), Port);
        service?.RefuseUnknown();

        var containers = root.Map("containers", required: true);
        if (containers is { Mapping.Entries.Count: 0 }) root.WrongValue("containers", "`containers` is empty.", "Describe at least one container.");
        var read = Named(containers, fields => ContainerReader.Read(fields, warnings, Label));
        var resources = Named(root.Map("resources"), Resource);
        root.RefuseUnknown();
        return new Workload(name, metadata is null ? [] : Json(metadata), annotations, hints, ports, read, resources);
    }

    /// <summary>A mapping whose keys are names (DNS labels) and whose values are mappings.</summary>
    private static OrderedDictionary<string, T> Named<T>(YamlFields? fields, Func<YamlFields, T> read)
    {
        var items = new OrderedDictionary<string, T>(StringComparer.Ordinal);
        foreach (var entry in fields?.Mapping.Entries ?? [])
        {
            CheckName(fields!, entry, Label, LabelShape);
            if (fields!.Map(entry) is { } item) items.Add(entry.Key, read(item));
        }
        return items;
    }

    internal static void CheckName(YamlFields fields, YamlEntry entry, Regex pattern, string shape)
    {
        if (pattern.IsMatch(entry.Key)) return;
        fields.Problems.Add(new InputProblem(WorkloadCodes.Value, $"The name \"{entry.Key}\" must be {shape}.", fields.File, entry.Line, entry.Column,
            fields.PathOf(entry.Key), "Rename it."));
    }

    private static ServicePort Port(YamlFields fields)
    {
        var port = fields.Integer("port", required: true, 1, 65535) ?? 0;
        var target = fields.Integer("targetPort", minimum: 1, maximum: 65535) ?? port;
        var protocol = fields.Word("protocol", ["TCP", "UDP"]) == "UDP" ? PortProtocol.Udp : PortProtocol.Tcp;
        fields.RefuseUnknown();
        return new ServicePort(port, target, protocol);
    }

    private static ResourceNeed Resource(YamlFields fields)
    {
        const string shape = "2 to 63 letters, digits and dashes, not starting or ending with a dash";
        var type = fields.Text("type", required: true, minimum: 2, maximum: 63, TypeName, shape) ?? "";
        var kind = fields.Text("class", minimum: 2, maximum: 63, pattern: TypeName, shape: shape) ?? "default";
        var id = fields.Text("id", minimum: 2, maximum: 63, pattern: ResourceId, shape: "2 to 63 lower-case letters and digits, with single dots or dashes between them");
        var metadata = fields.Map("metadata");
        Annotations(metadata?.Map("annotations"));
        var parameters = fields.Map("params");
        fields.RefuseUnknown();
        return new ResourceNeed(type, kind, id, metadata is null ? [] : Json(metadata), parameters is null ? [] : Json(parameters));
    }

    private static OrderedDictionary<string, string> Annotations(YamlFields? fields)
    {
        var annotations = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in fields?.Mapping.Entries ?? [])
        {
            if (entry.Key.Length is < 2 or > 316 || !AnnotationKey.IsMatch(entry.Key))
            {
                fields!.Problems.Add(new InputProblem(WorkloadCodes.Value, $"\"{entry.Key}\" is not a name an annotation can have.", fields.File,
                    entry.Line, entry.Column, fields.PathOf(entry.Key), "Use letters, digits, dots, dashes and underscores, with an optional host name and slash before them."));
            }
            if (fields!.Text(entry) is { } text) annotations.Add(entry.Key, text);
        }
        return annotations;
    }

    private static JsonObject Json(YamlFields fields) => (JsonObject)fields.Mapping.ToJson();
}
