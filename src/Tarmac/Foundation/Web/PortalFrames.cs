using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;

namespace Tarmac.Foundation.Web;

/// <summary>Makes the frame of each page: who looks, the time, the theme, and the break-glass everybody should see.</summary>
public sealed class PortalFrames(Database database, TimeProvider clock, Whereabouts whereabouts, PlatformOptions options, IOrganisation organisation)
{
    public const string ThemeCookie = "tarmac-theme";

    // The team's page has all of them.
    private const int MostContacts = 2;

    /// <summary>The frame of this request; made once.</summary>
    public async Task<PageFrame> Of(HttpContext context)
    {
        if (context.Features.Get<PageFrame>() is { } made) return made;
        var frame = Bare(context);
        // Who has not signed in learns nothing about what goes on here.
        if (frame.Viewer is not null)
        {
            var glass = await database.Read(session => BreakGlass.AllOpen(session, frame.Now), context.RequestAborted);
            frame = frame with { BreakGlass = [.. glass.Select(Notice)] };
        }
        context.Features.Set(frame);
        return frame;
    }

    /// <summary>The frame without what has to be read from the database, for when that is what failed.</summary>
    public PageFrame Bare(HttpContext context) => context.Features.Get<PageFrame>() ?? new PageFrame(
        context.Request.Path.Value ?? "/", clock.GetUtcNow(), PlatformOptions.Version, whereabouts.Url,
        context.Features.Get<Principal>() is { } principal ? new Viewer(principal.Ref, principal.DisplayName, principal.Teams) : null,
        context.Request.Cookies[ThemeCookie], Help);

    // The team that keeps the platform, when the organisation has one.
    private HelpDesk? Help => organisation.Exists(options.PlatformTeam)
        ? new HelpDesk(options.PlatformTeam, organisation.DisplayName(options.PlatformTeam), [.. organisation.ContactsOf(options.PlatformTeam).Take(MostContacts)])
        : null;

    private BreakGlassNotice Notice(BreakGlass glass) => new(
        glass.Principal, organisation.DisplayName(glass.Principal), glass.Subject, organisation.Exists(glass.Subject) ? organisation.DisplayName(glass.Subject) : null, glass.Reason, glass.Until);
}
