using Microsoft.AspNetCore.Antiforgery;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;
using Tarmac.Model.Runtimes;

namespace Tarmac.Access;

public static class AccessApi
{
    public static void AddAccess(this IServiceCollection services)
    {
        services.AddSingleton<AccessStore>();
        services.AddSingleton<TokenUses>();
        services.AddHostedService(provider => provider.GetRequiredService<TokenUses>());
        services.AddSingleton(new Retention("sign-in links and sessions", TimeSpan.Zero, AccessStore.Prune));
        services.AddSingleton<ActionHandler, CreateToken>();
        services.AddSingleton<ActionHandler, RevokeToken>();
        services.AddSingleton<ActionHandler, MakeSignInLink>();
        services.AddSingleton<ActionHandler, StartBreakGlass>();
        services.AddSingleton<ActionHandler, EndBreakGlass>();
    }

    /// <summary>Finds out who is asking; everything after it knows.</summary>
    public static void UseAccess(this IApplicationBuilder app) => app.UseMiddleware<SignedIn>();

    public static void MapAccess(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/whoami", (HttpContext context) =>
        {
            var principal = context.Principal();
            return new WhoAmI(principal.Ref, principal.Kind.ToString().ToLowerInvariant(), principal.DisplayName, principal.Teams,
                [.. principal.Scopes.Order(StringComparer.Ordinal)], principal.OnBehalfOf);
        }).WithSummary("Who you are to this platform, your teams, and what your credential allows.");

        routes.MapGet("/api/tokens", async (HttpContext context, AccessStore store, CancellationToken cancellation) =>
        {
            var principal = context.Principal();
            return (await store.Tokens(principal.IsOperator ? null : principal.Ref, cancellation)).Select(TokenShown.Of).ToList();
        }).WithSummary("The tokens you hold or made; all of them for an operator. Never their secrets.");

        routes.MapPost("/sign-in", SignIn).ExcludeFromDescription();
        routes.MapPost("/sign-out", SignOut).ExcludeFromDescription();
        routes.MapAccessPages();
    }

    /// <summary>Prints a link that signs its operator's browser in. In the background its log would keep the secret;
    /// there the command that started it prints one.</summary>
    public static async Task PrintSignInLink(this WebApplication app)
    {
        if (Environment.GetEnvironmentVariable(ProcessFolder.Marker) is not null) return;
        var services = app.Services;
        var name = services.GetRequiredService<LocalOwner>().Ref;
        var owner = new Principal(name, PrincipalKind.Person, name, [], new HashSet<string> { Principal.Read, Principal.Write, Principal.Operate }, null, null);
        var link = await services.GetRequiredService<Database>().Write(session => services.GetRequiredService<AccessStore>().NewLink(session, owner));
        Console.WriteLine($"Sign in:  {services.GetRequiredService<Whereabouts>().Url}/sign-in?link={link}  (once, within ten minutes; tarmac open makes another)");
    }

    private static async Task<IResult> SignIn(HttpContext context, AccessStore store, IAntiforgery antiforgery, CancellationToken cancellation)
    {
        await antiforgery.ValidateRequestAsync(context);
        var form = await context.Request.ReadFormAsync(cancellation);
        var session = await store.UseLink(form["link"].ToString(), cancellation)
            ?? throw new Problem(401, "sign-in-link-spent", "This sign-in link no longer works.", "It was used already, or is older than ten minutes.", "Get a new one: tarmac open.");
        context.Response.Cookies.Append(SignedIn.Cookie, session, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            MaxAge = AccessStore.SessionLives,
            IsEssential = true,
        });
        var asked = ActionForm.LocalPath(context.Request.Cookies[SignedIn.AskedFor]);
        context.Response.Cookies.Delete(SignedIn.AskedFor);
        return Results.Redirect(asked ?? "/");
    }

    private static async Task<IResult> SignOut(HttpContext context, AccessStore store, IAntiforgery antiforgery, CancellationToken cancellation)
    {
        await antiforgery.ValidateRequestAsync(context);
        if (context.Request.Cookies[SignedIn.Cookie] is { } session) await store.EndSession(session, cancellation);
        context.Response.Cookies.Delete(SignedIn.Cookie);
        return Results.Redirect("/sign-in");
    }
}

public sealed record WhoAmI(string Ref, string Kind, string Name, IReadOnlyList<string> Teams, IReadOnlyList<string> Scopes, string? OnBehalfOf);

public sealed record TokenShown(
    string Id, string Principal, string Kind, string Name, IReadOnlyList<string> Scopes, IReadOnlyList<string> Teams, string CreatedBy,
    DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt, DateTimeOffset? LastUsedAt)
{
    public static TokenShown Of(Token token) => new(
        token.Id, token.Principal, token.Kind.ToString().ToLowerInvariant(), token.Name, token.Scopes, token.Teams, token.CreatedBy,
        token.CreatedAt, token.ExpiresAt, token.RevokedAt, token.LastUsedAt);
}
