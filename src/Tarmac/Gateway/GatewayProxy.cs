using Yarp.ReverseProxy.Forwarder;

namespace Tarmac.Gateway;

/// <summary>
/// One request, from the client to a destination and back. YARP's forwarder does the copying; choosing and counting are
/// ours, because the choice and the count must be one step for a drain to be exact.
/// </summary>
internal sealed class GatewayProxy(RouteFollower routes, IHttpForwarder forwarder, GatewayAnswers answers, TimeProvider time)
{
    // A request that found no connection anywhere in this many tries is told so.
    private const int MostTries = 3;

    private readonly ForwardedHeaders _headers = new();

    public async Task ForwardAsync(HttpContext context)
    {
        context.TraceIdentifier = ForwardedHeaders.RequestIdOf(context.Request);
        if (HttpMethods.IsConnect(context.Request.Method))
        {
            await answers.MethodRefusedAsync(context);
            return;
        }

        Destination? tried = null;
        for (var attempt = 1; ; attempt++)
        {
            var (route, destination) = Enter(routes.Current ?? await routes.First, context.Request.Host.Value);
            if (route is null)
            {
                await answers.RouteNotFoundAsync(context);
                return;
            }
            if (destination is null)
            {
                await answers.NothingRunsAsync(context, route.Route);
                return;
            }
            if (destination == tried)
            {
                destination.Leave();
                await answers.UnreachableAsync(context, route.Route);
                return;
            }

            var error = await SendAsync(context, route, destination);
            if (error == ForwarderError.None || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
                return;
            // No connection came about, so nothing was sent: another destination, or the next table's, may have it.
            if (NothingWasSent(context) && attempt < MostTries)
            {
                tried = destination;
                context.Features.Set<IForwarderErrorFeature>(null);
                context.Response.Clear();
                continue;
            }
            await answers.ForwardingFailedAsync(context, route.Route, error, NothingWasSent(context));
            return;
        }
    }

    /// <summary>Finds the route and counts the request in at a destination that is still routed.</summary>
    private (ServedRoute? Route, Destination? Destination) Enter(RouteTable table, string? host)
    {
        while (true)
        {
            if (table.Find(host) is not { } route) return (null, null);
            if (route.Next() is not { } destination) return (route, null);
            if (destination.TryEnter()) return (route, destination);
            table = routes.Current!; // retired after we looked: the table that replaced ours is already there
        }
    }

    private async ValueTask<ForwarderError> SendAsync(HttpContext context, ServedRoute route, Destination destination)
    {
        var started = time.GetTimestamp();
        try
        {
            return await forwarder.SendAsync(context, destination.Address, destination.Connections, route.Request, _headers);
        }
        finally
        {
            destination.Access.Count(context.Response.StatusCode >= 500, time.GetElapsedTime(started));
            destination.Leave();
        }
    }

    private static bool NothingWasSent(HttpContext context) =>
        context.Features.Get<IForwarderErrorFeature>()?.Exception
            is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError };
}
