using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Web;

namespace Tarmac.Access;

/// <summary>Getting in, and the tokens that let others in.</summary>
public static class AccessPages
{
    public static void MapAccessPages(this IEndpointRouteBuilder routes)
    {
        // Opening the link changes nothing: previews and prefetching must not use it up. The form on the page does.
        routes.MapGet("/sign-in", (HttpContext context, string? link) => Portal.Page<SignInPage>(context, new { Link = string.IsNullOrEmpty(link) ? null : link }))
            .ExcludeFromDescription();

        routes.MapGet("/tokens", async (HttpContext context, AccessStore store, CancellationToken cancellation) =>
        {
            var principal = context.Principal();
            var tokens = await store.Tokens(principal.IsOperator ? null : principal.Ref, cancellation);
            return await Portal.Page<TokensPage>(context, new { Tokens = (IReadOnlyList<Token>)tokens, All = principal.IsOperator });
        }).ExcludeFromDescription();
    }
}
