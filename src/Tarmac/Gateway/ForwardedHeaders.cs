using System.Buffers;
using Yarp.ReverseProxy.Forwarder;

namespace Tarmac.Gateway;

/// <summary>
/// The headers of a forwarded request. We are the edge: what a client claims about forwarding is dropped, and what we know
/// is put in its place. The Host header stays the client's, as services build links from it.
/// </summary>
internal sealed class ForwardedHeaders : HttpTransformer
{
    public const string RequestId = "X-Request-Id";
    private const string TraceParent = "traceparent";
    private const int LongestRequestId = 128;

    private static readonly SearchValues<char> RequestIdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/+=~");

    private static readonly UriCreationOptions AsSent = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public override async ValueTask TransformRequestAsync(
        HttpContext context, HttpRequestMessage request, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(context, request, destinationPrefix, cancellationToken);

        DropClaims(request);
        var headers = request.Headers;
        headers.TryAddWithoutValidation("X-Forwarded-For", context.Connection.RemoteIpAddress?.ToString());
        headers.TryAddWithoutValidation("X-Forwarded-Proto", context.Request.Scheme);
        headers.TryAddWithoutValidation("X-Forwarded-Host", context.Request.Host.Value);

        // The path goes on byte for byte; nothing here decides by path, so nothing can be slipped past.
        if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()?.RawTarget is ['/', ..] target)
            request.RequestUri = new Uri(destinationPrefix + target, AsSent);

        headers.TryAddWithoutValidation(RequestId, context.TraceIdentifier);
        if (!headers.NonValidated.Contains(TraceParent))
            headers.TryAddWithoutValidation(TraceParent, NewTraceParent(context.TraceIdentifier));
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext context, HttpResponseMessage? response, CancellationToken cancellationToken)
    {
        var forward = await base.TransformResponseAsync(context, response, cancellationToken);
        var headers = context.Response.Headers;
        if (!headers.ContainsKey(RequestId)) headers[RequestId] = context.TraceIdentifier;
        return forward;
    }

    /// <summary>The client's request id if it is one, else a new one; also what our own error pages show.</summary>
    public static string RequestIdOf(HttpRequest request)
    {
        string? given = request.Headers[RequestId];
        return given is { Length: > 0 and <= LongestRequestId } && !given.AsSpan().ContainsAnyExcept(RequestIdCharacters)
            ? given
            : RandomHex(16);
    }

    private static void DropClaims(HttpRequestMessage request)
    {
        List<string>? claims = null;
        foreach (var header in request.Headers.NonValidated)
            if (IsClaim(header.Key)) (claims ??= []).Add(header.Key);
        foreach (var name in claims ?? []) request.Headers.Remove(name);
    }

    private static bool IsClaim(string name) =>
        name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)
        || name.Equals("X-Real-IP", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("X-Original-", StringComparison.OrdinalIgnoreCase)
        || name.Equals(RequestId, StringComparison.OrdinalIgnoreCase); // put back once it was checked

    /// <summary>Sampled, as the usual samplers follow their parent: an unsampled one would switch every trace off.</summary>
    private static string NewTraceParent(string requestId) =>
        $"00-{(IsTraceId(requestId) ? requestId : RandomHex(16))}-{RandomHex(8)}-01";

    private static bool IsTraceId(string id) =>
        id.Length == 32 && id.All(char.IsAsciiHexDigitLower) && id.Any(c => c != '0');

    private static string RandomHex(int bytes)
    {
        Span<byte> random = stackalloc byte[16];
        Random.Shared.NextBytes(random[..bytes]); // an id, not a secret
        return Convert.ToHexStringLower(random[..bytes]);
    }
}
