using Tarmac.Foundation.Web;
using Tarmac.Model.Actions;

namespace Tarmac.Foundation.Principals;

/// <summary>Who may do what: owners change what they own, everyone reads, everyone may create. Nobody else's approval exists.</summary>
public static class Rights
{
    /// <summary>Decides whether a principal may run an action on a subject.</summary>
    /// <param name="glass">The principal's open break-glass on the subject, when there is one.</param>
    /// <param name="ownerWhenUnknown">Who owns the subject when the catalog names no owner that exists.</param>
    /// <exception cref="Problem">It may not; the message says who may and how to go on.</exception>
    public static void Demand(Principal principal, ActionDefinition action, string? subject, IOrganisation organisation, BreakGlass? glass, string? ownerWhenUnknown = null)
    {
        if (!principal.MayWrite)
            throw new Problem(403, "read-only", "This credential may only read.", null, "Use a token with the write scope: tarmac token create NAME --scope read --scope write.");
        switch (action.Rights)
        {
            case ActionRights.Anyone:
                return;
            case ActionRights.Person when principal.Kind != PrincipalKind.Person:
                throw new Problem(403, "person-only", "Only a person may do this, not a service or an agent.", null, "Ask the person who answers for it.");
            case ActionRights.Person:
                return;
            case ActionRights.Operator when !principal.IsOperator:
                throw new Problem(403, "operator-only", "Only an operator of this platform may do this.", null, "Ask the platform team.");
            case ActionRights.Operator:
            case ActionRights.OwningTeamOrOperator when principal.IsOperator:
                return;
            default:
                DemandOwnership(principal, subject, organisation, glass, ownerWhenUnknown);
                return;
        }
    }

    /// <summary>Who owns a subject: whom the catalog names when that one exists, else the one given; nobody when null.</summary>
    public static string? OwnerOf(string subject, IOrganisation organisation, string? otherwise) =>
        organisation.OwnerOf(subject) is { } named && organisation.Exists(named) ? named : otherwise;

    /// <summary>
    /// Whether a principal may change what this owner has. What the catalog knows and nobody owns is everybody's to take care of;
    /// what it does not know either is nobody's.
    /// </summary>
    public static bool May(Principal principal, string subject, string? owner, IOrganisation organisation, BreakGlass? glass) =>
        principal == Principal.Platform || (glass is not null && principal.Kind == PrincipalKind.Person)
        || (owner is null ? organisation.Exists(subject) : owner == principal.Ref || principal.Teams.Contains(owner));

    private static void DemandOwnership(Principal principal, string? subject, IOrganisation organisation, BreakGlass? glass, string? ownerWhenUnknown)
    {
        if (subject is null) return;
        var owner = OwnerOf(subject, organisation, ownerWhenUnknown);
        if (May(principal, subject, owner, organisation, glass)) return;
        if (owner is null) throw Problem.NotFound("entity", subject, "tarmac list shows what there is; so does GET /api/v1/catalog/entities?q=TEXT.");
        var detail = $"{subject} is owned by {owner}, and {principal.Ref} is not a member.";
        // Nobody means to be the operator here: it is who one is by default.
        var instead = principal.IsOperator ? "You act as the operator, who is in no team; act as a member with a member's token: TARMAC_TOKEN, or tarmac login. Or ask" : "Ask";
        throw Problem.Forbidden(detail, principal.Kind == PrincipalKind.Person && organisation.Exists(subject)
            ? $"{instead} {organisation.DisplayName(owner)}, or in an emergency break glass with a reason: tarmac break-glass start {subject} --reason TEXT."
            : $"{instead} {organisation.DisplayName(owner)}.");
    }
}
