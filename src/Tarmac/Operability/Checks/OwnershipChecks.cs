using System.Text.Json.Nodes;
using Tarmac.Catalog;
using Tarmac.Model.Catalog;

namespace Tarmac.Operability.Checks;

/// <summary>Somebody answers for it, can be reached, and has said what it is and how much depends on it.</summary>
internal static class OwnershipChecks
{
    private const int ShortestDescription = 50;

    public static readonly IReadOnlyList<Check> All =
    [
        new("OWN-01", "deliveryTeam", "Somebody owns it", "One team or person that the catalog knows owns it.",
            "What nobody owns is found during outages, when it is too late to ask who knows it.",
            "Name the owning team in the descriptor, and see that the team itself is in the catalog.",
            Severities.Of("C/C/E/W"), Owner),
        new("OWN-02", "supportTeam", "Its owner can be reached", "The owner has an e-mail address or a chat that the catalog knows.",
            "The last step of every runbook is to ask the people who know it.",
            "Give the team a spec.profile.email, or a link of type chat.",
            Severities.Of("C/E/W/I"), Contact),
        new("OWN-04", "serviceTier", "Tier and lifecycle are set", "Its service tier and its lifecycle are stated in the known words.",
            "Everything else is judged by how much was promised; without a tier it is judged as Bronze.",
            "Set the annotation tarmac.dev/service-tier to platinum, gold, silver, bronze or unsupported, and spec.lifecycle to experimental, production or deprecated.",
            Severities.Of("C/C/C/E"), TierAndLifecycle),
        new("OWN-05", "description", "The description says something", $"Its description has {ShortestDescription} characters or more and is no placeholder.",
            "Whoever is on call must know what users cannot do when it is down.",
            "Write one or two sentences: what it does, for whom, and what stops when it stops.",
            Severities.Of("E/E/W/I"), Description),
        new("OWN-06", "dependents", "Somebody needs it", "A system it is part of, or something that depends on it or uses its API, is known.",
            "What nothing needs is an orphan, or dead, or a gap in the map.",
            "Name the system it is part of or who depends on it, or retire it.",
            Severities.Of("I/I/I/I"), Dependents),
    ];

    private static Verdict Owner(Examined of) => of.Catalog.OwnershipOf(of.Entry) switch
    {
        Ownership.Known => Verdict.Ok($"{of.Catalog.DisplayName(of.Entry.Owner!)} owns it.", of.FromCatalog),
        Ownership.Unknown => Verdict.Failing($"It names the owner {of.Entry.Owner}, which the catalog does not know.", of.FromCatalog, FixPlaces.Descriptor(of.Entry, "spec.owner")),
        _ => Verdict.Failing("It names no owner.", of.FromCatalog, FixPlaces.Descriptor(of.Entry, "spec.owner")),
    };

    private static Verdict Contact(Examined of)
    {
        if (of.Entry.Owner is not { } reference || of.Catalog.Find(reference) is not { } owner)
            return Verdict.Failing("There is no owner in the catalog to reach.", of.FromCatalog, FixPlaces.Descriptor(of.Entry, "spec.owner"));
        var evidence = new Evidence("catalog: " + owner.Source.Name, owner.ChangedAt, owner.Stale);
        return IsReachable(owner.Entity) ? Verdict.Ok($"{owner.Title} can be reached.", evidence)
            : Verdict.Failing($"{owner.Title} has neither e-mail nor chat in the catalog.", evidence, FixPlaces.Descriptor(owner, "spec.profile.email"));
    }

    private static bool IsReachable(Entity owner) =>
        owner.Spec["profile"] is JsonObject profile && profile["email"] is JsonValue email && email.TryGetValue<string>(out var address) && address.Contains('@', StringComparison.Ordinal)
        || owner.Metadata.Links.Any(link => Means(link.Type, "chat") || Means(link.Type, "email") || Means(link.Icon, "chat") || Means(link.Icon, "email"))
        || owner.Metadata.Annotations.Any(annotation => annotation.Value.Length > 0 && (annotation.Key.EndsWith("/chat", StringComparison.Ordinal) || annotation.Key.EndsWith("/channel", StringComparison.Ordinal)));

    private static bool Means(string? text, string word) => string.Equals(text, word, StringComparison.OrdinalIgnoreCase);

    private static Verdict TierAndLifecycle(Examined of)
    {
        if (of.DeclaredTier is null)
            return Verdict.Failing(of.Entry.Tier is { } word ? $"“{word}” is no service tier." : "It has no service tier.", of.FromCatalog, FixPlaces.Descriptor(of.Entry, "metadata.annotations.tarmac.dev/service-tier"));
        return of.Lifecycle is null
            ? Verdict.Failing($"“{of.Entry.Entity.Lifecycle}” is none of the known lifecycles.", of.FromCatalog, FixPlaces.Descriptor(of.Entry, "spec.lifecycle"))
            : Verdict.Ok($"{of.DeclaredTier}, {of.Lifecycle}.", of.FromCatalog);
    }

    // The better of the two texts counts, so that writing one never costs anything.
    private static Verdict Description(Examined of)
    {
        if (of.Runbook is { DescriptionPlaceholder: false, DescriptionLength: >= ShortestDescription }) return Verdict.Ok("The runbook describes it.", of.FromRunbook);
        var text = of.Entry.Entity.Metadata.Description?.Trim() ?? "";
        if (text.Length >= ShortestDescription && !IsPlaceholder(text)) return Verdict.Ok("Its descriptor describes it.", of.FromCatalog);
        if (of.Runbook is null) return Verdict.Unknown("Nobody has looked for a runbook yet, which may describe it.");
        var longest = Math.Max(text.Length, of.Runbook.DescriptionLength);
        return Verdict.Failing(
            longest == 0 ? "It has no description." : longest < ShortestDescription ? $"Its description has {longest} of {ShortestDescription} characters." : "Its description is a placeholder.",
            of.FromCatalog, of.Runbook.File is null ? FixPlaces.Descriptor(of.Entry, "metadata.description") : FixPlaces.Runbook(of));
    }

    private static bool IsPlaceholder(string text) =>
        text.StartsWith("TODO", StringComparison.OrdinalIgnoreCase) || text.StartsWith("TBD", StringComparison.OrdinalIgnoreCase) || text.StartsWith("FIXME", StringComparison.OrdinalIgnoreCase);

    private static Verdict Dependents(Examined of)
    {
        var ends = of.Catalog.RelationsOf(of.Entry.Ref);
        if (ends.FirstOrDefault(end => end.Exists && end.Type is RelationTypes.PartOf or RelationTypes.DependencyOf) is { } end)
            return Verdict.Ok(end.Type == RelationTypes.PartOf ? $"It is part of {end.Target}." : $"{end.Target} depends on it.", of.FromCatalog);
        var user = ends.Where(each => each.Type == RelationTypes.ProvidesApi)
            .SelectMany(each => of.Catalog.RelationsOf(each.Target.ToString())).FirstOrDefault(each => each.Type == RelationTypes.ApiConsumedBy && each.Exists);
        return user is not null ? Verdict.Ok($"{user.Target} uses its API.", of.FromCatalog)
            : Verdict.Failing("Nothing in the catalog needs it.", of.FromCatalog, FixPlaces.Descriptor(of.Entry, "spec.system"));
    }
}
