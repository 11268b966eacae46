using Tarmac.Model.Schemas;

namespace Tarmac.Model.Actions;

/// <summary>Where the catalog's entities come from.</summary>
public static class CatalogActions
{
    public static readonly ActionDefinition AddSource = new(
        "source.add", "Add a catalog source",
        "Reads entities from a git repository or a file on the web, or from a folder or file of the platform's machine when an operator adds it. The plan reads it first and says what would come in. Its groups and users grant no rights.",
        ActionRights.Anyone,
        InputSchema.Of(
            InputField.Text("name", "How the source is called.", required: true) with { Pattern = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?" },
            InputField.Text("location", "An https address of a git repository or of a YAML file; operators may also name an absolute path. Nothing for what tools push.") with { MaxLength = 1000, Example = "https://git.example.test/shop/vouchers.git" },
            InputField.Text("type", "What the location is; found out by how it looks when not said. Push is for files that tools hand in.") with { Choices = ["folder", "git", "url", "push"] },
            InputField.Text("branch", "The branch of a repository; its default one when not said.") with { Pattern = "[A-Za-z0-9_][A-Za-z0-9._/-]{0,199}" },
            new InputField("patterns", InputKind.TextList) { Description = "Which files of a repository are read, such as services/*/catalog-info.yaml; every catalog-info.yaml when not said.", MaxLength = 500 },
            InputField.Text("credential", "Where the platform finds a token for it: env:NAME or file:/path. Only operators may name one, because the token goes where the location is.") with { MaxLength = 500 },
            InputField.Text("owner", "The group that may change and remove the source; your team when you have one, else you.") with { Format = InputFormat.EntityRef, EntityKind = "Group" },
            new InputField("kinds", InputKind.TextList) { Description = "The kinds of entities that may come from it, such as Component and API; any when not said.", MaxLength = 63 },
            new InputField("everySeconds", InputKind.Integer) { Description = "How often a repository or address is asked for news.", Default = 60, Minimum = 5, Maximum = 86400 }),
        "tarmac source add {name} {location}");

    public static readonly ActionDefinition RefreshSource = new(
        "source.refresh", "Read a source again", "Reads a catalog source now instead of at its next turn.", ActionRights.Anyone,
        InputSchema.Of(InputField.Text("name", "The source's name.", required: true)), "tarmac source refresh {name}");

    public static readonly ActionDefinition RemoveSource = new(
        "source.remove", "Remove a catalog source", "Reads a source no more. Entities that only it declared are kept as orphans for 30 days. Its owner and operators may.", ActionRights.Anyone,
        InputSchema.Of(InputField.Text("name", "The source's name.", required: true)), "tarmac source remove {name}", Destructive: true);

    public static readonly ActionDefinition MakeWebhook = new(
        "source.webhook", "Make a webhook for a source", "Makes the secret with which a git host announces pushes, so that the source is read at once. A new one takes the place of the one before. Its owner and operators may.",
        ActionRights.Anyone, InputSchema.Of(InputField.Text("name", "The source's name.", required: true)), "tarmac source webhook {name}", GivesSecret: true, ListedAt: "/catalog/sources");

    private static readonly InputField Entity = InputField.Text("entity", "Its full reference.", required: true) with { MaxLength = 400, Example = "component:default/vouchers" };

    public static readonly ActionDefinition HandOver = new(
        "entity.hand-over", "Hand an entity over", "Of two sources that declare one entity, lets the other one count from now on.", ActionRights.OwningTeam,
        InputSchema.Of(Entity, InputField.Text("source", "The source whose declaration counts afterwards.", required: true) with { MaxLength = 400 }));

    public static readonly ActionDefinition RemoveOrphan = new(
        "entity.remove-orphan", "Remove an orphan", "Takes an entity out of the catalog that no source declares any more. Its history stays.", ActionRights.OwningTeamOrOperator,
        InputSchema.Of(Entity), Destructive: true);

    private static readonly InputField[] Described =
    [
        InputField.Text("owner", "The team that owns it; yours when you have one, else you.") with { Format = InputFormat.EntityRef, EntityKind = "Group" },
        InputField.Text("type", "Such as service, website or library; openapi for an API; database for a resource.") with { MaxLength = 63 },
        InputField.Text("lifecycle", "Such as experimental, production or deprecated; for components and APIs.") with { MaxLength = 63 },
        InputField.Text("title", "What people call it.") with { MaxLength = 200 },
        InputField.Text("description", "What it does, and for whom.") with { MaxLength = 1000 },
        InputField.Text("system", "The system it is part of.") with { Format = InputFormat.EntityRef, EntityKind = "System" },
        InputField.Text("domain", "The domain a system is part of.") with { Format = InputFormat.EntityRef, EntityKind = "Domain" },
        new InputField("dependsOn", InputKind.TextList) { Description = "What it needs, such as resource:till-database.", MaxLength = 200 },
        new InputField("providesApis", InputKind.TextList) { Description = "The APIs it provides.", MaxLength = 200 },
        new InputField("consumesApis", InputKind.TextList) { Description = "The APIs it uses.", MaxLength = 200 },
        new InputField("tags", InputKind.TextList) { Description = "Words to find it by.", MaxLength = 63 },
        InputField.Text("definition", "The definition of an API.") with { Format = InputFormat.MultiLine, MaxLength = 200_000 },
    ];

    public static readonly ActionDefinition DeclareEntity = new(
        "entity.declare", "Declare an entity", "Puts something into the catalog that no file declares yet. Its owner changes and removes it here, and may take its descriptor along as a file.",
        ActionRights.Anyone,
        InputSchema.Of(
            [InputField.Text("kind", "What it is.", required: true) with { Choices = ["Component", "API", "Resource", "System", "Domain"], Example = "Component" },
            InputField.Text("name", "Its name, which never changes.", required: true) with { Pattern = "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?", Example = "till" },
            InputField.Text("namespace", "Its namespace.") with { Pattern = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", Default = "default" },
            .. Described]));

    public static readonly ActionDefinition EditEntity = new(
        "entity.edit", "Edit an entity", "Changes what was declared by a form: what is left blank is said no more, but for a definition, which stays. Its owner and operators may.", ActionRights.Anyone,
        InputSchema.Of([Entity, .. Described]));

    public static readonly ActionDefinition RemoveEntity = new(
        "entity.remove", "Remove an entity", "Takes back what was declared by a form. Its owner and operators may. Its history stays.", ActionRights.Anyone, InputSchema.Of(Entity), Destructive: true);

    private static readonly InputField Offer = InputField.Text("offer", "The offer's id.", required: true) with { MaxLength = 64 };

    public static readonly ActionDefinition OfferOwnership = new(
        "ownership.offer", "Offer ownership", "Offers an entity to another team. Nothing changes until that team accepts.", ActionRights.OwningTeam,
        InputSchema.Of(Entity, InputField.Text("to", "The team that should own it.", required: true) with { MaxLength = 400, Example = "group:default/promotions" },
            InputField.Text("note", "Why, for those who decide.") with { MaxLength = 2000 }));

    public static readonly ActionDefinition AcceptOwnership = new(
        "ownership.accept", "Accept ownership",
        "Takes over an entity that was offered to your team: commits its file where Tarmac hosts it, and gives a patch of it elsewhere.", ActionRights.Anyone, InputSchema.Of(Offer));

    public static readonly ActionDefinition DeclineOwnership = new(
        "ownership.decline", "Decline ownership", "Leaves an entity that was offered to your team with its owner.", ActionRights.Anyone, InputSchema.Of(Offer));

    public static readonly ActionDefinition WithdrawOwnership = new(
        "ownership.withdraw", "Withdraw an offer", "Takes an offer of ownership back.", ActionRights.OwningTeam, InputSchema.Of(Offer));

    public static readonly IReadOnlyList<ActionDefinition> All =
        [AddSource, RefreshSource, RemoveSource, MakeWebhook, HandOver, RemoveOrphan, DeclareEntity, EditEntity, RemoveEntity, OfferOwnership, AcceptOwnership, DeclineOwnership, WithdrawOwnership];
}
