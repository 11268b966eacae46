using System.Text.Encodings.Web;

namespace Tarmac.Foundation.Web;

/// <summary>A refusal as a page for a person.</summary>
internal static class ProblemPage
{
    public static Task Write(HttpContext context, Problem problem)
    {
        var encode = HtmlEncoder.Default;
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync($"""
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>{encode.Encode(problem.Title)}</title></head>
            <body><main><h1>{encode.Encode(problem.Title)}</h1><p>{encode.Encode(problem.Detail ?? "")}</p><p>{encode.Encode(problem.Cure ?? "")}</p>
            <p><a href="{encode.Encode(problem.Docs)}">{encode.Encode(problem.Code)}</a></p></main></body></html>
            """);
    }
}
