using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Tarmac.Delivery.Git;
using Tarmac.Foundation.Events;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;

namespace Tarmac.Delivery;

/// <summary>What a push did to a repository's branches and tags, and who it was.</summary>
/// <param name="BreakGlass">The reason, when it was somebody else's service in an emergency.</param>
public sealed record Push(Principal Principal, string? BreakGlass, IReadOnlyDictionary<string, string> Before, IReadOnlyDictionary<string, string> After)
{
    public AuditEntry Entry(string service, string? deploy, DateTimeOffset at)
    {
        var moved = Before.Keys.Union(After.Keys).Where(name => Before.GetValueOrDefault(name) != After.GetValueOrDefault(name)).Order(StringComparer.Ordinal).ToList();
        return new AuditEntry(
            Guid.CreateVersion7().ToString("n"), at, Principal.Ref, Principal.OnBehalfOf, Principal.Credential, "repository.push", ServiceName.Entity(service),
            string.Join(" ", moved.Select(Said)), Of(Before, moved), Of(After, moved), BreakGlass, deploy);
    }

    private string Said(string name)
    {
        var word = name.Split('/', 3)[2];
        return (Before.GetValueOrDefault(name), After.GetValueOrDefault(name)) switch
        {
            ({ } old, null) => $"Deleted {word}, which was {old[..8]}.",
            (null, { } made) => $"Made {word} at {made[..8]}.",
            var (old, now) => $"Moved {word} from {old![..8]} to {now![..8]}.",
        };
    }

    private static JsonObject Of(IReadOnlyDictionary<string, string> refs, IEnumerable<string> names) =>
        new(names.Where(refs.ContainsKey).Select(name => KeyValuePair.Create(name, (JsonNode?)refs[name])));
}

/// <summary>Decides a deploy for each new head of a default branch, once, whoever notices it first.</summary>
public sealed class Pushes(Repositories repositories, Database database, DeliveryCatalog catalog, EventLog events, OperationStore operations, ServiceHomes homes, TimeProvider clock)
{
    public const string Environment = "dev";

    private readonly ConcurrentDictionary<string, SemaphoreSlim> turns = new();
    private readonly ConcurrentDictionary<string, (DateTime, DateTime)> settled = new();

    /// <summary>
    /// One at a time moves a repository's branches and decides what follows: a moved branch is its mover's to decide, and
    /// what changed between the beginning and the end is one mover's doing.
    /// </summary>
    public async Task<IDisposable> Turn(string service, CancellationToken cancellation)
    {
        var turn = TurnOf(service);
        await turn.WaitAsync(cancellation);
        return new Held(turn);
    }

    /// <summary>Takes note of the present head. Answers the deploy it decided, or null when that head was decided before.</summary>
    public async Task<string?> Accept(string service, string principal, CancellationToken cancellation, Push? push = null)
    {
        var head = await repositories.Head(service, cancellation);
        var accepted = await database.Write(async session =>
        {
            var deploy = head is not null && await DeliveryStore.MoveHead(session, service, head) ? await Deploy(session, service, head, principal) : null;
            if (push is not null) await AuditEntry.Write(session, push.Entry(service, deploy, clock.GetUtcNow()));
            return deploy;
        }, cancellation);
        if (accepted is not null) await catalog.Announce(service, cancellation);
        return accepted;
    }

    /// <summary>Finds a push that was received but not decided, because the platform died in between.</summary>
    public async Task CatchUp(Service service, CancellationToken cancellation)
    {
        if (!repositories.Exists(service.Name)) return;
        var stamp = repositories.StampOf(service.Name);
        if (settled.TryGetValue(service.Name, out var known) && known == stamp) return;
        var turn = TurnOf(service.Name);
        if (!turn.Wait(0, cancellation)) return;
        using var held = new Held(turn);
        if (await repositories.Head(service.Name, cancellation) is { } head && head != service.Head)
        {
            // An operation that made the commit decides it, also when it goes on after a crash.
            if (await operations.IsBusy(ServiceName.Repository(service.Name), cancellation)) return;
            await Accept(service.Name, Principal.Platform.Ref, cancellation);
        }
        settled[service.Name] = stamp;
    }

    private async Task<string?> Deploy(Session session, string service, string head, string principal)
    {
        await events.Append(session, "dev.cdevents.change.merged.0.2.0", ServiceName.Entity(service), principal, new JsonObject { ["service"] = service, ["commit"] = head });
        return await operations.Enqueue(session, DeployOperation.Request(service, Environment, head, principal, homes.Here));
    }

    private SemaphoreSlim TurnOf(string service) => turns.GetOrAdd(service, _ => new SemaphoreSlim(1, 1));

    private sealed class Held(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
