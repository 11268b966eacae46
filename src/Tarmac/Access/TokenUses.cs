using System.Collections.Concurrent;
using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Storage;

namespace Tarmac.Access;

/// <summary>Notes when tokens were last used, to the minute and beside the requests: whoever only reads never waits for a write.</summary>
public sealed class TokenUses(AccessStore store, TimeProvider clock, ILogger<TokenUses> logger) : BackgroundService
{
    private static readonly TimeSpan NotedEvery = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, DateTimeOffset> used = new(StringComparer.Ordinal);
    private readonly Signal noted = new();

    public void Note(Token token)
    {
        var now = clock.GetUtcNow();
        if (token.LastUsedAt <= now - NotedEvery || token.LastUsedAt is null)
            if (used.TryAdd(token.Id, now)) noted.Fire();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var next = noted.Next;
            foreach (var (token, at) in used)
            {
                await Write(token, at);
                used.TryRemove(token, out _);
            }
            if (used.IsEmpty) await next.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // A use that could not be written is noted by the next one.
    private async Task Write(string token, DateTimeOffset at)
    {
        try
        {
            await store.Touch(token, at);
        }
        catch (StorageUnavailableException unavailable)
        {
            logger.LogWarning("The use of token {Token} could not be noted: {Why}", token, unavailable.Message);
        }
    }
}
