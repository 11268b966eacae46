using System.Threading.Channels;
using Tarmac.Catalog;
using Tarmac.Facts;
using Tarmac.Foundation.Events;
using Tarmac.Foundation.Replicas;
using Tarmac.Foundation.Storage;
using Tarmac.Model.Catalog;

namespace Tarmac.Operability;

/// <summary>What is due to be judged, and why; many reasons for one component are judged once.</summary>
public sealed class DueScores
{
    private readonly Channel<(string Reference, string Cause)> due = Channel.CreateUnbounded<(string, string)>(new UnboundedChannelOptions { SingleReader = true });

    public void Add(string reference, string cause) => due.Writer.TryWrite((reference, cause));

    public async Task<bool> Wait(TimeSpan most, TimeProvider clock, CancellationToken cancellation)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var some = due.Reader.WaitToReadAsync(wait.Token).AsTask();
        var first = await Task.WhenAny(some, Task.Delay(most, clock, wait.Token));
        await wait.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
        return first == some;
    }

    /// <summary>Takes everything that is due.</summary>
    public IReadOnlyDictionary<string, string> Take()
    {
        var taken = new Dictionary<string, string>(StringComparer.Ordinal);
        while (due.Reader.TryRead(out var next)) taken.TryAdd(next.Reference, next.Cause);
        return taken;
    }
}

/// <summary>Marks as due what an event touches: the entity, and the components that stand in a relation to it.</summary>
public sealed class ScoreTriggers(CurrentCatalog catalog, DueScores due, Leases leases, EventLog log, Database database, TimeProvider clock, ILogger<ScoreTriggers> logger)
    : EventSubscriber("operability.triggers", log, database, clock, logger)
{
    protected override async Task Handle(Event happened, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(happened);
        if (happened.Subject is not { } subject) return;
        // What another platform judged is shown here too.
        if (happened.Type is Scoring.Changed or Scoring.Opened or Scoring.Closed && !leases.Has(ScoringRounds.Lease)) due.Add(subject, "score");
        if (happened.Type == FactLedger.Changed) due.Add(subject, "fact " + happened.Data["key"]);
        if (!happened.Type.StartsWith("dev.tarmac.entity.", StringComparison.Ordinal)) return;
        await catalog.CaughtUp(happened.Revision, cancellation);
        due.Add(subject, "catalog");
        foreach (var end in catalog.Index.RelationsOf(subject))
            if (end.Target.IsKind(EntityKinds.Component)) due.Add(end.Target.ToString(), "catalog: " + subject);
            else if (end.Target.IsKind(EntityKinds.Api))
                foreach (var other in catalog.Index.RelationsOf(end.Target.ToString()))
                    if (other.Type == RelationTypes.ApiProvidedBy) due.Add(other.Target.ToString(), "catalog: " + subject);
    }
}

/// <summary>
/// Judges what is due at once, and everything each minute, because evidence ages without an event. Of several platforms one
/// judges, and the others show what it found.
/// </summary>
public sealed class ScoringRounds(Scoring scoring, DueScores due, Leases leases, TimeProvider clock, ILogger<ScoringRounds> logger) : BackgroundService
{
    internal const string Lease = "operability.scoring";
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    // A start waits this long for the scores of before, so that most first pages have them; those of a hundred thousand come later.
    private static readonly TimeSpan FirstPage = TimeSpan.FromMilliseconds(300);

    private readonly TaskCompletionSource loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        await Task.WhenAny(loaded.Task, Task.Delay(FirstPage, cancellationToken));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var next = clock.GetUtcNow();
        while (!stoppingToken.IsCancellationRequested)
        {
            var taken = due.Take();
            try
            {
                if (!loaded.Task.IsCompleted)
                {
                    await scoring.Load(stoppingToken);
                    loaded.SetResult();
                }
                var judges = await leases.Take(Lease, stoppingToken);
                foreach (var same in taken.GroupBy(each => each.Value, each => each.Key)) await Look([.. same], same.Key, judges, stoppingToken);
                if (clock.GetUtcNow() >= next)
                {
                    next = clock.GetUtcNow() + Every;
                    await Look(scoring.Everything(), "time", judges, stoppingToken);
                }
                var left = next - clock.GetUtcNow();
                if (left > TimeSpan.Zero) await due.Wait(left, clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                logger.LogError(error, "Judging failed and is tried again in {Delay}", RetryAfter);
                foreach (var (reference, cause) in taken) due.Add(reference, cause);
                await Task.Delay(RetryAfter, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private Task Look(IReadOnlyCollection<string> references, string cause, bool judges, CancellationToken cancellation) =>
        judges ? scoring.Judge(references, cause, cancellation) : scoring.Follow(references, cancellation);
}
