namespace Tarmac.Model.Actions;

/// <summary>Every action there is, for the CLI and for whoever wants to know.</summary>
public static class ActionList
{
    public static readonly IReadOnlyList<ActionDefinition> All =
    [
        RoadActions.Create,
        .. DeliveryActions.All,
        OperationActions.Cancel,
        OperabilityActions.Rescore,
        FactActions.Report,
        .. CatalogActions.All,
        AccessActions.CreateToken, AccessActions.RevokeToken, AccessActions.SignInLink, AccessActions.StartBreakGlass, AccessActions.EndBreakGlass,
        .. OutgoingActions.All,
    ];
}
