using System.Runtime.CompilerServices;

namespace Tarmac.Foundation.Web;

/// <summary>Server-sent events as they should begin.</summary>
public static class EventStream
{
    /// <summary>Sends the headers before the first event, which may be long in coming: the listener knows that it is connected.</summary>
    public static async IAsyncEnumerable<T> OpenedAtOnce<T>(this IAsyncEnumerable<T> events, HttpContext context, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await context.Response.Body.FlushAsync(cancellation);
        await foreach (var one in events.WithCancellation(cancellation)) yield return one;
    }
}
