using System.Collections.Concurrent;
using System.Threading.Channels;
using Tarmac.Catalog;
using Tarmac.Delivery;
using Tarmac.Foundation.Replicas;
using Tarmac.Foundation.Storage;
using Tarmac.Model.Catalog;

namespace Tarmac.Facts;

/// <summary>Asks everything that can be asked about every 30 seconds, and at once what has just been deployed.</summary>
public sealed class Probing(
    CurrentCatalog catalog, ServicesIndex services, HealthProbe probe, FactLedger facts, Leases leases, Database database, TimeProvider clock, ILogger<Probing> logger) : BackgroundService
{
    public const string AddressAnnotation = "tarmac.dev/health-url";
    private const string Lease = "facts.probing";
    private const int Parallel = 8;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);
    private readonly Channel<string> soon = Channel.CreateBounded<string>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Asks one entity now and answers what was seen, storing nothing.</summary>
    public async Task<IReadOnlyList<Fact>> Observe(string subject, CancellationToken cancellation)
    {
        if (catalog.Index.Find(subject) is not { } entry) return [];
        var known = await facts.Of(subject, cancellation);
        var seen = new List<Fact>();
        foreach (var serving in await services.Serving(entry.Name, cancellation))
            if (serving.Entity == entry.Ref) seen.AddRange(await Ask(subject, HealthProbe.InstanceSource + serving.Environment, () => probe.Ask(serving, known, cancellation), cancellation));
        if (AddressOf(entry) is { } address) seen.AddRange(await Ask(subject, HealthProbe.AddressSource, () => probe.Ask(entry.Ref, address, known, cancellation), cancellation));
        return seen;
    }

    // Whatever one target does to its probe, the others are asked and what they said is stored.
    private async Task<IReadOnlyList<Fact>> Ask(string subject, string source, Func<Task<IReadOnlyList<Fact>>> ask, CancellationToken cancellation)
    {
        try
        {
            return await ask();
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            logger.LogWarning(error, "{Subject} could not be probed", subject);
            return [probe.Refused(subject, source, $"It could not be probed: {error.Message}")];
        }
    }

    /// <summary>Asks this entity as soon as possible, without waiting for it.</summary>
    public void Soon(string subject) => soon.Writer.TryWrite(subject);

    /// <summary>Asks these entities and stores what was seen.</summary>
    public async Task Round(IEnumerable<string> subjects, CancellationToken cancellation)
    {
        var seen = new ConcurrentBag<Fact>();
        await System.Threading.Tasks.Parallel.ForEachAsync(subjects, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellation }, async (subject, stop) =>
        {
            foreach (var fact in await Observe(subject, stop)) seen.Add(fact);
        });
        if (seen.IsEmpty) return;
        await database.Write(async session =>
        {
            foreach (var fact in seen.OrderBy(fact => fact.Subject, StringComparer.Ordinal)) await facts.Put(session, fact);
        }, cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var next = clock.GetUtcNow() + Every;
            try
            {
                await Round(await Targets(stoppingToken), stoppingToken);
                while (await Waited(next, stoppingToken) is { } subject) await Round([subject], stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                logger.LogError(error, "Asking for health failed and is tried again in {Delay}", Every);
                await Task.Delay(Every, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Of several platforms, one asks at addresses; what runs here only this one can ask.
    private async Task<IEnumerable<string>> Targets(CancellationToken cancellation)
    {
        var serving = (await services.Serving(null, cancellation)).Select(serving => serving.Entity);
        if (!await leases.Take(Lease, cancellation)) return serving.ToHashSet();
        return catalog.Index.All.Where(entry => entry.Entity.Kind == EntityKinds.Component && AddressOf(entry) is not null).Select(entry => entry.Ref).Union(serving);
    }

    // The next subject to ask before its turn, or null when the turn of all has come.
    private async Task<string?> Waited(DateTimeOffset until, CancellationToken stopping)
    {
        var left = until - clock.GetUtcNow();
        if (left <= TimeSpan.Zero) return null;
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var due = Task.Delay(left, clock, wait.Token);
        var asked = soon.Reader.WaitToReadAsync(wait.Token).AsTask();
        var first = await Task.WhenAny(due, asked);
        await wait.CancelAsync();
        stopping.ThrowIfCancellationRequested();
        return first == asked && soon.Reader.TryRead(out var subject) ? subject : null;
    }

    private static Uri? AddressOf(CatalogEntry entry) =>
        entry.Entity.Metadata.Annotations.TryGetValue(AddressAnnotation, out var text) && Uri.TryCreate(text, UriKind.Absolute, out var address) ? address : null;
}
