using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Tarmac.Tests.Web;

/// <summary>What every page promises: no script or style of its own, unique ids that resolve, one heading, and a name for each control.</summary>
internal static class PagePromises
{
    private static readonly string[] References = ["for", "aria-labelledby", "aria-describedby", "aria-controls", "popovertarget"];

    public static void Hold(IHtmlDocument page, string path)
    {
        Assert.All(page.QuerySelectorAll("script"), script => Assert.True(script.HasAttribute("src"), $"{path} has an inline script"));
        Assert.Empty(page.QuerySelectorAll("style, [style]"));
        Assert.DoesNotContain(page.All, element => element.Attributes.Any(attribute => attribute.Name.StartsWith("on", StringComparison.Ordinal)));
        Assert.Single(page.QuerySelectorAll("h1"));
        HoldIds(page, path);
        HoldNames(page, path);
    }

    private static void HoldIds(IHtmlDocument page, string path)
    {
        var ids = page.QuerySelectorAll("[id]").Select(element => element.Id!).ToList();
        Assert.Empty(ids.GroupBy(id => id).Where(same => same.Count() > 1).Select(same => $"{path}: {same.Key}"));
        var known = ids.ToHashSet();
        foreach (var name in References)
            foreach (var element in page.QuerySelectorAll($"[{name}]"))
                Assert.All(element.GetAttribute(name)!.Split(' '), id => Assert.True(known.Contains(id), $"{path}: nothing has the id {id} of {Opening(element)}"));
    }

    private static void HoldNames(IHtmlDocument page, string path)
    {
        Assert.All(page.QuerySelectorAll("input:not([type=hidden]), select, textarea"), control =>
            Assert.True(control.HasAttribute("aria-label") || page.QuerySelectorAll("label").Any(label => label.GetAttribute("for") == control.Id), $"{path}: {Opening(control)} has no label"));
        foreach (var control in page.QuerySelectorAll("button, a"))
        {
            var seen = Seen(control);
            var label = control.GetAttribute("aria-label");
            Assert.False(string.IsNullOrWhiteSpace(label ?? seen), $"{path}: {Opening(control)} has no name");
            // Who speaks to the page says what is seen.
            Assert.True(label is null || label.Contains(seen, StringComparison.OrdinalIgnoreCase), $"{path}: {label} does not contain {seen}");
        }
        // A picture is beside the words, unless one can go somewhere from it: then it has a name.
        Assert.All(page.QuerySelectorAll("svg"), picture => Assert.True(
            picture.QuerySelector("a") is null ? picture.GetAttribute("aria-hidden") == "true" : picture.GetAttribute("role") == "group" && picture.HasAttribute("aria-label"), Opening(picture)));
    }

    private static string Seen(IElement element) => string.Join(' ', element.ChildNodes.Select(child => child switch
    {
        IElement inner => inner.GetAttribute("aria-hidden") == "true" ? "" : Seen(inner),
        _ => child.TextContent.Trim(),
    }).Where(text => text.Length > 0));

    private static string Opening(IElement element) => element.OuterHtml.Split('>')[0] + ">";
}
