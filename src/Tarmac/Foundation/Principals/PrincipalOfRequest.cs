using Tarmac.Foundation.Web;

namespace Tarmac.Foundation.Principals;

public static class PrincipalOfRequest
{
    /// <summary>Who is asking. Only for requests behind the sign-in check.</summary>
    public static Principal Principal(this HttpContext context) =>
        context.Features.Get<Principal>() ?? throw new Problem(401, "sign-in-needed", "Sign in first.");
}

/// <summary>The person who started an embedded platform: its operator.</summary>
public sealed record LocalOwner(string Ref);
