using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.JSInterop;
using Tarmac.Foundation.Web;

namespace Tarmac.Tests.Web;

/// <summary>Renders components as the server does, once and without script, and parses what came out.</summary>
internal static class Rendered
{
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 7, 0, TimeSpan.Zero);

    public static PageFrame Frame(string path = "/catalog/component/default/vouchers", string? theme = null) => new(
        path, Now, "0.1.0", "http://127.0.0.1:7080",
        new("user:default/noor", "Noor", ["group:default/promotions"]), theme,
        new("group:default/platform", "Platform", [("#tarmac-help", null)]),
        [new("user:default/ivo", "Ivo", "component:default/tills", "Till sales", "Tills cannot redeem", Now.AddMinutes(40))]);

    /// <summary>A page inside the common layout.</summary>
    public static async Task<string> Page<TPage>(PageFrame frame) where TPage : IComponent => await Html(builder =>
    {
        builder.OpenComponent<CascadingValue<PageFrame>>(0);
        builder.AddAttribute(1, "Value", frame);
        builder.AddAttribute(2, "ChildContent", (RenderFragment)(inner =>
        {
            inner.OpenComponent<LayoutView>(0);
            inner.AddAttribute(1, "Layout", typeof(Layout));
            inner.AddAttribute(2, "ChildContent", (RenderFragment)(page =>
            {
                page.OpenComponent<TPage>(0);
                page.CloseComponent();
            }));
            inner.CloseComponent();
        }));
        builder.CloseComponent();
    });

    /// <summary>One component with its parameters, inside a frame.</summary>
    public static async Task<IHtmlDocument> Part<TComponent>(params (string Name, object? Value)[] parameters) where TComponent : IComponent => Parse(await Html(builder =>
    {
        builder.OpenComponent<CascadingValue<PageFrame>>(0);
        builder.AddAttribute(1, "Value", Frame());
        builder.AddAttribute(2, "ChildContent", (RenderFragment)(inner =>
        {
            inner.OpenComponent<TComponent>(0);
            foreach (var (name, value) in parameters) inner.AddAttribute(1, name, value);
            inner.CloseComponent();
        }));
        builder.CloseComponent();
    }));

    public static IHtmlDocument Parse(string html) => new HtmlParser().ParseDocument(html);

    private static async Task<string> Html(RenderFragment content)
    {
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddSingleton<AntiforgeryStateProvider, FixedToken>();
        services.AddSingleton<IJSRuntime, NoScript>();
        await using var provider = services.BuildServiceProvider();
        await using var renderer = new HtmlRenderer(provider, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<Fragment>(ParameterView.FromDictionary(new Dictionary<string, object?> { ["Content"] = content }))).ToHtmlString());
    }

    private sealed class Fragment : ComponentBase
    {
        [Parameter] public RenderFragment? Content { get; set; }

        protected override void BuildRenderTree(Microsoft.AspNetCore.Components.Rendering.RenderTreeBuilder builder) => Content?.Invoke(builder);
    }

    private sealed class FixedToken : AntiforgeryStateProvider
    {
        public override AntiforgeryRequestToken GetAntiforgeryToken() => new("token-value", "__RequestVerificationToken");
    }

    // The head outlet asks for one, and must never use it when pages are static.
    private sealed class NoScript : IJSRuntime
    {
        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args) => throw new NotSupportedException(identifier);

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => throw new NotSupportedException(identifier);
    }
}
