using System.Text.Json.Nodes;

namespace Tarmac.Catalog.Sources;

/// <summary>What a git host says of a push: to which repository, and which of its refs moved. Pure.</summary>
/// <param name="Repositories">Every address the host has for it.</param>
internal sealed record PushNews(IReadOnlyList<string> Repositories, IReadOnlyList<string> Refs, string? DefaultBranch)
{
    private const string Heads = "refs/heads/";
    private static readonly string[] Addresses = ["clone_url", "html_url", "git_http_url", "http_url", "web_url", "homepage"];
    private static readonly string[] AzureAddresses = ["remoteUrl", "webUrl"];

    /// <summary>Null when it tells of something other than a push: a test, an issue, a review.</summary>
    public static PushNews? Of(JsonObject body)
    {
        if (Text(body, "eventType") is { } azure) return azure == "git.push" ? OfAzure(body["resource"]) : null;
        // GitHub, Gitea and Forgejo; GitLab says project, and has some addresses under repository too.
        if (Text(body, "ref") is not { } moved || body["commits"] is not JsonArray) return null;
        var told = (JsonNode?[])[body["repository"], body["project"]];
        return new PushNews(
            [.. told.SelectMany(node => Addresses.Select(field => Text(node, field))).OfType<string>()],
            [moved], told.Select(node => Text(node, "default_branch")).FirstOrDefault(branch => branch is not null));
    }

    /// <summary>Why a source has no news by this; null when it has.</summary>
    public string? Passes(Registration source)
    {
        // A path has no address to compare, and a file on the web is not always where its repository is.
        if (source.Kind == SourceKind.Git && SourceAddress.IsWeb(source.Location) && !Repositories.Any(address => SourceAddress.IsSameRepository(address, source.Location)))
            return "It tells of another repository.";
        var branch = source.Branch ?? DefaultBranch;
        return branch is null || Refs.Contains(Heads + branch) ? null : $"It tells of another branch than {branch}.";
    }

    private static PushNews OfAzure(JsonNode? resource)
    {
        var repository = (resource as JsonObject)?["repository"];
        var updates = (resource as JsonObject)?["refUpdates"] as JsonArray ?? [];
        return new PushNews([.. AzureAddresses.Select(field => Text(repository, field)).OfType<string>()], [.. updates.Select(update => Text(update, "name")).OfType<string>()],
            Text(repository, "defaultBranch") is { } branch && branch.StartsWith(Heads, StringComparison.Ordinal) ? branch[Heads.Length..] : null);
    }

    private static string? Text(JsonNode? node, string field) => node is JsonObject of && of[field] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
