using System.Text;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Web;

namespace Tarmac.Access;

/// <summary>
/// Finds out who is asking: a bearer token, a token as the password of basic authentication (git), or the session cookie
/// of a browser. Everything but the sign-in page, static files, what is documented for everyone and liveness asks for somebody.
/// </summary>
public sealed class SignedIn(RequestDelegate next, AccessStore store, IOrganisation organisation, LocalOwner owner)
{
    public const string Cookie = "tarmac_session";
    private static readonly string[] Open = ["/sign-in", "/docs", "/favicon.svg", "/hooks"];
    private static readonly string[] Anonymous = ["/health", "/assets"];

    public async Task Invoke(HttpContext context)
    {
        // Whether the platform lives must not depend on whether its database does.
        if (Anonymous.Any(path => context.Request.Path.StartsWithSegments(path)))
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
            if (await store.TokenOf(secret, cancellation) is not { } token)
                throw new Problem(401, "token-refused", "The token is not valid.", "It is unknown, has expired or was revoked.", "Make a new one: tarmac login, or tarmac token create.");
            return Of(token);
        }
        if (context.Request.Cookies[Cookie] is { } session && await store.PrincipalOfSession(session, cancellation) is { } reference)
            return Person(reference, "session");
        return null;
    }

    private Principal Of(Token token) => token.Kind == PrincipalKind.Person
        ? Person(token.Principal, token.Id) with { Scopes = Scopes(token) }
        : new Principal(token.Principal, token.Kind, token.Name, token.Teams, Scopes(token), token.CreatedBy, token.Id);

    private HashSet<string> Scopes(Token token)
    {
        var scopes = token.Scopes.ToHashSet();
        if (token.Principal != owner.Ref) scopes.Remove(Principal.Operate);
        return scopes;
    }

    private Principal Person(string reference, string credential)
    {
        var scopes = new HashSet<string> { Principal.Read, Principal.Write };
        if (reference == owner.Ref) scopes.Add(Principal.Operate);
        return new Principal(reference, PrincipalKind.Person, organisation.DisplayName(reference), organisation.TeamsOf(reference), scopes, null, credential);
    }

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
            context.Response.Redirect("/sign-in");
            return;
        }
        context.Response.Headers.WWWAuthenticate = context.Request.Path.StartsWithSegments("/git") ? "Basic realm=\"Tarmac\"" : "Bearer realm=\"Tarmac\"";
        await ProblemHandling.Answer(context, new Problem(401, "sign-in-needed", "Sign in first.", null,
            "Send Authorization: Bearer TOKEN. tarmac login gets you one."));
    }
}
