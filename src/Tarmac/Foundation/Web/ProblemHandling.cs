using System.Text.Json;
using Microsoft.AspNetCore.Antiforgery;
using Tarmac.Foundation.Storage;

namespace Tarmac.Foundation.Web;

/// <summary>Turns every refusal and every failure of a request into problem details; pages get the same as a page.</summary>
public sealed class ProblemHandling(RequestDelegate next, ILogger<ProblemHandling> logger)
{
    public async Task Invoke(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; there is nobody to answer.
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            await Answer(context, Explain(context, error));
        }
    }

    public static async Task Answer(HttpContext context, Problem problem)
    {
        // Half an answer's headers go; the challenge stays, for without it git never sends its credentials.
        var challenge = context.Response.Headers.WWWAuthenticate;
        context.Response.Clear();
        context.Response.Headers.WWWAuthenticate = challenge;
        context.Response.StatusCode = problem.Status;
        if (problem.Status == 503) context.Response.Headers.RetryAfter = "2";
        if (WantsPage(context))
        {
            await ProblemPage.Write(context, problem);
            return;
        }
        if (context.Request.Path.StartsWithSegments("/git"))
        {
            // Git shows its user the body of an error only when it is plain text.
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync($"{problem.Message}\n{problem.Cure}\n({problem.Code})\n");
            return;
        }
        context.Response.ContentType = "application/problem+json";
        await context.Response.WriteAsync(ProblemDetailsJson.Of(problem).ToJsonString());
    }

    private Problem Explain(HttpContext context, Exception error)
    {
        switch (error)
        {
            case Problem problem:
                return problem;
            case StorageUnavailableException unavailable:
                logger.LogWarning(unavailable, "Storage is unavailable");
                return new Problem(503, "storage-unavailable", "The database cannot be used right now.", unavailable.Message,
                    "Nothing was changed. Try again in a moment; the same idempotency key makes that safe.");
            case AntiforgeryValidationException:
                return new Problem(400, "antiforgery-missing", "The request does not carry the anti-forgery token of a page of ours.",
                    "A request with the cookie of a browser must prove that one of our own pages sent it.", "Reload the page and try again. Programs send Authorization: Bearer TOKEN instead.");
            case BadHttpRequestException or JsonException:
                return new Problem(400, "bad-request", "The request could not be read.", error.Message, "Send JSON as the API description says: /api/docs.");
            default:
                logger.LogError(error, "Request {Method} {Path} failed", context.Request.Method, context.Request.Path);
                return new Problem(500, "unexpected", "Something went wrong on our side.", $"It is in the platform's log under {context.TraceIdentifier}.", "Try again; if it stays, tell the platform team.");
        }
    }

    private static bool WantsPage(HttpContext context) =>
        !context.Request.Path.StartsWithSegments("/api") && !context.Request.Path.StartsWithSegments("/git")
        && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
