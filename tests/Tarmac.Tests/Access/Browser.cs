using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Access;

namespace Tarmac.Tests.Access;

/// <summary>What a browser does after the sign-in page: posts the link with the page's anti-forgery token, then sends its cookies.</summary>
internal sealed class Browser(TestPlatform platform) : IDisposable
{
    private readonly HttpClient client = platform.ClientFor(null);
    private string cookies = "";

    public string Session { get; private set; } = "";

    public string AntiforgeryToken { get; private set; } = "";

    /// <summary>What a page of ours would bring: the anti-forgery cookie and the token for its forms.</summary>
    public void OpenPage()
    {
        var context = new DefaultHttpContext { RequestServices = platform.Services };
        context.Request.Headers.Cookie = cookies;
        var tokens = platform.Services.GetRequiredService<IAntiforgery>().GetTokens(context);
        AntiforgeryToken = tokens.RequestToken!;
        if (tokens.CookieToken is not null) cookies = "tarmac_antiforgery=" + tokens.CookieToken + "; " + cookies;
    }

    public static async Task<string> NewLink(HttpClient client) =>
        (await TestPlatform.Act(client, "access.link", []))["secret"]!.GetValue<string>()["/sign-in?link=".Length..];

    public async Task<HttpResponseMessage> PostLink(string link, bool withToken = true)
    {
        var form = new Dictionary<string, string> { ["link"] = link };
        if (withToken) form["__RequestVerificationToken"] = AntiforgeryToken;
        var answer = await Send(HttpMethod.Post, "/sign-in", new FormUrlEncodedContent(form));
        if (answer.Headers.TryGetValues("Set-Cookie", out var set) && set.FirstOrDefault(cookie => cookie.StartsWith(SignedIn.Cookie + "=", StringComparison.Ordinal)) is { } session)
        {
            Session = session;
            cookies += session.Split(';')[0];
        }
        return answer;
    }

    public Task<HttpResponseMessage> Send(HttpMethod method, string path, HttpContent? content = null, string? antiforgery = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        if (cookies.Length > 0) request.Headers.Add("Cookie", cookies);
        if (antiforgery is not null) request.Headers.Add("X-Antiforgery", antiforgery);
        return client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public void Dispose() => client.Dispose();
}
