using System.Net.Mime;
using System.Text.Json;

namespace Tarmac.Gateway;

/// <summary>The two requests the platform may make, over the Unix-domain socket only.</summary>
internal sealed class GatewayControl(RouteFollower routes, TimeProvider time)
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    /// <summary>Only a Unix-domain socket has no IP address; file permissions decide who reaches it.</summary>
    public static bool IsControl(HttpContext context) => context.Connection.LocalIpAddress is null;

    public async Task AnswerAsync(HttpContext context)
    {
        switch (context.Request.Method, context.Request.Path.Value)
        {
            case ("GET", "/state"):
                break;
            case ("POST", "/apply"):
                routes.Apply();
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
        }
        context.Response.ContentType = MediaTypeNames.Application.Json;
        await JsonSerializer.SerializeAsync(
            context.Response.Body, routes.State(_startedAt), GatewayJson.Default.GatewayState, context.RequestAborted);
    }
}
