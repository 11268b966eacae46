using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Outgoing;

namespace Tarmac.Catalog.Sources;

/// <summary>Brings what a registered source says now, from git or the web, under limits of time and size. Stores nothing but a cache.</summary>
internal sealed class SourceFetch(HomeFolder home, OutgoingOptions outgoing, TimeProvider clock) : IDisposable
{
    /// <summary>How long one fetch may take, whatever the other side does.</summary>
    public static readonly TimeSpan GitTakes = TimeSpan.FromMinutes(3);

    public static readonly TimeSpan WebTakes = TimeSpan.FromSeconds(30);

    // Git and its pack files take memory; more at once would be others' to pay.
    private readonly SemaphoreSlim turns = new(4);

    // Apart, so that no source waits for what somebody only looks at.
    private readonly SemaphoreSlim previews = new(2);
    private readonly HttpClient http = GuardedHttp.Client(outgoing.AllowPrivate, Timeout.InfiniteTimeSpan);

    public bool AllowsPrivate => outgoing.AllowPrivate;

    /// <param name="unless">A version: when the source is still at it, nothing is brought and the answer is null.</param>
    /// <param name="known">Files that held entities before.</param>
    /// <param name="holderOf">The file that held an entity before.</param>
    /// <exception cref="SourceException">It cannot be read.</exception>
    public Task<Fetched?> Fetch(Registration source, string? unless, IReadOnlySet<string> known, Func<string, string?> holderOf, CancellationToken cancellation) => InTurn(turns, source, unless, known, holderOf, cancellation);

    private async Task<Fetched?> InTurn(SemaphoreSlim turns, Registration source, string? unless, IReadOnlySet<string> known, Func<string, string?> holderOf, CancellationToken cancellation)
    {
        var takes = source.Kind == SourceKind.Git ? GitTakes : WebTakes;
        await turns.WaitAsync(cancellation);
        using var limit = new CancellationTokenSource(takes, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return source.Kind == SourceKind.Git
                ? await FromGit(source, CacheOf(source), unless, known, holderOf, both.Token)
                : await FromWeb(source, unless, known, holderOf, both.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new SourceException(CatalogSourceCodes.SourceUnreachable, $"Reading it takes longer than {takes.TotalSeconds:0} seconds.", "See whether the host answers slowly; it is tried again.");
        }
        finally
        {
            turns.Release();
        }
    }

    /// <summary>What a source would bring, leaving nothing behind.</summary>
    public async Task<Fetched> Preview(Registration source, CancellationToken cancellation)
    {
        var passing = source with { Name = "preview-" + Guid.NewGuid().ToString("n") };
        try
        {
            return (await InTurn(previews, passing, null, new HashSet<string>(), _ => null, cancellation))!;
        }
        finally
        {
            Forget(passing);
        }
    }

    /// <summary>A file of what was read last; null when it cannot be had.</summary>
    public async Task<string?> Text(Registration source, string path, CancellationToken cancellation)
    {
        await previews.WaitAsync(cancellation);
        using var limit = new CancellationTokenSource(WebTakes, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            if (source.Kind == SourceKind.Url)
                return await new WebFiles(http, new Uri(source.Location), await SourceCredential.Token(source.Credential, both.Token), outgoing.AllowPrivate).Text(path, both.Token);
            if (source.Version is not { } commit || !Directory.Exists(CacheOf(source))) return null;
            var remote = await GitRemote.Of(source, CacheOf(source), outgoing.AllowPrivate, both.Token);
            return (await remote.Tree(commit, both.Token)).TryGetValue(path, out var file) ? (await remote.Texts([file.Blob], both.Token)).GetValueOrDefault(file.Blob) : null;
        }
        catch (SourceException)
        {
            return null;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            previews.Release();
        }
    }

    /// <summary>Deletes the cache of a source.</summary>
    public void Forget(Registration source) => HomeFolder.Delete(CacheOf(source));

    public void Dispose()
    {
        http.Dispose();
        turns.Dispose();
        previews.Dispose();
    }

    private string CacheOf(Registration source) => Path.Combine(home.Folder("cache", "sources"),
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{source.Name}\n{source.Location}\n{source.Branch}")))[..24]);

    private async Task<Fetched?> FromGit(Registration source, string cache, string? unless, IReadOnlySet<string> known, Func<string, string?> holderOf, CancellationToken cancellation)
    {
        var remote = await GitRemote.Of(source, cache, outgoing.AllowPrivate, cancellation);
        if (await remote.Head(cancellation) == unless) return null;
        var (commit, description) = await remote.Fetch(cancellation);
        var tree = await remote.Tree(commit, cancellation);
        var files = new GitFiles(source, remote, tree, await remote.Missing(commit, cancellation));
        return new Fetched(await files.Read(known, holderOf, cancellation), commit, description);
    }

    private async Task<Fetched?> FromWeb(Registration source, string? unless, IReadOnlySet<string> known, Func<string, string?> holderOf, CancellationToken cancellation)
    {
        var token = await SourceCredential.Token(source.Credential, cancellation);
        if (unless is not null && !await HasChanged(source, unless, token, cancellation)) return null;
        var files = new WebFiles(http, new Uri(source.Location), token, outgoing.AllowPrivate);
        var reading = await files.Read(known, holderOf, cancellation);
        return new Fetched(reading, JsonSerializer.Serialize(files.Versions, WebVersionsJson.Default.DictionaryStringWebVersion), null);
    }

    private async Task<bool> HasChanged(Registration source, string version, string? token, CancellationToken cancellation)
    {
        var files = new WebFiles(http, new Uri(source.Location), token, outgoing.AllowPrivate);
        foreach (var (path, before) in JsonSerializer.Deserialize(version, WebVersionsJson.Default.DictionaryStringWebVersion)!)
            if (await files.Changed(path, before, cancellation)) return true;
        return false;
    }
}

[JsonSerializable(typeof(Dictionary<string, WebVersion>))]
internal sealed partial class WebVersionsJson : JsonSerializerContext;
