using System.Net.Mime;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Yarp.ReverseProxy.Forwarder;

namespace Tarmac.Gateway;

/// <summary>What the gateway says itself when it cannot forward: a page for a browser, problem details for everyone else.</summary>
internal sealed class GatewayAnswers(RouteFollower routes)
{
    private const int MostListed = 50;

    public Task RouteNotFoundAsync(HttpContext context)
    {
        if (routes.HasNeverRead)
            return WriteAsync(context, 503, RouteRules.Code, "The gateway could not read its routes",
                string.Join(" ", routes.Problems),
                "Start the platform, or let it reconcile: it writes the routes anew.");
        var host = RouteTable.WithoutPort(context.Request.Host.Value).ToString();
        return WriteAsync(context, 404, "route-not-found", $"Nothing is served at {(host.Length == 0 ? "a request without a host" : host)}",
            "No route of this gateway has that host name.",
            "Check the name (SERVICE.ENVIRONMENT.localhost), or see `tarmac status` for what is served.", listServed: true);
    }

    public Task NothingRunsAsync(HttpContext context, GatewayRoute route) => Unavailable(context, route,
        $"{route.Service} has no running instance in {route.Environment}.");

    public Task UnreachableAsync(HttpContext context, GatewayRoute route) => Unavailable(context, route,
        $"No instance of {route.Service} in {route.Environment} accepts connections. It may be starting again after a crash.");

    public Task MethodRefusedAsync(HttpContext context) => WriteAsync(context, 405, "gateway-method-refused",
        "CONNECT is refused", "This gateway serves named services; it is not a tunnel.",
        "Send an ordinary request with the service's host name.");

    public Task ForwardingFailedAsync(HttpContext context, GatewayRoute route, ForwarderError error, bool nothingWasSent)
    {
        if (nothingWasSent) return UnreachableAsync(context, route);
        if (error == ForwarderError.RequestTimedOut || context.Response.StatusCode == StatusCodes.Status504GatewayTimeout)
            return WriteAsync(context, 504, "upstream-timed-out", $"{route.Service} did not answer in time",
                $"Nothing moved on the request for {route.ActivityTimeoutSeconds} s, so it was given up. The service may have acted on it.",
                $"See `tarmac logs {route.Service}` for what it was doing.", route);
        var status = context.Response.StatusCode is >= 400 and < 500 ? context.Response.StatusCode : 502;
        return WriteAsync(context, status, "upstream-failed", $"{route.Service} broke off the request",
            $"The connection to {route.Service} ended before an answer came ({error}). The service may have acted on the request.",
            $"See `tarmac logs {route.Service}` for why, then repeat the request if that is safe.", route);
    }

    private Task Unavailable(HttpContext context, GatewayRoute route, string detail)
    {
        context.Response.Headers.RetryAfter = "1";
        return WriteAsync(context, 503, "service-unavailable", $"{route.Service} is not available", detail,
            $"See why with `tarmac status {route.Service}` and `tarmac logs {route.Service}`.", route);
    }

    private async Task WriteAsync(HttpContext context, int status, string code, string title, string detail, string cure,
        GatewayRoute? route = null, bool listServed = false)
    {
        var snapshot = routes.Current?.Snapshot ?? RouteSnapshot.Empty;
        var root = snapshot.Portal?.TrimEnd('/') is { Length: > 0 } known ? known : null;
        var portal = root is null ? null : route is null ? root + "/" : $"{root}/catalog/component/default/{Uri.EscapeDataString(route.Service)}";
        var docs = root is null ? $"docs/errors/{code}.md" : $"{root}/docs/errors/{code}";
        string[]? served = listServed
            ? [.. snapshot.Routes.Select(r => r.Host).Order(StringComparer.Ordinal).Take(MostListed)]
            : null;
        var problem = new GatewayProblem(
            $"urn:tarmac:problem:{code}", title, status, detail, code, cure, docs, portal, served);

        var response = context.Response;
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        response.Headers[ForwardedHeaders.RequestId] = context.TraceIdentifier;
        if (HttpMethods.IsHead(context.Request.Method)) return;
        if (WantsPage(context.Request))
        {
            response.ContentType = "text/html; charset=utf-8";
            response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
            await response.WriteAsync(Page(problem, context), context.RequestAborted);
            return;
        }
        response.ContentType = MediaTypeNames.Application.ProblemJson;
        await JsonSerializer.SerializeAsync(response.Body, problem, GatewayJson.Default.GatewayProblem, context.RequestAborted);
    }

    private static bool WantsPage(HttpRequest request)
    {
        foreach (var accept in request.Headers.Accept)
            if (accept?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true) return true;
        return false;
    }

    private static string Page(GatewayProblem problem, HttpContext context)
    {
        var port = context.Request.Host.Port is { } number ? $":{number}" : "";
        var page = new StringBuilder()
            .Append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>")
            .Append(Html(problem.Title))
            .Append("</title><style>:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:4rem auto;padding:0 1rem}code{font-family:ui-monospace,monospace}small{opacity:.75}</style>")
            .Append($"<h1>{Html(problem.Title)}</h1><p>{Html(problem.Detail)}</p><p>{Html(problem.Cure)}</p>");
        if (problem.Served is { Count: > 0 } served)
        {
            page.Append("<h2>Served here</h2><ul>");
            foreach (var host in served) page.Append($"<li><a href=\"http://{Html(host)}{port}/\">{Html(host)}</a></li>");
            page.Append("</ul>");
        }
        else if (problem.Served is not null) page.Append("<p>Nothing is served yet. <code>tarmac new</code> makes a first service.</p>");
        if (problem.Portal is { } portal) page.Append($"<p><a href=\"{Html(portal)}\">Open the portal</a></p>");
        return page.Append($"<p><small>{Html(problem.Code)} · {problem.Status} · request {Html(context.TraceIdentifier)}</small></p></html>").ToString();
    }

    private static string Html(string text) => HtmlEncoder.Default.Encode(text);
}
