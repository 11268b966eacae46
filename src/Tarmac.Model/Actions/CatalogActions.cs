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

    public static readonly IReadOnlyList<ActionDefinition> All = [AddSource, RefreshSource, RemoveSource];
}
