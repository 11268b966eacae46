using System.Text.RegularExpressions;

namespace Tarmac.Model.Catalog;

/// <summary>The grammars of names in descriptors, as Backstage's validators have them. Pure; no allocation on success.</summary>
public static partial class EntityNames
{
    /// <summary>metadata.name: 1–63 letters, digits, <c>- _ .</c>, starting and ending with a letter or digit.</summary>
    public static bool IsName(string text) => text.Length is > 0 and <= 63 && Name().IsMatch(text);

    /// <summary>metadata.namespace: a DNS label, 1–63 lower-case letters, digits and inner dashes.</summary>
    public static bool IsNamespace(string text) => IsDnsLabel(text);

    /// <summary>1–63 lower-case letters, digits and inner dashes.</summary>
    public static bool IsDnsLabel(string text) => text.Length is > 0 and <= 63 && DnsLabel().IsMatch(text);

    /// <summary>kind: 1–63 letters and digits, starting with a letter.</summary>
    public static bool IsKind(string text) => text.Length is > 0 and <= 63 && Kind().IsMatch(text);

    /// <summary>apiVersion: <c>[prefix/]version</c>, prefix a DNS subdomain of at most 253 characters.</summary>
    public static bool IsApiVersion(string text)
    {
        var slash = text.IndexOf('/');
        if (slash >= 0 && !IsDnsSubdomain(text[..slash])) return false;
        var version = text[(slash + 1)..];
        return version.Length is > 0 and <= 63 && version.All(char.IsAsciiLetterOrDigit);
    }

    /// <summary>Key of a label or annotation: <c>[dns-subdomain/]name</c>.</summary>
    public static bool IsKey(string text)
    {
        var slash = text.IndexOf('/');
        return (slash < 0 || IsDnsSubdomain(text[..slash])) && IsName(text[(slash + 1)..]);
    }

    /// <summary>Value of a label: empty or a name.</summary>
    public static bool IsLabelValue(string text) => text.Length == 0 || IsName(text);

    /// <summary>A tag: 1–63 lower-case letters, digits, <c>: + #</c>, in groups joined by single dashes.</summary>
    public static bool IsTag(string text) => text.Length is > 0 and <= 63 && Tag().IsMatch(text);

    /// <summary>Not only white space.</summary>
    public static bool IsFilled(string text) => !string.IsNullOrWhiteSpace(text);

    /// <summary>A whole address of any scheme; what may be followed from a page is for the page to say.</summary>
    public static bool IsAddress(string text) => Scheme().IsMatch(text) && Uri.TryCreate(text, UriKind.Absolute, out _);

    private static bool IsDnsSubdomain(string text) => text.Length is > 0 and <= 253 && text.Split('.').All(IsDnsLabel);

    [GeneratedRegex(@"\A([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[a-z0-9]+(?:-+[a-z0-9]+)*\z")]
    private static partial Regex DnsLabel();

    [GeneratedRegex(@"\A[a-zA-Z][a-z0-9A-Z]*\z")]
    private static partial Regex Kind();

    [GeneratedRegex(@"\A[a-z0-9:+#]+(-[a-z0-9:+#]+)*\z")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9+.-]*:")]
    private static partial Regex Scheme();
}
