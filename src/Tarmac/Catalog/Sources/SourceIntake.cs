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
        var name = call.Text("name");
        if (name is CatalogSources.Tarmac or ManualEntities.Source || catalog.Index.Sources.Any(state => state.Source.Name == name && !state.Source.IsGone)) throw CatalogSources.SourceExists(name);
        DemandOrphans(call.Principal, name);
        return Meant(call);
    }

    // Whoever takes the name decides about what is kept of the source before.
    private void DemandOrphans(Principal principal, string name)
    {
        if (principal.IsOperator || catalog.State(name) is not { } gone) return;
        var others = gone.Entries.Count(entry => entry.Owner is not { } owner || (owner != principal.Ref && !principal.Teams.Contains(owner)));
        if (others > 0)
            throw new Problem(409, CatalogSourceCodes.SourceExists, $"A source named {name} was removed, and what it declared is kept until its owners decide.",
                $"{others} of its {gone.Entries.Count} entities are not your team's.", "Choose another name, or ask an operator of this platform.");
    }

    /// <summary>What would be read, whatever it is called.</summary>
    /// <exception cref="Problem">It may not be read, or not so.</exception>
    public Registration Meant(ActionCall call)
    {
        var kinds = Texts(call, "kinds");
        if (kinds.Count > 50 || kinds.Exists(kind => kind.Length > 63 || !kind.All(char.IsAsciiLetterOrDigit))) throw Refused("kinds", "One of these is no kind of entity.", "Write kinds like Component or API.");
        var meant = call.TextOrNull("type") == "push" ? Pushed(call) : Fetched(call);
        if (kinds.Count > 0 && meant.Kind == SourceKind.Added) throw Refused("kinds", "Folders of the platform's machine are an operator's own and may declare every kind.", "Leave kinds out.");
        return meant with { Kinds = kinds };
    }

    private Registration Pushed(ActionCall call)
    {
        foreach (var field in (string[])["location", "branch", "patterns", "credential"])
            if (call.Input[field] is JsonValue or JsonArray { Count: > 0 }) throw Refused(field, "What tools push is not read from anywhere.", "Leave it out.");
        return new Registration(call.Text("name"), SourceKind.Push, "pushed by tools", null, [], null, OwnerOf(call.Principal, call.TextOrNull("owner")), 0, call.Principal.Ref, clock.GetUtcNow());
    }

    private Registration Fetched(ActionCall call)
    {
        var location = call.Text("location").Trim();
        if (location.Length == 0) throw Refused("location", "It is not said where the source is.", "Name an address, or say type: push for what tools push.");
        var shown = call.TextOrNull("type") is null or "git" && call.TextOrNull("branch") is null ? HostedFile.Of(location) : null;
        if (shown is not null) location = shown.Repository;
        var kind = shown is null ? Kind(call, location) : SourceKind.Git;
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
        var credential = call.TextOrNull("credential");
        if (credential is not null)
        {
            DemandOperator(call.Principal, "A credential is sent to wherever the source is, so only an operator may name one.", "Leave it out, or ask an operator.");
            if (!SourceCredential.IsOne(credential)) throw Refused("credential", "This does not say where a token is.", "Write env:NAME or file:/path; never the token itself.");
        }
        var patterns = Texts(call, "patterns");
        if (shown is not null && patterns.Count == 0) patterns = [shown.Path];
        if (patterns.Find(pattern => PathPattern.Of(pattern) is null) is not null || patterns.Count > 50) throw Refused("patterns", "There are too many patterns, or one stands for too many.", "Write fewer, simpler ones.");
        if (call.TextOrNull("branch") is { } branch && branch.Contains("..", StringComparison.Ordinal)) throw Refused("branch", $"{branch} is no name of a branch.", "Name the branch as git does.");
        return new Registration(call.Text("name"), kind, location, shown?.Branch ?? call.TextOrNull("branch"), patterns, credential, OwnerOf(call.Principal, call.TextOrNull("owner")),
            (int)(call.Input["everySeconds"]?.GetValue<long>() ?? 60), call.Principal.Ref, clock.GetUtcNow());
    }

    /// <summary>Whoever may not add a path may not have it read either.</summary>
    public static void DemandForPath(Principal principal) =>
        DemandOperator(principal, "A path is on the platform's own machine, so only an operator may have it read.", "Name the https address of a repository, or ask an operator.");

    /// <summary>Reads the source without storing anything, and says what would come of it.</summary>
    public async Task<(IReadOnlyList<string> Steps, IReadOnlyList<string> Warnings)> Preview(Registration source, CancellationToken cancellation)
    {
        var reading = await Reading(source, cancellation);
        return (Steps(source, reading), Warnings(source.Name, reading));
    }

    /// <summary>What the source says now, leaving nothing behind.</summary>
    /// <exception cref="Problem">It cannot be read.</exception>
    public async Task<SourceReading> Reading(Registration source, CancellationToken cancellation)
    {
        try
        {
            return source.Kind switch
            {
                SourceKind.Added => SourceReading.Of(new SourceFolder(source.Location).Look(anyway: true, Inside(source.Location))!, new HashSet<string>()),
                SourceKind.Push => SourceReading.Of(new HandedFiles([]), new HashSet<string>()),
                _ => (await fetch.Preview(source, cancellation)).Reading.Only(source.Kinds),
            };
        }
        catch (SourceException unreadable)
        {
            throw new Problem(422, unreadable.Problem.Code, $"{source.Location} cannot be read.", unreadable.Problem.Message, unreadable.Problem.Cure);
        }
    }

    private static List<string> Steps(Registration source, SourceReading reading)
    {
        if (source.Kind == SourceKind.Push)
            return [$"Members of {source.Owner} push files to {PushApi.PathOf(source.Name)}, with a token that may write.", "Its groups and users give nobody rights.", $"{source.Owner} may change and remove the source."];
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

    private static SourceKind Kind(ActionCall call, string location) => call.TextOrNull("type") switch
    {
        "git" => SourceKind.Git,
        "url" when SourceAddress.IsWeb(location) => SourceKind.Url,
        "folder" when !SourceAddress.IsWeb(location) => SourceKind.Added,
        { } other => throw Refused("type", $"{location} cannot be read as {other}.", "Leave the type out, or name another location."),
        null when SourceAddress.IsWeb(location) => Uri.TryCreate(location, UriKind.Absolute, out var address) && CatalogRules.IsYaml(address.AbsolutePath) ? SourceKind.Url : SourceKind.Git,
        null => call.TextOrNull("branch") is not null || IsBareRepository(location) ? SourceKind.Git : SourceKind.Added,
    };

    private static bool IsBareRepository(string path) => File.Exists(Path.Combine(path, "HEAD")) && Directory.Exists(Path.Combine(path, "objects"));

    /// <summary>Who owns what somebody makes: the team named, or the only one there is, or the maker.</summary>
    /// <exception cref="Problem">It is somebody else's team.</exception>
    public static string OwnerOf(Principal principal, string? asked)
    {
        if (asked is null) return principal.Teams.Count == 1 ? principal.Teams[0] : principal.Ref;
        var owner = Model.Catalog.EntityRef.TryParse(asked, Model.Catalog.EntityKinds.Group, Model.Catalog.EntityRef.DefaultNamespace, out var group, out var why) ? group.ToString() : throw Refused("owner", why, "Write it like group:default/promotions.");
        return principal.IsOperator || principal.Teams.Contains(owner) ? owner
            : throw new Problem(403, "not-member", $"You are not a member of {owner}.", null, "Name a team of yours, or ask one of its members.");
    }

    private static void DemandOperator(Principal principal, string why, string cure)
    {
        if (!principal.IsOperator) throw new Problem(403, "operator-only", "Only an operator of this platform may do this.", why, cure);
    }

    private static List<string> Texts(ActionCall call, string field) => [.. (call.Input[field] as JsonArray ?? []).Select(text => text!.GetValue<string>())];

    private static string Some(IEnumerable<string> items, int count) => string.Join(", ", items.Take(MostNamed)) + (count > MostNamed ? $" and {count - MostNamed} more" : "");

    private static Problem Refused(string field, string message, string cure) => Problem.InvalidInput([new(CatalogSourceCodes.SourceInput, message, Field: field, Cure: cure)]);
}
