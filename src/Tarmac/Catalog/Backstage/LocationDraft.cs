using System.Text.Json.Nodes;
using Tarmac.Foundation.Web;
using Tarmac.Model.Catalog;

namespace Tarmac.Catalog.Backstage;

/// <summary>A first descriptor for a place that has none, as far as its address tells.</summary>
internal static class LocationDraft
{
    // Annotations by which other tools find a project, by the host that has it.
    private static readonly Dictionary<string, string> Slugs = new(StringComparer.OrdinalIgnoreCase)
    {
        ["github.com"] = "github.com/project-slug",
        ["gitlab.com"] = "gitlab.com/project-slug",
        ["bitbucket.org"] = "bitbucket.org/project-slug",
    };

    public static JsonObject Of(EntityPlace place)
    {
        var url = place.Type == "url" ? Uri.TryCreate(place.Target, UriKind.Absolute, out var parsed) ? parsed : throw new Problem(400, "bad-request", $"{place.Target} is no address.", null, "Give a whole one: https://…") : null;
        var parts = (url?.AbsolutePath ?? place.Target).Split('/', StringSplitOptions.RemoveEmptyEntries);
        var project = url is not null && Slugs.ContainsKey(url.Host) ? parts.Take(2).ToArray() : parts;
        var metadata = new JsonObject { ["name"] = NameOf(project.LastOrDefault() ?? "") };
        if (url is not null && project.Length == 2 && Slugs.TryGetValue(url.Host, out var slug)) metadata["annotations"] = new JsonObject { [slug] = $"{project[0]}/{WithoutGit(project[1])}" };
        return new JsonObject
        {
            ["entity"] = new JsonObject
            {
                ["apiVersion"] = "backstage.io/v1alpha1",
                ["kind"] = EntityKinds.Component,
                ["metadata"] = metadata,
                ["spec"] = new JsonObject { ["type"] = "other", ["lifecycle"] = "unknown" },
            },
            ["fields"] = new JsonArray(new JsonObject
            {
                ["field"] = "spec.owner",
                ["state"] = "needsUserInput",
                ["value"] = null,
                ["description"] = "Who answers for it: a group or a person.",
            }),
        };
    }

    private static string WithoutGit(string name) => name.EndsWith(".git", StringComparison.Ordinal) ? name[..^4] : name;

    private static string NameOf(string part)
    {
        var name = new string([.. WithoutGit(Uri.UnescapeDataString(part)).Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' ? letter : '-').Take(63)]).Trim('-', '_', '.');
        return name.Length == 0 ? "component" : name;
    }
}
