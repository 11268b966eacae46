using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Tarmac.Foundation.Web;

/// <summary>
/// What pages need from the host. A page is a component that inherits <see cref="PortalPage"/>; its endpoint answers
/// <c>await Portal.Page&lt;TPage&gt;(context, new { ... })</c>, whose properties become the page's parameters.
/// </summary>
public static class Portal
{
    public static void AddPortal(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddSingleton<PortalFrames>();
        services.AddCascadingValue(provider => provider.GetRequiredService<IHttpContextAccessor>().HttpContext?.Features.Get<PageFrame>()
            ?? throw new InvalidOperationException("A page was rendered without its frame; answer it with Portal.Page."));
    }

    /// <summary>Renders a page in the common layout.</summary>
    public static async Task<IResult> Page<TPage>(HttpContext context, object? parameters = null, int status = StatusCodes.Status200OK)
        where TPage : IComponent
    {
        await context.RequestServices.GetRequiredService<PortalFrames>().Of(context);
        return Rendered<TPage>(parameters, status);
    }

    internal static RazorComponentResult<TPage> Rendered<TPage>(object? parameters, int status) where TPage : IComponent =>
        new(parameters ?? new { }) { StatusCode = status, PreventStreamingRendering = true };
}
