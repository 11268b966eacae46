using System.Text.Json.Nodes;
using Tarmac.Catalog.Sources;
using Tarmac.Delivery;
using Tarmac.Delivery.Git;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;
using Tarmac.Model.Actions;
using Tarmac.Model.Catalog;

namespace Tarmac.Catalog;

internal sealed class OfferOwnership(CurrentCatalog catalog, OwnershipOffers offers, TimeProvider clock) : EntityAction(CatalogActions.OfferOwnership, catalog)
{
    protected override async Task<ActionPlan> Plan(CatalogEntry entry, ActionCall call, CancellationToken cancellation)
    {
        if (!EntityRef.TryParse(call.Text("to"), EntityKinds.Group, EntityRef.DefaultNamespace, out var to, out _) || Index.Find(to) is not { Entity.Kind: EntityKinds.Group } team)
            throw Problem.InvalidInput([new("invalid-input", $"{call.Text("to")} is no team of the catalog.", Field: "to", Cure: "Name a group, for example group:default/promotions.")]);
        if (Index.OwnershipOf(entry) == Ownership.NotOwned) throw Refused($"{entry.Ref} has no owner by its kind.", "Only what has an owner is offered.");
        if (entry.Owner == team.Ref) throw Refused($"{team.Title} owns {entry.Ref} already.", "Offer it to another team.");
        if ((await offers.Of(entry.Ref, cancellation)).Find(offer => offer.IsOpen) is { } open)
            throw Refused($"{entry.Ref} is offered to {Index.DisplayName(open.To)} already.", "Withdraw that offer first, or wait until the file says what was agreed.");
        return new ActionPlan(entry.Ref, [$"{team.Title} is offered {entry.Ref}. Nothing changes until one of its members accepts."],
            Before: new JsonObject { ["owner"] = entry.Owner }, After: new JsonObject { ["owner"] = team.Ref });
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session)
    {
        var offer = new OwnershipOffer(Guid.CreateVersion7().ToString("n"), plan.Subject, plan.Before!["owner"]?.GetValue<string>(), plan.After!["owner"]!.GetValue<string>(),
            call.TextOrNull("note"), call.Principal.Ref, clock.GetUtcNow(), OwnershipOffer.Offered, null, null, false);
        await OwnershipOffers.Put(session, offer);
        return new ActionOutcome(new JsonObject { ["offer"] = offer.Id });
    }

    public static Problem Refused(string title, string cure) => new(409, CatalogSourceCodes.OfferRefused, title, null, cure);
}

/// <summary>Withdraws an offer; the entity's owner may.</summary>
internal sealed class WithdrawOffer(CurrentCatalog catalog, OwnershipOffers offers, TimeProvider clock) : ActionHandler(CatalogActions.WithdrawOwnership)
{
    public override async ValueTask<string?> Subject(ActionCall call, CancellationToken cancellation) => (await offers.Demand(call.Text("offer"), cancellation)).Ref;

    public override async Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation)
    {
        var offer = await offers.Demand(call.Text("offer"), cancellation);
        if (!offer.IsOpen) throw OfferOwnership.Refused($"The offer is {offer.State}.", "There is nothing to withdraw.");
        return new ActionPlan(offer.Ref, [$"{offer.Ref} is no longer offered to {catalog.Index.DisplayName(offer.To)}."]);
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session)
    {
        var offer = await offers.Demand(call.Text("offer"), CancellationToken.None);
        await OwnershipOffers.Decide(session, offer, OwnershipOffer.Withdrawn, call.Principal.Ref, clock.GetUtcNow(), null);
        return new ActionOutcome([]);
    }
}

/// <summary>What the team that an offer was made to answers; its members may.</summary>
internal abstract class OfferAnswer(ActionDefinition definition, OwnershipOffers offers) : ActionHandler(definition)
{
    protected async Task<OwnershipOffer> Demand(ActionCall call, CancellationToken cancellation)
    {
        var offer = await offers.Demand(call.Text("offer"), cancellation);
        if (!call.Principal.Teams.Contains(offer.To))
            throw Problem.Forbidden($"{offer.Ref} is offered to {offer.To}, and {call.Principal.Ref} is not a member.", "Ask one of its members.");
        if (offer.State != OwnershipOffer.Offered) throw OfferOwnership.Refused($"The offer is {offer.State}.", "There is nothing to answer any more.");
        return offer;
    }
}

internal sealed class DeclineOwnership(CurrentCatalog catalog, OwnershipOffers offers, TimeProvider clock) : OfferAnswer(CatalogActions.DeclineOwnership, offers)
{
    public override async Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation)
    {
        var offer = await Demand(call, cancellation);
        return new ActionPlan(offer.Ref, [$"{catalog.Index.DisplayName(offer.To)} does not take {offer.Ref}; its owner stays."]);
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session)
    {
        await OwnershipOffers.Decide(session, await Demand(call, CancellationToken.None), OwnershipOffer.Declined, call.Principal.Ref, clock.GetUtcNow(), null);
        return new ActionOutcome([]);
    }
}

/// <summary>Takes ownership: commits the file where Tarmac hosts it, and else gives a patch of it.</summary>
internal sealed class AcceptOwnership(
    CurrentCatalog catalog, RegisteredSources sources, OwnershipOffers offers, ServicesIndex services, Repositories repositories, ServiceHomes homes, OperationStore operations, TimeProvider clock)
    : OfferAnswer(CatalogActions.AcceptOwnership, offers)
{
    private const string Hosted = "repository:";

    public override async Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation)
    {
        var offer = await Demand(call, cancellation);
        var entry = catalog.Index.Find(offer.Ref) ?? throw Problem.NotFound("entity", offer.Ref, "It went meanwhile; decline the offer.");
        if (entry.Source.Name.StartsWith(Hosted, StringComparison.Ordinal)) await homes.DemandHere(Service(entry), cancellation);
        var (file, team) = (entry.Entity.Origin.File, catalog.Index.DisplayName(offer.To));
        var head = await Head(entry, cancellation);
        var text = head is null ? await sources.TextOf(entry, cancellation) : (await repositories.Read(Service(entry), head, file, cancellation))?.Text ?? await sources.TextOf(entry, cancellation);
        var edited = text is null ? null : OwnerEdit.Apply(text, entry.Entity.Ref, EntityRef.Parse(offer.To));
        var commits = edited is not null && (head is not null || IsManual(entry));
        return new ActionPlan(offer.Ref,
            commits && IsManual(entry) ? [$"{team} owns {offer.Ref}: it is declared here, and says so at once."]
                : commits ? [$"{file} of {Service(entry)} is committed with {team} as the owner, which deploys it as a push would.", $"{team} owns {offer.Ref} as soon as that commit is there."]
                : [$"{offer.Ref} is accepted by {team}, and owned by {(offer.From is { } from ? catalog.Index.DisplayName(from) : "nobody")} until {file} in {entry.Source.Name} says so.",
                   text is null ? "Write the owner there by hand: the file cannot be had from here." : edited is null ? "Write the owner there by hand: one line does not do." : "A patch of that file is given."],
            Before: new JsonObject { ["owner"] = entry.Owner, ["commit"] = commits ? head : null },
            After: new JsonObject { ["owner"] = offer.To, ["file"] = file, ["content"] = commits ? edited : null, ["patch"] = commits || edited is null ? null : OwnerEdit.Patch(file, text!, edited) });
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session)
    {
        var offer = await Demand(call, CancellationToken.None);
        var patch = plan.After!["patch"]?.GetValue<string>();
        await OwnershipOffers.Decide(session, offer, OwnershipOffer.Accepted, call.Principal.Ref, clock.GetUtcNow(), patch);
        var result = new JsonObject { ["offer"] = offer.Id, ["patch"] = patch is null ? null : $"/api/v1/catalog/offers/{offer.Id}/patch" };
        if (plan.After["content"]?.GetValue<string>() is not { } content) return new ActionOutcome(result);
        var entry = catalog.Index.Find(offer.Ref)!;
        if (IsManual(entry)) return new ActionOutcome(result, await ManualOperation.Enqueue(session, operations, "edit", $"Hand {offer.Ref} over to {offer.To}", entry.Entity.Ref, content, call.Principal));
        return new ActionOutcome(result, await operations.Enqueue(session, CommitOperation.Request(
            Service(entry), plan.After["file"]!.GetValue<string>(), content, $"Hand {offer.Ref} over to {offer.To}", plan.Before!["commit"]!.GetValue<string>(),
            CommitAuthor.Of(call.Principal.Ref, call.Principal.DisplayName, clock.GetUtcNow()), call.Principal.Ref, homes.Here)));
    }

    private static bool IsManual(CatalogEntry entry) => entry.Source.Kind == SourceKind.Manual;

    private static string Service(CatalogEntry entry) => entry.Source.Name[Hosted.Length..];

    private async Task<string?> Head(CatalogEntry entry, CancellationToken cancellation) =>
        entry.Source.Name.StartsWith(Hosted, StringComparison.Ordinal) && await services.Find(Service(entry), cancellation) is { State: Delivery.Service.Active }
            ? await repositories.Head(Service(entry), cancellation) : null;
}
