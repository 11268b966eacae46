using System.Security.Cryptography;
using Scalar.AspNetCore;

namespace Tarmac.Foundation.Web;

/// <summary>The API's reference page, drawn by a third party's script from our own description, both served by us.</summary>
public static class ApiReference
{
    public static void MapApiReference(this IEndpointRouteBuilder routes) =>
        routes.MapScalarApiReference("/api/docs", (options, context) =>
        {
            var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
            options.WithTitle("Tarmac API").WithOpenApiRoutePattern("/api/openapi.json").WithNonce(nonce)
                .DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp().HideClientButton().HideDeveloperTools();
            // The page has a script and styles of its own inside; only those that carry the nonce run, and nothing is fetched from elsewhere.
            context.Response.Headers.ContentSecurityPolicy =
                $"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
        });
}
