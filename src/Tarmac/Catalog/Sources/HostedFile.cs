namespace Tarmac.Catalog.Sources;

/// <summary>
/// A file as the pages of a git host address it, such as <c>https://github.com/shop/vouchers/blob/main/catalog-info.yaml</c>:
/// what people copy from their browser, and what Backstage's Locations name. A branch with a slash in its name cannot be told
/// from a folder and is taken for one.
/// </summary>
/// <param name="Repository">What git clones.</param>
/// <param name="Branch">Null for the default one.</param>
/// <param name="Path">From the root of the repository; may be a pattern.</param>
internal sealed record HostedFile(string Repository, string? Branch, string Path)
{
    /// <summary>Null when the address is none of a file that a git host shows.</summary>
    public static HostedFile? Of(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0 || !address.Contains("://", StringComparison.Ordinal)) return null;
        var parts = Uri.UnescapeDataString(uri.AbsolutePath).Split('/', StringSplitOptions.RemoveEmptyEntries);
        var git = Array.IndexOf(parts, "_git");
        return git > 0 ? Azure(uri, parts, git) : Named(uri, parts, ["-", "blob"]) ?? Named(uri, parts, ["blob"]) ?? Named(uri, parts, ["src", "branch"]);
    }

    /// <summary>Whether this is a file of what a source reads.</summary>
    public bool IsIn(string location, string? branch) => (Branch is null || branch is null || Branch == branch) && SourceAddress.IsSameRepository(Repository, location);

    // GitLab has groups within groups; the others have an owner and a name.
    private static HostedFile? Named(Uri uri, string[] parts, string[] mark)
    {
        var at = Enumerable.Range(2, Math.Max(0, parts.Length - 2)).FirstOrDefault(index => parts.AsSpan(index).StartsWith(mark), -1);
        if (at < 0 || (at != 2 && mark[0] != "-") || parts.Length < at + mark.Length + 2 || uri.Query.Length > 0) return null;
        var (branch, path) = (parts[at + mark.Length], parts[(at + mark.Length + 1)..]);
        return new(uri.GetLeftPart(UriPartial.Authority) + "/" + string.Join('/', parts[..at].Select(Uri.EscapeDataString)), branch == "HEAD" ? null : branch, string.Join('/', path));
    }

    private static HostedFile? Azure(Uri uri, string[] parts, int git)
    {
        if (parts.Length != git + 2) return null;
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(uri.Query);
        var path = query.TryGetValue("path", out var asked) ? asked.ToString().Trim('/') : "";
        var version = query.TryGetValue("version", out asked) ? asked.ToString() : null;
        // GB says branch; a commit or a tag is no place that news comes to.
        if (path.Length == 0 || version is not (null or ['G', 'B', _, ..])) return null;
        return new(uri.GetLeftPart(UriPartial.Authority) + "/" + string.Join('/', parts.Select(Uri.EscapeDataString)), version?[2..], path);
    }
}
