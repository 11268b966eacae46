using System.Net.Sockets;
using System.Text;
using Tarmac.Delivery.Git;
using Tarmac.Foundation.Outgoing;
using Tarmac.Foundation.Storage;

namespace Tarmac.Catalog.Sources;

/// <summary>
/// One repository of somebody else's, seen through a bare cache of ours: no checkout, no hooks, no submodules, no prompts, no
/// redirects, and only the blobs that are read. The host is resolved here and git dials what was found allowed, so that a
/// name cannot change its mind in between.
/// </summary>
internal sealed class GitRemote
{
    private const long LargestPack = 512L * 1024 * 1024;
    private const long MostOutput = 96L * 1024 * 1024;
    private const string Ref = "refs/tarmac/read";
    private static readonly GitLimits Limits = new(MostOutput, LargestPack);

    private readonly string cache;
    private readonly string wanted;
    private readonly Dictionary<string, string> variables;

    private GitRemote(string cache, string? branch, Dictionary<string, string> variables)
    {
        this.cache = cache;
        this.variables = variables;
        wanted = branch is null ? "HEAD" : "refs/heads/" + branch;
    }

    /// <param name="cache">The folder that holds the bare repository, made when needed.</param>
    /// <exception cref="SourceException">The address may not be asked, or its token is missing.</exception>
    public static async Task<GitRemote> Of(Registration source, string cache, bool allowPrivate, CancellationToken cancellation)
    {
        var configuration = new List<(string Key, string Value)>
        {
            ("remote.origin.url", source.Location), ("remote.origin.promisor", "true"), ("remote.origin.partialCloneFilter", "blob:none"),
            ("credential.helper", ""), ("core.hooksPath", "/dev/null"), ("core.fsmonitor", "false"), ("gc.auto", "0"), ("maintenance.auto", "false"),
            ("fetch.recurseSubmodules", "false"), ("submodule.recurse", "false"), ("http.followRedirects", "false"), ("http.lowSpeedLimit", "500"), ("http.lowSpeedTime", "20"),
        };
        var (protocol, location) = ("file", source.Location);
        if (SourceAddress.IsWeb(source.Location))
        {
            var address = new Uri(source.Location);
            protocol = address.Scheme;
            // Git would ask for the name as it is in the domain name system, and so past what was found allowed.
            if (address.Host != address.IdnHost) configuration[0] = ("remote.origin.url", location = new UriBuilder(address) { Host = address.IdnHost }.Uri.AbsoluteUri);
            var dialled = await SourceAddress.Reachable(address, allowPrivate, cancellation);
            if (address.HostNameType == UriHostNameType.Dns)
                configuration.Add(("http.curloptResolve", $"{address.IdnHost}:{address.Port}:{string.Join(',', dialled.Select(ip => ip.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{ip}]" : ip.ToString()))}"));
            if (await SourceCredential.Token(source.Credential, cancellation) is { } token)
                configuration.Add(($"http.{location}.extraHeader", "Authorization: " + SourceCredential.Basic(token)));
        }
        // By variables, so that no token stands on a command line or in a file.
        var variables = new Dictionary<string, string> { ["GIT_ALLOW_PROTOCOL"] = protocol, ["GIT_CONFIG_COUNT"] = configuration.Count.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        foreach (var (number, (key, value)) in configuration.Index()) (variables[$"GIT_CONFIG_KEY_{number}"], variables[$"GIT_CONFIG_VALUE_{number}"]) = (key, value);
        return new GitRemote(cache, source.Branch, variables);
    }

    /// <summary>The commit that the branch is at now.</summary>
    public async Task<string> Head(CancellationToken cancellation)
    {
        Directory.CreateDirectory(cache);
        var lines = (await Ask(["ls-remote", "origin", wanted], default, cancellation)).Output.Split('\n');
        return lines.Select(line => line.Split('\t')).FirstOrDefault(parts => parts.Length == 2 && parts[1] == wanted)?[0]
            ?? throw new SourceException(CatalogSourceCodes.SourceBranchMissing, wanted == "HEAD" ? "The repository is empty." : $"The repository has no branch {wanted["refs/heads/".Length..]}.",
                "Name a branch that exists, or push a first commit.");
    }

    /// <summary>Brings the branch's newest commit and its trees; answers the commit and how people know it.</summary>
    public async Task<(string Commit, string Description)> Fetch(CancellationToken cancellation)
    {
        if (!File.Exists(Path.Combine(cache, "HEAD"))) await Make(cancellation);
        try
        {
            await Ask([.. FetchOptions, "--depth", "1", "--force", "origin", $"+{wanted}:{Ref}"], default, cancellation);
        }
        catch (SourceException failed) when (failed.Problem.Code == CatalogSourceCodes.SourceUnreachable)
        {
            // The host answered a moment ago: what is broken may be the cache, which is only that.
            await Make(cancellation);
            await Ask([.. FetchOptions, "--depth", "1", "--force", "origin", $"+{wanted}:{Ref}"], default, cancellation);
        }
        var parts = (await Ask(["log", "-1", "--format=%H%x00%h%x00%s%x00%an%x00%cI", Ref], default, cancellation)).Output.Split('\0');
        return (parts[0], StorableText.Of($"Commit {parts[1]} \u201c{Shortened(parts[2])}\u201d by {Shortened(parts[3])}, {parts[4]}"));
    }

    /// <summary>Every path of a commit: its mode and blob.</summary>
    public async Task<Dictionary<string, (string Mode, string Blob)>> Tree(string commit, CancellationToken cancellation)
    {
        var tree = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        foreach (var line in (await Ask(["ls-tree", "-r", "-z", "--full-tree", commit], default, cancellation)).Output.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            if (line[..tab].Split(' ') is [var mode, _, var blob]) tree[line[(tab + 1)..]] = (mode, blob);
        }
        return tree;
    }

    /// <summary>The blobs that the host left out.</summary>
    public async Task<HashSet<string>> Missing(string commit, CancellationToken cancellation) =>
        [.. (await Ask(["rev-list", "--objects", "--missing=print", "--no-object-names", commit], default, cancellation)).Output.Split('\n').Where(line => line.StartsWith('?')).Select(line => line[1..])];

    public Task Bring(IReadOnlyCollection<string> blobs, CancellationToken cancellation) =>
        Ask(["-c", "fetch.negotiationAlgorithm=noop", .. FetchOptions, "--stdin", "origin"], Lines(blobs), cancellation);

    public async Task<Dictionary<string, long>> Sizes(IReadOnlyCollection<string> blobs, CancellationToken cancellation) =>
        (await Ask(["cat-file", "--batch-check=%(objectname) %(objectsize)"], Lines(blobs), cancellation)).Output.Split('\n').Select(line => line.Split(' '))
            .Where(parts => parts.Length == 2 && long.TryParse(parts[1], out _)).DistinctBy(parts => parts[0]).ToDictionary(parts => parts[0], parts => long.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));

    public async Task<Dictionary<string, string>> Texts(IReadOnlyCollection<string> blobs, CancellationToken cancellation)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var bytes = (await Ask(["cat-file", "--batch"], Lines(blobs), cancellation)).Bytes;
        for (var at = 0; at < bytes.Length;)
        {
            var end = Array.IndexOf(bytes, (byte)'\n', at);
            var parts = Encoding.ASCII.GetString(bytes, at, end - at).Split(' ');
            at = end + 1;
            if (parts.Length != 3) continue;
            var length = int.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture);
            using var reader = new StreamReader(new MemoryStream(bytes, at, length), Encoding.UTF8);
            texts[parts[0]] = StorableText.Of(await reader.ReadToEndAsync(cancellation));
            at += length + 1;
        }
        return texts;
    }

    private static string[] FetchOptions => ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-gc", "--recurse-submodules=no", "--filter=blob:none"];

    private async Task Make(CancellationToken cancellation)
    {
        Foundation.Hosting.HomeFolder.Delete(cache);
        Directory.CreateDirectory(cache);
        await Ask(["init", "--quiet", "--bare", "--template=", "."], default, cancellation);
        // Says that objects may be missing on purpose.
        await Ask(["config", "core.repositoryFormatVersion", "1"], default, cancellation);
        await Ask(["config", "extensions.partialClone", "origin"], default, cancellation);
    }

    private async Task<GitAnswer> Ask(IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input, CancellationToken cancellation)
    {
        var answer = await GitProgram.Run(cache, arguments, variables, input, Limits, cancellation);
        if (answer.TooLarge)
            throw new SourceException(CatalogSourceCodes.SourceTooLarge, $"The repository is larger than what is read of one: {LargestPack / 1024 / 1024} MB in a fetch.", "Put its catalog files into a smaller repository, or push them with the API.");
        if (answer.Succeeded) return answer;
        throw new SourceException(CatalogSourceCodes.SourceUnreachable, "Git cannot read it: " + Said(answer.Errors), "Check the address and the branch; a private repository needs a credential.");
    }

    // The last fatal line is why; what the host says besides is not ours to repeat.
    private static string Said(string errors) =>
        StorableText.Of(Shortened(errors.Split('\n').LastOrDefault(line => line.StartsWith("fatal:", StringComparison.Ordinal))?["fatal:".Length..].Trim() ?? "it said nothing that explains it."));

    private static string Shortened(string text) => text.Length <= 200 ? text : text[..200] + "\u2026";

    private static ReadOnlyMemory<byte> Lines(IEnumerable<string> lines) => Encoding.ASCII.GetBytes(string.Join('\n', lines) + "\n");
}
