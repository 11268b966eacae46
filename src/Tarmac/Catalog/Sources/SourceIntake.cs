using System.Text.Json.Nodes;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Web;

namespace Tarmac.Catalog.Sources;

/// <summary>Decides what somebody who adds a source means, and what it would bring.</summary>
internal sealed class SourceIntake(CurrentCatalog catalog, SourceFetch fetch, TimeProvider clock)
{
    private const int MostNamed = 10;

    /// <exception cref="Problem">It cannot be added as asked.</exception>
    public Registration Registration(ActionCall call)
    {
        var (name, location) = (call.Text("name"), call.Text("location").Trim());
        if (name == CatalogSources.Tarmac || catalog.Index.Sources.Any(state => state.Source.Name == name && !state.Source.IsGone)) throw CatalogSources.SourceExists(name);
        var kind = Kind(call, location);
        if (SourceAddress.IsWeb(location))
        {
            if (SourceAddress.Refusal(location, fetch.AllowsPrivate) is { } why) throw Refused("location", why, "Write it like https://git.example.test/shop/vouchers.git.");
        }
        else
        {
            DemandForPath(call.Principal);
            if (!Path.IsPathFullyQualified(location)) throw Refused("location", $"{location} is neither an address nor an absolute path.", "Write the path from the root: the platform may run in another folder than you.");
            if (!Path.Exists(location)) throw new Problem(422, CatalogSourceCodes.SourceNotFound, $"{location} does not exist on the platform's machine.", null, "Mend the path.");
            location = Path.GetFullPath(location);
        }
        var credential = Given(call, "credential");
        if (credential is not null)
        {
            DemandOperator(call.Principal, "A credential is sent to wherever the source is, so only an operator may name one.", "Leave it out, or ask an operator.");
            if (!SourceCredential.IsOne(credential)) throw Refused("credential", "This does not say where a token is.", "Write env:NAME or file:/path; never the token itself.");
        }
        var patterns = (call.Input["patterns"] as JsonArray ?? []).Select(pattern => pattern!.GetValue<string>()).ToList();
        if (patterns.Find(pattern => PathPattern.Of(pattern) is null) is not null || patterns.Count > 50) throw Refused("patterns", "There are too many patterns, or one stands for too many.", "Write fewer, simpler ones.");
        if (Given(call, "branch") is { } branch && branch.Contains("..", StringComparison.Ordinal)) throw Refused("branch", $"{branch} is no name of a branch.", "Name the branch as git does.");
        return new Registration(name, kind, location, Given(call, "branch"), patterns, credential, OwnerOf(call.Principal, Given(call, "owner")),
            (int)(call.Input["everySeconds"]?.GetValue<long>() ?? 60), call.Principal.Ref, clock.GetUtcNow());
    }

    /// <summary>Whoever may not add a path may not have it read either.</summary>
    public static void DemandForPath(Principal principal) =>
        DemandOperator(principal, "A path is on the platform's own machine, so only an operator may have it read.", "Name the https address of a repository, or ask an operator.");

    /// <summary>Reads the source without storing anything, and says what would come of it.</summary>
    public async Task<(IReadOnlyList<string> Steps, IReadOnlyList<string> Warnings)> Preview(Registration source, CancellationToken cancellation)
    {
        SourceReading reading;
        try
        {
            reading = source.Kind == SourceKind.Added
                ? SourceReading.Of(new SourceFolder(source.Location).Look(anyway: true, Inside(source.Location))!, new HashSet<string>())
                : (await fetch.Preview(source, cancellation)).Reading;
        }
        catch (SourceException unreadable)
        {
            throw new Problem(422, unreadable.Problem.Code, $"{source.Location} cannot be read.", unreadable.Problem.Message, unreadable.Problem.Cure);
        }
        return (Steps(source, reading), Warnings(source.Name, reading));
    }

    private List<string> Steps(Registration source, SourceReading reading)
    {
        var when = source.IsPolled ? $"now, and again within {source.EverySeconds} seconds of a change" : "now and whenever it changes";
        var kinds = reading.Declared.GroupBy(declared => declared.Entity.Kind).OrderByDescending(kind => kind.Count()).Select(kind => $"{kind.Count()} {kind.Key}");
        return
        [
            $"Entities are read from {source.Location}{(source.Branch is null ? "" : ", branch " + source.Branch)}, {when}.",
            reading.Declared.Count == 0 ? $"It says nothing yet: of {reading.Files} files read, none declares an entity."
                : $"{(reading.Declared.Count == 1 ? "1 entity comes" : $"{reading.Declared.Count} entities come")} in from {(reading.Files == 1 ? "1 file" : $"{reading.Files} files")}: {string.Join(", ", kinds)}.",
            "Its groups and users give nobody rights.",
            .. source.Kind == SourceKind.Added ? (string[])[] : [$"{source.Owner} may change and remove the source."],
        ];
    }

    private List<string> Warnings(string name, SourceReading reading)
    {
        var index = catalog.Index;
        var warnings = new List<string>();
        var taken = reading.Declared.Select(declared => index.Find(declared.Ref)).OfType<CatalogEntry>().Where(entry => entry.Source.Name != name && !entry.Source.IsGone).ToList();
        if (taken.Count > 0)
            warnings.Add($"{(taken.Count == 1 ? "1 entity is" : $"{taken.Count} entities are")} declared elsewhere already and stay so: {Some(taken.Select(entry => $"{entry.Ref} by {entry.Source.Name}"), taken.Count)}.");
        warnings.AddRange(reading.Problems.Take(MostNamed).Select(found => found.Problem.ToString()));
        if (reading.Problems.Count > MostNamed) warnings.Add($"And {reading.Problems.Count - MostNamed} more problems, which the source's page lists once it is added.");
        return warnings;
    }

    private List<string> Inside(string location) =>
        [.. catalog.Index.Sources.Where(state => state.Source is { IsGone: false, Kind: SourceKind.Organisation or SourceKind.Catalog or SourceKind.Added }).Select(state => state.Source.Location)
            .Where(other => other.StartsWith(location.TrimEnd('/') + "/", StringComparison.Ordinal))];

    private static SourceKind Kind(ActionCall call, string location) => Given(call, "type") switch
    {
        "git" => SourceKind.Git,
        "url" when SourceAddress.IsWeb(location) => SourceKind.Url,
        "folder" when !SourceAddress.IsWeb(location) => SourceKind.Added,
        { } other => throw Refused("type", $"{location} cannot be read as {other}.", "Leave the type out, or name another location."),
        null when SourceAddress.IsWeb(location) => Uri.TryCreate(location, UriKind.Absolute, out var address) && CatalogRules.IsYaml(address.AbsolutePath) ? SourceKind.Url : SourceKind.Git,
        null => Given(call, "branch") is not null || IsBareRepository(location) ? SourceKind.Git : SourceKind.Added,
    };

    private static bool IsBareRepository(string path) => File.Exists(Path.Combine(path, "HEAD")) && Directory.Exists(Path.Combine(path, "objects"));

    private static string OwnerOf(Principal principal, string? asked)
    {
        if (asked is null) return principal.Teams.Count == 1 ? principal.Teams[0] : principal.Ref;
        var owner = Model.Catalog.EntityRef.TryParse(asked, Model.Catalog.EntityKinds.Group, Model.Catalog.EntityRef.DefaultNamespace, out var group, out var why) ? group.ToString() : throw Refused("owner", why, "Write it like group:default/promotions.");
        return principal.IsOperator || principal.Teams.Contains(owner) ? owner
            : throw new Problem(403, "not-member", $"You are not a member of {owner}.", null, "Name a team of yours, or ask one of its members to add the source.");
    }

    private static void DemandOperator(Principal principal, string why, string cure)
    {
        if (!principal.IsOperator) throw new Problem(403, "operator-only", "Only an operator of this platform may do this.", why, cure);
    }

    private static string Some(IEnumerable<string> items, int count) => string.Join(", ", items.Take(MostNamed)) + (count > MostNamed ? $" and {count - MostNamed} more" : "");

    private static string? Given(ActionCall call, string field) => call.Input[field]?.GetValue<string>() is { Length: > 0 } text ? text : null;

    private static Problem Refused(string field, string message, string cure) => Problem.InvalidInput([new(CatalogSourceCodes.SourceInput, message, Field: field, Cure: cure)]);
}
