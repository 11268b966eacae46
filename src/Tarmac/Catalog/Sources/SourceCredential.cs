using System.Text;

namespace Tarmac.Catalog.Sources;

/// <summary>
/// Where the token for a source is found: <c>env:NAME</c> or <c>file:/path</c>. Only the name is ever stored or shown, and the
/// token itself is read when it is needed.
/// </summary>
internal static class SourceCredential
{
    private const int LongestToken = 4096;
    private const string Variable = "env:";
    private const string File = "file:";

    public static bool IsOne(string credential) => credential.StartsWith(Variable, StringComparison.Ordinal) || credential.StartsWith(File + "/", StringComparison.Ordinal);

    /// <exception cref="SourceException">There is no usable token there.</exception>
    public static async Task<string?> Token(string? credential, CancellationToken cancellation)
    {
        if (credential is null) return null;
        var text = credential.StartsWith(Variable, StringComparison.Ordinal)
            ? Environment.GetEnvironmentVariable(credential[Variable.Length..])
            : await Text(credential[File.Length..], cancellation);
        return text?.Trim() is { Length: > 0 and <= LongestToken } token && !token.Any(char.IsControl) ? token
            : throw new SourceException(CatalogSourceCodes.SourceCredential, $"There is no usable token in {credential}.", "Put the token there, alone on one line, where the platform's user can read it.");
    }

    /// <summary>As git hosts take it: the token as a password, for whichever user; or what it says of both.</summary>
    public static string Basic(string token) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(token.Contains(':', StringComparison.Ordinal) ? token : "x-access-token:" + token));

    private static async Task<string?> Text(string path, CancellationToken cancellation)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: <= LongestToken + 2 } ? await System.IO.File.ReadAllTextAsync(path, cancellation) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
