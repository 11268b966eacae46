using System.Net;
using AngleSharp.Html.Dom;

namespace Tarmac.Tests.Web;

/// <summary>Gets pages as a browser does, and holds each to what every page promises.</summary>
internal static class PageClient
{
    private const int MostBytes = 100 * 1024;

    /// <summary>A page that must be there, small, strict and free of inline script and style.</summary>
    public static async Task<IHtmlDocument> Page(this HttpClient client, string path)
    {
        var (status, page) = await client.TryPage(path);
        Assert.True(status == HttpStatusCode.OK, $"{path}: {(int)status} {page.Body!.TextContent}");
        return page;
    }

    public static async Task<(HttpStatusCode Status, IHtmlDocument Page)> TryPage(this HttpClient client, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/html");
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(text.Length <= MostBytes, $"{path} is {text.Length} bytes long");
        Assert.Contains("script-src 'self'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        var page = Rendered.Parse(text);
        PagePromises.Hold(page, path);
        return (answer.StatusCode, page);
    }
}
