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
            // PostgreSQL stores no NUL, so nothing can be named by one.
            if (context.Request.QueryString.Value?.Contains("%00", StringComparison.Ordinal) == true)
                throw new Problem(400, "bad-request", "The address holds the character NUL.", null, "Leave %00 out of it.");
            await next(context);
            if (Unexplained(context) is { } problem) await Answer(context, problem);
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
        // Half an answer's headers go; the challenge stays, for without it git never sends its credentials, and so do the methods there are.
        var (challenge, allowed) = (context.Response.Headers.WWWAuthenticate, context.Response.Headers.Allow);
        context.Response.Clear();
        (context.Response.Headers.WWWAuthenticate, context.Response.Headers.Allow) = (challenge, allowed);
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
        var body = ProblemDetailsJson.Of(problem);
        var form = context.RequestServices.GetServices<ProblemForm>().FirstOrDefault(form => context.Request.Path.StartsWithSegments(form.Path));
        form?.Complete(body, problem, context.Request);
        context.Response.ContentType = form?.ContentType ?? "application/problem+json";
        await context.Response.WriteAsync(body.ToJsonString());
    }

    private Problem Explain(HttpContext context, Exception error)
    {
        switch (error)
        {
            case Problem problem:
                return problem;
            case StorageUnavailableException unavailable:
                logger.LogWarning(unavailable, "Storage is unavailable");
                return unavailable.MayBeDone
                    ? new Problem(503, "storage-unavailable", "The database went away in the middle of the change, which may have been made or not.", unavailable.Message,
                        "Ask again in a moment with the same idempotency key, which answers what was done; or look before you repeat it.")
                    : new Problem(503, "storage-unavailable", "The database cannot be used right now.", unavailable.Message,
                        "Nothing was changed. Try again in a moment; the same idempotency key makes that safe.");
            case AntiforgeryValidationException:
                return new Problem(400, "antiforgery-missing", "The request does not carry the anti-forgery token of a page of ours.",
                    "A request with the cookie of a browser must prove that one of our own pages sent it.", "Reload the page and try again. Programs send Authorization: Bearer TOKEN instead.");
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return new Problem(413, "request-too-large", "The request is too large.", error.Message, "Send less at once.");
            case BadHttpRequestException or JsonException:
                return Unreadable(context, (error as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest, error.Message);
            default:
                logger.LogError(error, "Request {Method} {Path} failed", context.Request.Method, context.Request.Path);
                return new Problem(500, "unexpected", "Something went wrong on our side.", $"It is in the platform's log under {context.TraceIdentifier}.", "Try again; if it stays, tell the platform team.");
        }
    }

    // What routing refuses by itself has a status and nothing else.
    private static Problem? Unexplained(HttpContext context)
    {
        if (context.Response is not { HasStarted: false, StatusCode: >= 400 and < 500, ContentType: null, ContentLength: null or 0 } response) return null;
        return response.StatusCode switch
        {
            StatusCodes.Status404NotFound => new Problem(404, "not-found", $"There is nothing at {context.Request.Path}.", null,
                IsApi(context) ? "GET /api/openapi.json describes all there is." : "Check the address, or search for what you look for."),
            StatusCodes.Status405MethodNotAllowed => new Problem(405, "method-not-allowed", $"{context.Request.Method} is not possible at {context.Request.Path}.", null, $"Use {response.Headers.Allow}."),
            var status => Unreadable(context, status, null),
        };
    }

    private static Problem Unreadable(HttpContext context, int status, string? detail) => new(status, "bad-request", "The request could not be read.", detail,
        IsApi(context) ? "Send it as the API description says: /api/docs." : "Check the address; the part after the question mark may be left out.");

    private static bool IsApi(HttpContext context) => context.Request.Path.StartsWithSegments("/api");

    private static bool WantsPage(HttpContext context) =>
        !IsApi(context) && !context.Request.Path.StartsWithSegments("/git")
        && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
