using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tarmac.Foundation.Outgoing;

namespace Tarmac.Catalog.Sources;

/// <summary>How git hosts prove that they know a webhook's secret. Every comparison takes the same time whatever is compared. Pure.</summary>
internal static class WebhookSignature
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);
    private static readonly string[] Hex = ["X-Gitea-Signature", "X-Forgejo-Signature"];

    /// <summary>Whether anything was sent that could prove it: without, the body is not worth reading.</summary>
    public static bool IsThere(IHeaderDictionary headers) =>
        headers.ContainsKey("X-Hub-Signature-256") || Hex.Any(headers.ContainsKey) || headers.ContainsKey("webhook-signature") || headers.ContainsKey("X-Gitlab-Token") || Password(headers) is not null;

    /// <summary>Whether the sender knows the secret.</summary>
    public static bool Proves(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset now)
    {
        if (Given(headers, "X-Hub-Signature-256") is { } github) return Same(github, "sha256=" + Signed(body, secret));
        if (Hex.Select(name => Given(headers, name)).FirstOrDefault(value => value is not null) is { } gitea) return Same(gitea, Signed(body, secret));
        if (Given(headers, "webhook-signature") is { } standard) return IsStandard(headers, standard, body, secret, now);
        if ((Given(headers, "X-Gitlab-Token") ?? Password(headers)) is { } token) return Same(token, secret);
        return false;
    }

    /// <summary>
    /// What tells one message from another. Where the body is signed, that is the body itself: an id beside it could be made up
    /// for a message that was overheard.
    /// </summary>
    public static string Delivery(IHeaderDictionary headers, byte[] body)
    {
        var named = Given(headers, "X-Gitlab-Token") is null ? null : Given(headers, "Idempotency-Key") ?? Given(headers, "X-Gitlab-Event-UUID");
        return Convert.ToHexStringLower(SHA256.HashData(named is null ? body : Encoding.UTF8.GetBytes("gitlab " + named)));
    }

    private static string Signed(byte[] body, string secret) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    // Standard Webhooks: several signatures may be given, while a secret is being changed.
    private static bool IsStandard(IHeaderDictionary headers, string signatures, byte[] body, string secret, DateTimeOffset now)
    {
        if (Given(headers, "webhook-id") is not { } id || !long.TryParse(Given(headers, "webhook-timestamp"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return false;
        if (Math.Abs(now.ToUnixTimeSeconds() - seconds) > Tolerance.TotalSeconds) return false;
        var wanted = Webhook.Sign(secret, id, seconds, Encoding.UTF8.GetString(body));
        return signatures.Split(' ').Take(10).Any(given => Same(given, wanted));
    }

    private static string? Password(IHeaderDictionary headers)
    {
        var header = headers.Authorization.ToString();
        var bytes = new byte[header.Length];
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) || !Convert.TryFromBase64String(header[6..].Trim(), bytes, out var length)) return null;
        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        return pair[(pair.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }

    private static string? Given(IHeaderDictionary headers, string name) => headers.TryGetValue(name, out var value) && value.ToString() is { Length: > 0 } text ? text : null;

    // Hashed first, so that not even the length is told.
    private static bool Same(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(one)), SHA256.HashData(Encoding.UTF8.GetBytes(other)));
}
