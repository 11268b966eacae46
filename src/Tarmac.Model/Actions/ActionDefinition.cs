using Tarmac.Model.Schemas;

namespace Tarmac.Model.Actions;

/// <summary>Who may run an action.</summary>
public enum ActionRights
{
    /// <summary>Any signed-in principal: everyone may create.</summary>
    Anyone,

    /// <summary>Members of the team that owns the subject, or a person who broke glass on it.</summary>
    OwningTeam,

    /// <summary>The same, and operators of this platform.</summary>
    OwningTeamOrOperator,

    /// <summary>Any person; never a service or an agent.</summary>
    Person,

    /// <summary>An operator of this platform.</summary>
    Operator,
}

/// <summary>
/// The one declaration of something that changes something. From it come the HTTP endpoint
/// <c>POST /api/actions/NAME</c>, the portal's form and <c>tarmac action NAME</c>.
/// </summary>
/// <param name="Name">Noun and verb: <c>service.deploy</c>.</param>
/// <param name="Summary">One sentence: what happens when it runs.</param>
/// <param name="Command">How to do the same with the everyday verb of the CLI, with fields in braces: <c>tarmac deploy {service}</c>.</param>
/// <param name="Destructive">True when it takes something away: people confirm it by typing the subject's name.</param>
/// <param name="GivesSecret">True when its answer holds a secret that is shown once.</param>
/// <param name="ListedAt">The portal's page that lists what it makes or takes away.</param>
public sealed record ActionDefinition(
    string Name, string Title, string Summary, ActionRights Rights, InputSchema Input, string? Command = null, bool Destructive = false, bool GivesSecret = false, string? ListedAt = null);
