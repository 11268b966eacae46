using System.Runtime.CompilerServices;

namespace Tarmac.Foundation.Web;

/// <summary>Server-sent events as they should begin and end.</summary>
public static class EventStream
{
    /// <summary>The id of the last event that a listener who comes back has seen; it is newer than what its address says.</summary>
    public static long? LastEventId(HttpContext context) => long.TryParse(context.Request.Headers["Last-Event-ID"], out var last) ? last : null;

    /// <summary>
    /// Sends the headers before the first event, which may be long in coming: the listener knows that it is connected. Ends when the
    /// listener goes, and when the platform stops, which would otherwise wait for it.
    /// </summary>
    public static async IAsyncEnumerable<T> Live<T>(this IAsyncEnumerable<T> events, HttpContext context, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stopping);
        await context.Response.Body.FlushAsync(end.Token);
        await using var all = events.GetAsyncEnumerator(end.Token);
        while (await Next(all, stopping)) yield return all.Current;
    }

    private static async ValueTask<bool> Next<T>(IAsyncEnumerator<T> all, CancellationToken stopping)
    {
        try
        {
            return await all.MoveNextAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return false;
        }
    }
}
