using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Tarmac.Access;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;
using Tarmac.Model.Actions;

namespace Tarmac.Delivery.Git;

/// <summary>Git's smart HTTP, through git's own backend. Everyone who is signed in may fetch; the owning team may push.</summary>
public sealed class GitHttp(
    Repositories repositories, Pushes pushes, DeliveryStore store, IOrganisation organisation, Database database, OperationStore operations, TimeProvider clock, ILogger<GitHttp> logger)
{
    // Git refuses a larger one itself, in words that the pusher sees.
    private const string LargestPush = "2g";

    public async Task Serve(HttpContext context, string repository, string rest)
    {
        var service = repository.EndsWith(".git", StringComparison.Ordinal) ? repository[..^4] : repository;
        if (!ServiceName.IsValid(service) || !repositories.Exists(service))
            throw Problem.NotFound("repository", service, "tarmac list --type service shows what there is.");
        var pushing = rest == "git-receive-pack" || context.Request.Query["service"] == "git-receive-pack";
        if (pushing) await DemandPush(context.Principal(), service, context.RequestAborted);

        // The server's own limit is for forms; a repository is larger.
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        var before = rest == "git-receive-pack" ? await repositories.Head(service, context.RequestAborted) : null;
        using var backend = Start(context, service, rest);
        var errors = backend.StandardError.ReadToEndAsync();
        var sending = Send(context, backend);
        await using var output = backend.StandardOutput.BaseStream;
        await CopyHeaders(context, output);
        if (rest == "git-receive-pack") await AnswerPush(context, service, before, output, backend);
        else await output.CopyToAsync(context.Response.Body, context.RequestAborted);
        await sending;
        await backend.WaitForExitAsync(CancellationToken.None);
        if (await errors is { Length: > 0 } said) logger.LogWarning("git http-backend for {Service}: {Said}", service, said.Trim());
    }

    private async Task DemandPush(Principal principal, string service, CancellationToken cancellation)
    {
        var subject = ServiceName.Entity(service);
        var glass = await database.Read(session => BreakGlass.Open(session, principal.Ref, subject, clock.GetUtcNow()), cancellation);
        Rights.Demand(principal, DeliveryActions.Deploy, subject, organisation, principal.Kind == PrincipalKind.Person ? glass : null,
            (await store.Find(service, cancellation))?.Owner);
    }

    // The push is git's to accept or refuse. Once it has, the deploy is decided whether or not the pusher still listens,
    // and its progress is told over the sideband of the same answer.
    private async Task AnswerPush(HttpContext context, string service, string? before, Stream output, Process backend)
    {
        using var answer = new MemoryStream();
        await output.CopyToAsync(answer, CancellationToken.None);
        await backend.WaitForExitAsync(CancellationToken.None);
        var head = await repositories.Head(service, CancellationToken.None);
        var operation = head is not null && head != before ? await pushes.Accept(service, context.Principal().Ref, CancellationToken.None) : null;
        var progress = SidebandProgress.Of(answer.GetBuffer().AsMemory(0, (int)answer.Length), context.Response.Body);
        await progress.SendReport(context.RequestAborted);
        if (operation is not null)
        {
            await progress.Say($"Deploying {head![..8]} to dev. Hanging up cancels nothing; tarmac operation log {operation} follows it again.", context.RequestAborted);
            await foreach (var line in OperationsApi.Follow(operations, clock, operation, 0, context.RequestAborted))
                await progress.Say(line.Step.Length > 0 ? $"{line.Step,-9} {line.Text}" : line.Text, context.RequestAborted);
            var done = await operations.Find(operation, context.RequestAborted);
            await progress.Say(Ending(done), context.RequestAborted);
        }
        await progress.Close(context.RequestAborted);
    }

    private static string Ending(Operation? done) => done?.State switch
    {
        OperationState.Succeeded => $"Live: {done.Result?["url"]}",
        OperationState.Failed => $"Not deployed: {done.Problem?["title"]} {done.Problem?["detail"]} {done.Problem?["cure"]}".TrimEnd(),
        _ => "The deploy was canceled.",
    };

    private Process Start(HttpContext context, string service, string rest)
    {
        var start = new ProcessStartInfo("git", ["http-backend"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = repositories.Root,
        };
        start.Environment.Clear();
        foreach (var (name, value) in GitProgram.Environment(repositories.Root)) start.Environment[name] = value;
        start.Environment["GIT_PROJECT_ROOT"] = repositories.Root;
        start.Environment["GIT_HTTP_EXPORT_ALL"] = "1";
        start.Environment["GIT_CONFIG_COUNT"] = "1";
        start.Environment["GIT_CONFIG_KEY_0"] = "receive.maxInputSize";
        start.Environment["GIT_CONFIG_VALUE_0"] = LargestPush;
        start.Environment["PATH_INFO"] = $"/{service}.git/{rest}";
        start.Environment["QUERY_STRING"] = context.Request.QueryString.Value?.TrimStart('?');
        start.Environment["REQUEST_METHOD"] = context.Request.Method;
        start.Environment["CONTENT_TYPE"] = context.Request.ContentType;
        start.Environment["REMOTE_USER"] = context.Principal().Ref;
        if (context.Request.ContentLength is { } length) start.Environment["CONTENT_LENGTH"] = length.ToString(CultureInfo.InvariantCulture);
        if (context.Request.Headers.ContentEncoding is { Count: > 0 } encoding) start.Environment["HTTP_CONTENT_ENCODING"] = encoding;
        if (context.Request.Headers["Git-Protocol"] is { Count: > 0 } protocol) start.Environment["GIT_PROTOCOL"] = protocol;
        return Process.Start(start)!;
    }

    private static async Task Send(HttpContext context, Process backend)
    {
        try
        {
            // The stream, not its writer: closing a writer flushes, which fails when the backend has gone.
            await using var input = backend.StandardInput.BaseStream;
            await context.Request.Body.CopyToAsync(input, context.RequestAborted);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or BadHttpRequestException)
        {
            // Either side has gone; the backend sees the end of its input and decides what that means.
        }
    }

    private static async Task CopyHeaders(HttpContext context, Stream output)
    {
        while (await ReadLine(output) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0) continue;
            var (name, value) = (line[..colon], line[(colon + 1)..].Trim());
            if (name.Equals("Status", StringComparison.OrdinalIgnoreCase)) context.Response.StatusCode = int.Parse(value.Split(' ')[0], CultureInfo.InvariantCulture);
            else context.Response.Headers[name] = value;
        }
    }

    private static async Task<string> ReadLine(Stream stream)
    {
        var line = new System.Text.StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one) == 1 && one[0] != '\n')
            if (one[0] != '\r') line.Append((char)one[0]);
        return line.ToString();
    }
}
