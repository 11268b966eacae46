using System.Security.Cryptography;
using System.Text;

namespace Tarmac.Foundation.Outgoing;

/// <summary>An address that a team is told at, of what concerns what it owns.</summary>
/// <param name="Types">Event types it wants; those of <see cref="Concerning"/> when empty.</param>
/// <param name="Secret">What its messages are signed with. Kept readable, because signing needs it; never shown again.</param>
public sealed record Webhook(string Id, string Team, string Url, IReadOnlyList<string> Types, string Secret, string CreatedBy, DateTimeOffset CreatedAt)
{
    /// <summary>What concerns a team unless it says otherwise.</summary>
    public static readonly IReadOnlyList<string> Concerning =
        ["dev.tarmac.operation.finished", "dev.tarmac.finding.opened", "dev.tarmac.break-glass.started"];

    /// <summary>Whether an event is for this webhook. Of finished operations only the failed ones concern anybody unasked.</summary>
    public bool Wants(string type, bool failed) =>
        Types.Count > 0 ? Types.Contains(type) : Concerning.Contains(type) && (failed || type != "dev.tarmac.operation.finished");

    /// <summary>What everybody may see of the address: its path is often a secret of its own.</summary>
    public string Site => SiteOf(Url) ?? "an address that cannot be used";

    /// <summary>Scheme and host of an address that messages can be sent to, or null when it is none.</summary>
    public static string? SiteOf(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address is { Scheme: "http" or "https" } && address.UserInfo.Length == 0
            ? address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)
            : null;

    /// <summary>Shows what a secret is for; what follows is the key in base64 (Standard Webhooks).</summary>
    public const string SecretPrefix = "whsec_";

    /// <summary>The value of the header <c>webhook-signature</c>, as Standard Webhooks has it: HMAC-SHA256 over id, time and body.</summary>
    public static string Sign(string secret, string id, long unixSeconds, string body) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret[SecretPrefix.Length..]), Encoding.UTF8.GetBytes($"{id}.{unixSeconds}.{body}")));
}
