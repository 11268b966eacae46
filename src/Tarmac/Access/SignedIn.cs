using System.Text;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;

namespace Tarmac.Access;

/// <summary>
/// Finds out who is asking: a bearer token, a token as the password of basic authentication (git), or the session cookie
/// of a browser. Everything but the sign-in page, static files, what is documented for everyone and liveness asks for somebody.
/// </summary>
public sealed class SignedIn(RequestDelegate next, AccessStore store, IOrganisation organisation, LocalOwner owner, TokenUses uses)
{
    public const string Cookie = "tarmac_session";

    /// <summary>The cookie that remembers which page was asked for before signing in.</summary>
    public const string AskedFor = "tarmac_asked_for";

    private static readonly string[] Open = ["/sign-in", "/docs"];
    private static readonly string[] Anonymous = ["/health", "/assets"];

    // Git hosts prove themselves by a signature, some of them in the header that otherwise holds a token.
    private static readonly string[] Signed = ["/api/v1/catalog/webhooks"];

    public async Task Invoke(HttpContext context)
    {
        // Whether the platform lives must not depend on whether its database does.
        if (Anonymous.Concat(Signed).Any(path => context.Request.Path.StartsWithSegments(path)))
        {
            await next(context);
            return;
        }
        if (await Find(context) is { } principal)
        {
            context.Features.Set(principal);
        }
        else if (!Open.Any(path => context.Request.Path.StartsWithSegments(path)))
        {
            await Ask(context);
            return;
        }
        await next(context);
    }

    private async Task<Principal?> Find(HttpContext context)
    {
        var cancellation = context.RequestAborted;
        if (Credential(context) is { } secret)
        {
            if (await store.TokenOf(secret, cancellation) is { } token)
            {
                uses.Note(token);
                return Of(token);
            }
            Challenge(context);
            throw new Problem(401, "token-refused", "The token is not valid.", "It is unknown, has expired or was revoked.", "Who is signed in makes a new one: tarmac token create NAME, or the portal's page of tokens.");
        }
        if (context.Request.Cookies[Cookie] is { } cookie && await store.SessionOf(cookie, cancellation) is { } session)
            return Person(session.Principal, session.Scopes, Principal.BrowserSession, session.Token);
        return null;
    }

    private Principal Of(Token token) => token.Kind == PrincipalKind.Person
        ? Person(token.Principal, token.Scopes, token.Id, token.Id)
        : new Principal(token.Principal, token.Kind, token.Name, Teams(token), Scopes(token.Principal, token.Scopes), token.CreatedBy, token.Id) { Token = token.Id };

    // An agent answers to a person, and has a team no longer than that person has it. An operator answers for any team's.
    private IReadOnlyList<string> Teams(Token token) => token.Kind == PrincipalKind.Agent && token.CreatedBy != owner.Ref
        ? [.. token.Teams.Intersect(organisation.TeamsOf(token.CreatedBy))]
        : token.Teams;

    private Principal Person(string reference, IEnumerable<string> scopes, string credential, string? token) =>
        new(reference, PrincipalKind.Person, organisation.DisplayName(reference), organisation.TeamsOf(reference), Scopes(reference, scopes), null, credential) { Token = token };

    private HashSet<string> Scopes(string reference, IEnumerable<string> scopes) =>
        [.. scopes.Where(scope => scope != Principal.Operate || reference == owner.Ref)];

    private static string? Credential(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return header[7..].Trim();
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return null;
        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[6..].Trim(), bytes, out var length)) return null;
        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        return pair[(pair.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }

    private static async Task Ask(HttpContext context)
    {
        var page = context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
            && !context.Request.Path.StartsWithSegments("/api") && !context.Request.Path.StartsWithSegments("/git");
        if (page)
        {
            // The link comes by another way, so that the browser has to remember where it was going.
            if (HttpMethods.IsGet(context.Request.Method))
                context.Response.Cookies.Append(AskedFor, context.Request.Path + context.Request.QueryString.Value,
                    new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, MaxAge = AccessStore.LinkLives, IsEssential = true });
            context.Response.Redirect("/sign-in");
            return;
        }
        Challenge(context);
        await ProblemHandling.Answer(context, new Problem(401, "sign-in-needed", "Sign in first.", null,
            "Send Authorization: Bearer TOKEN; tarmac login remembers one for the command line. Who is signed in makes one: tarmac token create NAME, or the portal's page of tokens."));
    }

    private static void Challenge(HttpContext context) =>
        context.Response.Headers.WWWAuthenticate = context.Request.Path.StartsWithSegments("/git") ? "Basic realm=\"Tarmac\"" : "Bearer realm=\"Tarmac\"";
}
