using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DotLiquid;
using DotLiquid.Exceptions;
using Tarmac.Model.Problems;

namespace Tarmac.Roads;

/// <summary>A rendered tree, or why there is none.</summary>
public sealed record RenderReading(RenderedTree? Tree, IReadOnlyList<InputProblem> Problems);

/// <summary>Renders a road with answers its parameters have accepted: pure, in memory, the same bytes for the same road and answers.</summary>
public static class RoadTemplate
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    public static RenderReading Render(Road road, JsonObject answers)
    {
        using var limit = new CancellationTokenSource(Longest);
        var problems = new List<InputProblem>();
        var variables = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var parameter in road.Parameters.Fields) variables[parameter.Name] = Value(answers[parameter.Name]);

        foreach (var (name, expression) in road.Derived)
            variables[name] = Render(expression, variables, RoadFile.FileName, problems, limit.Token);

        var files = new List<RenderedFile>();
        var paths = new RenderedPaths(problems);
        long bytes = 0;
        foreach (var file in road.Skeleton)
        {
            var place = $"{SkeletonReader.FolderName}/{file.Path}";
            if (RenderedPath(file, variables, place, problems, limit.Token) is not { } path || !paths.Add(path, place)) continue;
            var content = file.Content;
            if (file.IsTemplate)
            {
                var text = SkeletonReader.TextOf(file) ?? throw new InvalidOperationException($"{place} was not checked when the road was read.");
                if (Render(text, variables, place, problems, limit.Token) is not { } rendered) continue;
                content = Encoding.UTF8.GetBytes(rendered);
            }
            if ((bytes += content.Length) > SkeletonReader.MostBytes)
            {
                problems.Add(new InputProblem(RoadCodes.Template, "What the road makes is too large.", place, Cure: $"All files together may have {SkeletonReader.MostBytes / 1024 / 1024} MB."));
                break;
            }
            files.Add(new RenderedFile(path, content, file.Executable));
        }
        if (paths.Add(RenderedTree.AnswersPath, "the record of the answers"))
            files.Add(new RenderedFile(RenderedTree.AnswersPath, Encoding.UTF8.GetBytes(AnswersFile(road, answers)), Executable: false));
        files.Sort((left, right) => string.CompareOrdinal(left.Path, right.Path));
        return new RenderReading(problems.Count == 0 ? new RenderedTree(files) : null, problems);
    }

    /// <summary>Each part of a path is rendered by itself, so that an answer cannot bring a folder of its own.</summary>
    private static string? RenderedPath(SkeletonFile file, Dictionary<string, object?> variables, string place, List<InputProblem> problems, CancellationToken cancellation)
    {
        var path = file.IsTemplate ? file.Path[..^SkeletonFile.TemplateEnding.Length] : file.Path;
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (Render(part, variables, place, problems, cancellation) is not { } rendered) return null;
            if (RenderedPaths.WhyNot(rendered) is { } why)
            {
                problems.Add(new InputProblem(RoadCodes.Path, $"\"{part}\" becomes \"{Printable(rendered)}\", which {why}.", place, Cure: "Change the name in the skeleton, or the answer it is made of."));
                return null;
            }
            parts.Add(rendered);
        }
        return string.Join('/', parts);
    }

    private static string? Render(string template, Dictionary<string, object?> variables, string place, List<InputProblem> problems, CancellationToken cancellation)
    {
        if (!template.Contains('{', StringComparison.Ordinal)) return template;
        try
        {
            var parsed = Template.Parse(template, SyntaxCompatibility.DotLiquid22);
            // DotLiquid wants a context of its own for each rendering; ours knows no file system, no globals and no culture but one.
            var context = new Context([], Hash.FromDictionary(variables), [], ErrorsOutputMode.Rethrow, maxIterations: 1_000, formatProvider: CultureInfo.InvariantCulture, cancellationToken: cancellation);
            context.AddFilters(typeof(LiquidFilters));
            using var writer = new LimitedWriter(SkeletonReader.MostBytesOfOne);
            parsed.Render(writer, RenderParameters.FromContext(context, CultureInfo.InvariantCulture));
            if (context.Errors.Count == 0) return writer.ToString();
            problems.Add(new InputProblem(RoadCodes.Template, $"The template cannot be rendered: {context.Errors[0].Message}", place, Cure: "Correct the template of the road."));
        }
        catch (Exception error) when (error is LiquidException or OperationCanceledException or LimitedWriter.FullException)
        {
            var message = error is OperationCanceledException ? $"it takes longer than {Longest.TotalSeconds:0} seconds." : error.Message;
            problems.Add(new InputProblem(RoadCodes.Template, $"The template cannot be rendered: {message}", place, Cure: "Correct the template of the road."));
        }
        return null;
    }

    private static string AnswersFile(Road road, JsonObject answers)
    {
        var text = new StringBuilder()
            .Append("# Which paved road this repository was made from, and with which answers, so that improvements of the road can be offered later.\n")
            .Append("# Nothing reads this file to build, test or run. Delete it to get no more offers.\n")
            .Append(CultureInfo.InvariantCulture, $"apiVersion: {RoadFile.ApiVersion}\nkind: RoadAnswers\nroad: {LiquidFilters.Yaml(road.Name)}\nversion: {road.Version}\nanswers:\n");
        foreach (var (name, value) in answers) text.Append(CultureInfo.InvariantCulture, $"  {LiquidFilters.Yaml(name)}: {LiquidFilters.Yaml(Value(value))}\n");
        return text.ToString();
    }

    private static object? Value(JsonNode? answer) => answer?.GetValueKind() switch
    {
        null => null,
        JsonValueKind.Number => answer.GetValue<long>(),
        JsonValueKind.True or JsonValueKind.False => answer.GetValue<bool>(),
        _ => answer.GetValue<string>(),
    };

    private static string Printable(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? '\uFFFD' : letter));

    /// <summary>Text up to a limit.</summary>
    private sealed class LimitedWriter(int most) : StringWriter(CultureInfo.InvariantCulture)
    {
        public override void Write(char value)
        {
            Claim(1);
            base.Write(value);
        }

        public override void Write(string? value)
        {
            Claim(value?.Length ?? 0);
            base.Write(value);
        }

        public override void Write(char[] buffer, int index, int count)
        {
            Claim(count);
            base.Write(buffer, index, count);
        }

        private void Claim(int more)
        {
            if (GetStringBuilder().Length + more > most) throw new FullException($"the result is longer than {most} characters.");
        }

        public sealed class FullException(string message) : Exception(message);
    }
}
