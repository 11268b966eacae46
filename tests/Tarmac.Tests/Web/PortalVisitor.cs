using System.Net;
using System.Text.Json.Nodes;
using AngleSharp.Html.Dom;

namespace Tarmac.Tests.Web;

/// <summary>A browser without script: it keeps cookies, reads pages, and fills and sends their forms.</summary>
internal sealed class PortalVisitor : IDisposable
{
    private readonly HttpClient client;

    private PortalVisitor(string url) =>
        client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(url) };

    /// <summary>The last answer's status, headers and where it leads.</summary>
    public HttpResponseMessage Last { get; private set; } = new();

    public string? Location => Last.Headers.Location?.ToString();

    public static PortalVisitor Unknown(TestPlatform platform) => new(platform.Url);

    /// <summary>Signs in with a link of the client's own: the operator's unless another is given.</summary>
    public static async Task<PortalVisitor> SignIn(TestPlatform platform, HttpClient? of = null)
    {
        var visitor = Unknown(platform);
        var link = (await TestPlatform.Act(of ?? platform.Client, "access.link", []))["secret"]!.GetValue<string>();
        await visitor.Send(await visitor.Get(link), "/sign-in");
        Assert.Equal("/", visitor.Location);
        return visitor;
    }

    public async Task<IHtmlDocument> Get(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await Answered(request);
    }

    /// <summary>Sends the page's form whose action begins so, with what was typed over what it holds.</summary>
    public Task<IHtmlDocument> Send(IHtmlDocument page, string action, params (string Name, string Value)[] typed) => Answered(Request(page, action, typed));

    /// <summary>Presses the button twice, faster than the answer comes.</summary>
    public async Task<IReadOnlyList<IHtmlDocument>> SendTwice(IHtmlDocument page, string action, params (string Name, string Value)[] typed) =>
        await Task.WhenAll(Answered(Request(page, action, typed)), Answered(Request(page, action, typed)));

    public async Task<HttpResponseMessage> Post(string path, params (string Name, string Value)[] values)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(values.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))) };
        await Answered(request);
        return Last;
    }

    public void Dispose() => client.Dispose();

    private static HttpRequestMessage Request(IHtmlDocument page, string action, (string Name, string Value)[] typed)
    {
        var form = page.Forms.FirstOrDefault(form => form.Method == "post" && form.GetAttribute("action") == action)
            ?? throw new InvalidOperationException($"The page has no form for {action}: {page.Body!.TextContent.Trim()}");
        var values = new List<KeyValuePair<string, string>>();
        foreach (var field in form.Elements.Where(field => field.GetAttribute("name") is not null && typed.All(pair => pair.Name != field.GetAttribute("name"))))
        {
            var name = field.GetAttribute("name")!;
            if (field is IHtmlInputElement { Type: "checkbox" } box && !box.IsChecked) continue;
            values.Add(new(name, field switch { IHtmlInputElement input => input.Value, IHtmlTextAreaElement area => area.Value, IHtmlSelectElement select => select.Value ?? "", _ => "" }));
        }
        values.AddRange(typed.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));
        return new HttpRequestMessage(HttpMethod.Post, action) { Content = new FormUrlEncodedContent(values) };
    }

    private async Task<IHtmlDocument> Answered(HttpRequestMessage request)
    {
        using var sent = request;
        sent.Headers.Accept.ParseAdd("text/html");
        Last = await client.SendAsync(sent, TestContext.Current.CancellationToken);
        var page = Rendered.Parse(await Last.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        // Redirects and the API reference are no pages of the portal.
        if (page.QuerySelector("main#main") is not null) PagePromises.Hold(page, sent.RequestUri!.ToString());
        return page;
    }
}
