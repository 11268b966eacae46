using System.Text.Json.Nodes;

namespace Tarmac.Cli.Foundation;

/// <summary>
/// Where the platform is and with which token, in this order: options, variables, the home of a platform on this machine
/// (when named), what <c>tarmac login</c> stored, the default home.
/// </summary>
/// <remarks>A stored token is only ever sent to the address it was stored for.</remarks>
internal sealed class ConnectionSettings(string? url, string? token, string? tokenFile, string? home)
{
    private readonly string? givenUrl = Trim(url) ?? Trim(Variable("TARMAC_URL"));
    private readonly string? givenToken = token ?? Variable("TARMAC_TOKEN");
    private readonly string? givenHome = home ?? Variable("TARMAC_HOME");

    public string Home { get; } = Path.GetFullPath(home ?? Variable("TARMAC_HOME") ?? DefaultHome);

    /// <summary>The options that make another process of ours (git's credential helper) find the same platform and token.
    /// Never the token itself: a command line is for everyone to see.</summary>
    public IReadOnlyList<string> Options =>
    [
        .. givenHome is null ? (string[])[] : ["--home", Home],
        .. tokenFile is null ? (string[])[] : ["--as-token-file", Path.GetFullPath(tokenFile)],
    ];

    /// <summary>Asked again on each try: a platform that restarts may come back on another port.</summary>
    public string? Url => givenUrl ?? (givenHome is null ? SavedConnections.Load().Current ?? HomeUrl : HomeUrl);

    /// <exception cref="CliProblem">The token file cannot be read.</exception>
    public string? TokenFor(string platform)
    {
        if (tokenFile is not null) return ReadToken(tokenFile) ?? throw CliProblem.Unreadable(tokenFile, "It does not exist, is empty, or you may not read it.");
        if (givenToken is not null) return givenToken;
        var saved = SavedConnections.Load().TokenFor(platform);
        var local = HomeUrl == platform ? ReadToken(Path.Combine(Home, "token")) : null;
        return givenHome is null ? saved ?? local : local ?? saved;
    }

    /// <summary>The address that the platform of this home announced, or null when none ever did.</summary>
    public string? HomeUrl => Trim(Whereabouts.Text("url"));

    public JsonNode? Whereabouts
    {
        get
        {
            var file = Path.Combine(Home, "platform.json");
            try
            {
                return File.Exists(file) ? JsonReading.TryParse(File.ReadAllText(file)) : null;
            }
            catch (UnauthorizedAccessException)
            {
                return null; // somebody else's home: as good as none
            }
        }
    }

    public static string? Trim(string? address) => string.IsNullOrWhiteSpace(address) ? null : address.Trim().TrimEnd('/');

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string DefaultHome =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "tarmac");

    private static string? ReadToken(string file)
    {
        try
        {
            return File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } text ? text : null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}
