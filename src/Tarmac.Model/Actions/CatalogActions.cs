using Tarmac.Model.Schemas;

namespace Tarmac.Model.Actions;

/// <summary>Where the catalog's entities come from.</summary>
public static class CatalogActions
{
    public static readonly ActionDefinition AddSource = new(
        "source.add", "Add a catalog source",
        "Reads entities from a folder or file on the platform's machine, now and whenever it changes. Its groups and users grant no rights.", ActionRights.Operator,
        InputSchema.Of(
            InputField.Text("name", "How the source is called.", required: true) with { Pattern = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?" },
            InputField.Text("path", "An absolute path.", required: true) with { MaxLength = 1000 }),
        "tarmac source add {name} {path}");

    public static readonly ActionDefinition RefreshSource = new(
        "source.refresh", "Read a source again", "Reads a catalog source now instead of at its next turn.", ActionRights.Anyone,
        InputSchema.Of(InputField.Text("name", "The source's name.", required: true)), "tarmac source refresh {name}");

    public static readonly ActionDefinition RemoveSource = new(
        "source.remove", "Remove a catalog source", "Reads a source no more. Entities that only it declared are kept as orphans for 30 days.", ActionRights.Operator,
        InputSchema.Of(InputField.Text("name", "The source's name.", required: true)), "tarmac source remove {name}", Destructive: true);

    private static readonly InputField Entity = InputField.Text("entity", "Its full reference.", required: true) with { MaxLength = 400, Example = "component:default/vouchers" };

    public static readonly ActionDefinition HandOver = new(
        "entity.hand-over", "Hand an entity over", "Of two sources that declare one entity, lets the other one count from now on.", ActionRights.OwningTeam,
        InputSchema.Of(Entity, InputField.Text("source", "The source whose declaration counts afterwards.", required: true) with { MaxLength = 400 }));

    public static readonly ActionDefinition RemoveOrphan = new(
        "entity.remove-orphan", "Remove an orphan", "Takes an entity out of the catalog that no source declares any more. Its history stays.", ActionRights.OwningTeamOrOperator,
        InputSchema.Of(Entity), Destructive: true);

    public static readonly IReadOnlyList<ActionDefinition> All = [AddSource, RefreshSource, RemoveSource, HandOver, RemoveOrphan];
}
