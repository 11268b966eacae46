using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Tarmac.Foundation.Web;

/// <summary>
/// The portal's stylesheet, scripts and pictures, compiled into the program. Their address holds a hash of all of them,
/// so a browser keeps them for ever and never mixes two versions.
/// </summary>
public static class PortalAssets
{
    private const string Prefix = "web/";

    private static readonly Dictionary<string, Asset> Files = Load();

    /// <summary>Hash of everything, part of each address.</summary>
    public static string Version { get; } = Hash();

    public static string Url(string name) => Files.ContainsKey(name)
        ? $"/assets/{Version}/{name}"
        : throw new ArgumentException($"There is no asset named {name}; the assets are {string.Join(", ", Files.Keys.Order())}.", nameof(name));

    /// <summary>Text of an asset, as its authors wrote it.</summary>
    public static ReadOnlyMemory<byte> Content(string name) => Files[name].Plain;

    public static IEnumerable<string> Names => Files.Keys;

    public static void MapPortalAssets(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/assets/{version}/{name}", Serve).ExcludeFromDescription();
    }

    private static IResult Serve(string version, string name, HttpContext context)
    {
        if (!Files.TryGetValue(name, out var asset))
            return Results.NotFound();

        var headers = context.Response.Headers;
        // A page rendered before an upgrade may ask for the old address: it gets today's file, but may not keep it.
        headers.CacheControl = version == Version ? "public, max-age=31536000, immutable" : "no-cache";
        headers.Vary = HeaderNames.AcceptEncoding;
        headers.XContentTypeOptions = "nosniff";
        if (!AcceptsBrotli(context.Request))
            return Results.Bytes(asset.Plain, asset.Type);

        headers.ContentEncoding = "br";
        return Results.Bytes(asset.Brotli.Value, asset.Type);
    }

    private static bool AcceptsBrotli(HttpRequest request) => request.GetTypedHeaders().AcceptEncoding
        .Any(encoding => encoding.Value == "br" && encoding.Quality is null or > 0);

    private static Dictionary<string, Asset> Load()
    {
        var assembly = typeof(PortalAssets).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(name => name[Prefix.Length..], name => Read(assembly, name), StringComparer.Ordinal);
    }

    private static Asset Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var type = Path.GetExtension(name) switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            var other => throw new InvalidOperationException($"{name}: {other} has no content type here."),
        };
        return new Asset(bytes, type, new Lazy<byte[]>(() => Compress(bytes)));
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var buffer = new MemoryStream();
        using (var brotli = new BrotliStream(buffer, CompressionLevel.SmallestSize))
            brotli.Write(bytes);
        return buffer.ToArray();
    }

    private static string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in Files.Keys.Order(StringComparer.Ordinal))
            hash.AppendData(Files[name].Plain);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }

    private sealed record Asset(byte[] Plain, string Type, Lazy<byte[]> Brotli);
}
