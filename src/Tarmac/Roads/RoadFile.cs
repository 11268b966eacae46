using System.Text.RegularExpressions;
using Tarmac.Model.Catalog;
using Tarmac.Model.Problems;
using Tarmac.Model.Schemas;
using Tarmac.Model.Yaml;

namespace Tarmac.Roads;

/// <summary>Reads a road from its folder: <c>road.yaml</c> and everything below <c>skeleton/</c>.</summary>
public static partial class RoadFile
{
    public const string ApiVersion = "tarmac.dev/v1alpha1";

    public const string FileName = "road.yaml";

    [GeneratedRegex(@"^[a-z][a-z0-9]*(?:-[a-z0-9]+)*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex NamePattern { get; }

    [GeneratedRegex(@"^(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\z", RegexOptions.CultureInvariant)]
    private static partial Regex VersionPattern { get; }

    [GeneratedRegex(@"^[a-z][a-z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex VariablePattern { get; }

    /// <summary>Reads and checks a road. Never throws for what the folder holds; a folder that cannot be read is a problem too.</summary>
    public static RoadReading Read(string folder)
    {
        var problems = new List<InputProblem>();
        try
        {
            var file = Path.Combine(folder, FileName);
            if (!File.Exists(file))
            {
                problems.Add(new InputProblem(RoadCodes.Skeleton, $"{folder} is no road: it has no {FileName}.", Cure: $"Add {FileName}, or name another folder."));
                return new RoadReading(null, problems);
            }
            var yaml = YamlReader.Read(File.ReadAllText(file), FileName);
            problems.AddRange(yaml.Problems);
            if (problems.Count > 0) return new RoadReading(null, problems);
            if (YamlFields.Root(yaml.Documents.FirstOrDefault(document => !document.IsEmpty)?.Root, FileName, RoadCodes.Fields, problems) is not { } root)
                return new RoadReading(null, problems);
            var skeleton = SkeletonReader.Read(Path.Combine(folder, SkeletonReader.FolderName), problems);
            var road = Read(root, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), skeleton);
            if (problems.Count == 0) LiquidCheck.CheckAll(road, problems);
            return new RoadReading(problems.Count == 0 ? road : null, problems);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Add(new InputProblem(RoadCodes.Skeleton, $"The road cannot be read: {error.Message}", Cure: "Check that the folder and its files are there and readable."));
            return new RoadReading(null, problems);
        }
    }

    private static Road Read(YamlFields root, string folderName, IReadOnlyList<SkeletonFile> skeleton)
    {
        root.Word("apiVersion", [ApiVersion], required: true);
        root.Word("kind", ["Road"], required: true);

        var metadata = root.Map("metadata", required: true);
        var name = metadata?.Text("name", required: true, 2, 40, NamePattern, "2 to 40 lower-case letters, digits and single dashes") ?? "";
        if (name.Length > 0 && name != folderName) metadata!.WrongValue("name", $"The road is called \"{name}\" but its folder \"{folderName}\".", "Give both one name.");
        var title = metadata?.Text("title", required: true, 1, 80) ?? "";
        var description = metadata?.Text("description", required: true, 1, 300) ?? "";
        var version = metadata?.Text("version", required: true, pattern: VersionPattern, shape: "three numbers with dots, for example 1.2.0") ?? "";
        metadata?.RefuseUnknown();

        var spec = root.Map("spec", required: true);
        var ownerText = spec?.Text("owner", required: true) ?? "group:default/nobody";
        if (!EntityRef.TryParse(ownerText, "Group", EntityRef.DefaultNamespace, out var owner, out var why)) spec!.WrongValue("owner", why);
        var stage = spec?.Word("stage", ["alpha", "beta", "ga"], required: true);
        var parameters = spec?.Map("parameters", required: true);
        var asked = parameters is null ? InputSchema.Empty : RoadParameterReader.Read(parameters);
        var derived = Derived(spec?.Map("derived"), asked);
        var get = spec?.Texts("whatYouGet", required: true) ?? [];
        var costs = spec?.Texts("whatItCosts", required: true) ?? [];
        var leave = spec?.Text("howToLeave", required: true, 1) ?? "";
        var then = spec?.Texts("then") ?? [];
        spec?.RefuseUnknown();
        root.RefuseUnknown();

        return new Road(name, title, description, version, owner ?? EntityRef.Of("Group", "nobody"), stage is null ? RoadStage.Alpha : Enum.Parse<RoadStage>(stage, ignoreCase: true),
            asked, derived, get, costs, leave, then, skeleton);
    }

    private static OrderedDictionary<string, string> Derived(YamlFields? fields, InputSchema asked)
    {
        var derived = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in fields?.Mapping.Entries ?? [])
        {
            if (!VariablePattern.IsMatch(entry.Key) || asked[entry.Key] is not null)
                fields!.WrongValue(entry.Key, $"\"{entry.Key}\" is no name for a derived value, or a parameter has it.", "Use lower-case letters, digits and underscores, and a name of its own.");
            if (fields!.Text(entry, 1, 1000) is { } expression) derived.Add(entry.Key, expression);
        }
        return derived;
    }
}
