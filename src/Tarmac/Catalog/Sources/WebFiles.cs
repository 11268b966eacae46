using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Tarmac.Foundation.Outgoing;
using Tarmac.Foundation.Storage;
using Tarmac.Model.Problems;

namespace Tarmac.Catalog.Sources;

/// <summary>What is remembered of a file on the web, to ask next time whether it changed.</summary>
internal sealed record WebVersion(string? Tag, string? Modified, string Hash);

/// <summary>
/// A descriptor on the web and the files of the same host that its Locations name. Every address that is asked is checked,
/// redirects included; the token goes to the first host alone.
/// </summary>
internal sealed class WebFiles(HttpClient http, Uri main, string? token, bool allowPrivate) : FetchedFiles(MostFiles)
{
    public const int MostBytes = 5_000_000;
    private const int MostFiles = 100;
    private const int MostRedirects = 5;
    private const string Absent = "absent";

    private readonly string mainPath = main.AbsolutePath.TrimStart('/');

    public override IReadOnlyList<string> Descriptors { get; } = [main.AbsolutePath.TrimStart('/')];

    /// <summary>What was read, by path.</summary>
    public Dictionary<string, WebVersion> Versions { get; } = new(StringComparer.Ordinal);

    public override bool IsNamed(string path) => path == mainPath;

    public override string? PathOf(string address) => Uri.TryCreate(address, UriKind.Absolute, out var asked) && asked is { Query.Length: 0, UserInfo.Length: 0 } && IsOnHost(asked) ? asked.AbsolutePath.TrimStart('/') : null;

    public override bool IsDear => true;

    protected override bool MayExist(string path) => true;

    protected override async Task<IReadOnlyList<SourceFile>> Bring(IReadOnlyList<string> paths, CancellationToken cancellation)
    {
        var files = new List<SourceFile>();
        foreach (var path in paths)
        {
            try
            {
                if (await Get(path, null, cancellation) is { } file) files.Add(file);
            }
            catch (SourceException failed) when (path != mainPath)
            {
                // Only this file is in doubt: what it held stays, and it is asked for again next time.
                Versions[path] = new WebVersion(null, null, "");
                files.Add(new SourceFile(path, null, failed.Problem with { File = path }));
            }
        }
        return files;
    }

    /// <summary>One file by its path; null when there is none.</summary>
    public async Task<string?> Text(string path, CancellationToken cancellation) => (await Get(path, null, cancellation))?.Text;

    /// <summary>Whether a file is no longer what it was, as far as can be told.</summary>
    public async Task<bool> Changed(string path, WebVersion before, CancellationToken cancellation)
    {
        try
        {
            await Get(path, before, cancellation);
            return !Versions.TryGetValue(path, out var now) || now.Hash != before.Hash;
        }
        catch (SourceException) when (path != mainPath)
        {
            // Reading everything tells what that means.
            return true;
        }
    }

    private bool IsOnHost(Uri address) => Uri.Compare(address, main, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private Uri AddressOf(string path) => path == mainPath ? main : new Uri(new Uri(main.GetLeftPart(UriPartial.Authority)), "/" + path);

    // Null when there is no such file, or it is the version named, which is then noted.
    private async Task<SourceFile?> Get(string path, WebVersion? unlessStill, CancellationToken cancellation)
    {
        var address = AddressOf(path);
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            using var response = await Ask(address, unlessStill, cancellation);
            if (response.StatusCode == HttpStatusCode.NotModified && unlessStill is not null)
            {
                Versions[path] = unlessStill;
                return null;
            }
            if ((int)response.StatusCode is >= 301 and <= 308 && response.Headers.Location is { } moved)
            {
                if (!Uri.TryCreate(address, moved, out var next)) throw new SourceException(CatalogSourceCodes.SourceUnreachable, $"{main.Host} redirects to something that is no address.", "Name the address it leads to.");
                address = next;
                if (SourceAddress.Refusal(address.AbsoluteUri, allowPrivate) is { } why)
                    throw new SourceException(CatalogSourceCodes.SourceAddressRefused, $"It redirects to an address that is not read. {why}", "Name the address it redirects to, if that is right.");
                continue;
            }
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone && path != mainPath)
            {
                Versions[path] = new WebVersion(null, null, Absent);
                return null;
            }
            if (!response.IsSuccessStatusCode)
                throw new SourceException(CatalogSourceCodes.SourceUnreachable, $"{main.Host} answered {(int)response.StatusCode} for {path}.", "Check the address; what is private needs a credential.");
            return await Text(path, response, cancellation);
        }
        throw new SourceException(CatalogSourceCodes.SourceUnreachable, $"{main.Host} redirects more than {MostRedirects} times.", "Name the address it leads to.");
    }

    private async Task<HttpResponseMessage> Ask(Uri address, WebVersion? unlessStill, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Tarmac", null));
        if (unlessStill?.Tag is { } tag) request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        if (unlessStill?.Modified is { } modified) request.Headers.TryAddWithoutValidation("If-Modified-Since", modified);
        if (token is not null && IsOnHost(address))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException failed)
        {
            if (AddressRefusedException.In(failed) is { } refused) throw SourceAddress.Refused(refused);
            throw new SourceException(CatalogSourceCodes.SourceUnreachable, $"{address.Host} cannot be reached.", "Check the address, and whether the host is up.");
        }
    }

    private async Task<SourceFile> Text(string path, HttpResponseMessage response, CancellationToken cancellation)
    {
        using var content = new MemoryStream();
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
            var buffer = new byte[32 * 1024];
            while (await stream.ReadAsync(buffer, cancellation) is var read and > 0)
            {
                content.Write(buffer, 0, read);
                if (content.Length > MostBytes)
                {
                    // Asked for again: it may shrink.
                    Versions[path] = new WebVersion(null, null, "");
                    return new SourceFile(path, null, new InputProblem(Model.Yaml.YamlCodes.TooLarge, $"The file has more than {MostBytes} bytes.", path, Cure: "Split it into several files."));
                }
            }
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            throw new SourceException(CatalogSourceCodes.SourceUnreachable, $"{main.Host} ended its answer early.", "It is asked again.");
        }
        Hold(content.Length);
        Versions[path] = new WebVersion(response.Headers.ETag?.ToString(), response.Content.Headers.LastModified?.ToString("R"), Convert.ToHexStringLower(SHA256.HashData(content.ToArray())));
        content.Position = 0;
        using var reader = new StreamReader(content, Encoding.UTF8);
        return new SourceFile(path, StorableText.Of(await reader.ReadToEndAsync(cancellation)), null);
    }
}
