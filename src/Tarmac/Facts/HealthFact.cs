using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Tarmac.Facts;

/// <summary>
/// What a health report by the FT health check standard (version 1.1) is worth to whoever operates the service. Reports of
/// strangers are read as they come: every defect is told, none is fatal.
/// </summary>
/// <param name="Offered">Whether there is a report at all.</param>
/// <param name="Checks">How many checks it lists.</param>
/// <param name="Failing">The ids of those that say they fail.</param>
/// <param name="Urgent">Whether one that fails has severity 1.</param>
/// <param name="Defects">What is wrong with the report itself, in sentences.</param>
public sealed partial record HealthFact(bool Offered, int Checks, IReadOnlyList<string> Failing, bool Urgent, IReadOnlyList<string> Defects)
{
    private const int MostDefects = 20;
    private const int MostChecks = 500;

    public static readonly HealthFact None = new(false, 0, [], false, []);

    /// <summary>Reads a report. Never throws for any text.</summary>
    public static HealthFact Read(ReadOnlyMemory<byte> report)
    {
        try
        {
            using var document = JsonDocument.Parse(report, new JsonDocumentOptions { MaxDepth = 16 });
            return Read(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The latter for half a surrogate pair in a string.
            return new(true, 0, [], false, ["The report is not JSON."]);
        }
    }

    public static HealthFact Read(JsonElement report)
    {
        var defects = new List<string>();
        if (report.ValueKind != JsonValueKind.Object) return new(true, 0, [], false, ["The report is not a JSON object."]);
        if (!report.TryGetProperty("schemaVersion", out var version) || version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number) || number != 1)
            defects.Add("schemaVersion is not the number 1.");
        if (TextOf(report, "systemCode").Length == 0) defects.Add("systemCode is missing or empty.");
        if (TextOf(report, "name").Length == 0) defects.Add("name is missing or empty.");
        if (!report.TryGetProperty("checks", out var checks) || checks.ValueKind != JsonValueKind.Array || checks.GetArrayLength() == 0)
            return new(true, 0, [], false, [.. defects, "checks is missing or empty."]);

        var (ids, failing, urgent, position) = (new HashSet<string>(StringComparer.Ordinal), new List<string>(), false, 0);
        foreach (var check in checks.EnumerateArray().Take(MostChecks))
        {
            position++;
            if (check.ValueKind != JsonValueKind.Object)
            {
                defects.Add($"Check {position} is not an object.");
                continue;
            }
            var id = TextOf(check, "id");
            var named = id.Length > 0 ? $"Check {Shorten(id)}" : $"Check {position}";
            if (!Id().IsMatch(id)) defects.Add($"{named}: the id is missing, or holds more than lower-case letters, digits and dashes.");
            else if (!ids.Add(id)) defects.Add($"{named}: the id is used twice.");
            foreach (var field in (string[])["name", "businessImpact", "technicalSummary", "panicGuide"])
                if (TextOf(check, field).Length == 0) defects.Add($"{named}: {field} is missing or empty.");
            var severity = check.TryGetProperty("severity", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var level) ? level : 0;
            if (severity is < 1 or > 3) defects.Add($"{named}: severity is not 1, 2 or 3.");
            if (!check.TryGetProperty("ok", out var ok) || ok.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) defects.Add($"{named}: ok is not true or false.");
            else if (ok.ValueKind == JsonValueKind.False)
            {
                failing.Add(id.Length > 0 ? Shorten(id) : position.ToString());
                urgent |= severity == 1;
            }
        }
        return new(true, checks.GetArrayLength(), failing, urgent, defects.Count <= MostDefects ? defects : [.. defects.Take(MostDefects), $"And {defects.Count - MostDefects} more."]);
    }

    public JsonObject ToJson() => (JsonObject)JsonSerializer.SerializeToNode(this, JsonSerializerOptions.Web)!;

    /// <summary>What a stored fact says; null when it cannot be read as one.</summary>
    public static HealthFact? Of(Fact fact)
    {
        try
        {
            return fact.Value.Deserialize<HealthFact>(JsonSerializerOptions.Web) is { Failing: not null, Defects: not null } read ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string TextOf(JsonElement owner, string field) =>
        owner.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()!.Trim() : "";

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";

    [GeneratedRegex("^[a-z0-9-]+$")]
    private static partial Regex Id();
}
