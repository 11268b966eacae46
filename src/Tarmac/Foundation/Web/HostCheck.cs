namespace Tarmac.Foundation.Web;

/// <summary>Refuses requests for a host we do not serve: a page elsewhere must not reach us through a name it controls (DNS rebinding).</summary>
public sealed class HostCheck(RequestDelegate next, ServedHosts served)
{
    public async Task Invoke(HttpContext context)
    {
        if (!served.Names.Contains(context.Request.Host.Host, StringComparer.OrdinalIgnoreCase))
            throw new Problem(421, "host-not-served", $"This platform does not serve the host {context.Request.Host}.", null,
                "Open it as " + string.Join(" or ", served.Names) + ".");
        await next(context);
    }
}

public sealed record ServedHosts(IReadOnlyList<string> Names);
