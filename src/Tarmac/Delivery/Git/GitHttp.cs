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
    Repositories repositories, Pushes pushes, ServiceHomes homes, DeliveryStore store, IOrganisation organisation, Database database, OperationStore operations, TimeProvider clock, ILogger<GitHttp> logger)
{
    // Git refuses a larger one itself, in words that the pusher sees.
    private const string LargestPush = "2g";
    private const string ReceivePack = "git-receive-pack";

    public async Task Serve(HttpContext context, string repository, string rest)
    {
        var service = repository.EndsWith(".git", StringComparison.Ordinal) ? repository[..^4] : repository;
        await homes.DemandHere(service, context.RequestAborted);
        if (!ServiceName.IsValid(service) || !repositories.Exists(service))
            throw Problem.NotFound("repository", service, "tarmac status shows what is hosted here.");
        var pushing = rest == ReceivePack || context.Request.Query["service"] == ReceivePack;
        var glass = pushing ? await DemandPush(context.Principal(), service, context.RequestAborted) : null;
        // The server's own limit is for forms; a repository is larger.
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        if (rest == ReceivePack) await Receive(context, service, glass);
        else
            await Ask(context, service, rest, async output =>
            {
                await CopyHeaders(context, output);
                await output.CopyToAsync(context.Response.Body, context.RequestAborted);
            });
    }

    private async Task<BreakGlass?> DemandPush(Principal principal, string service, CancellationToken cancellation)
    {
        await store.DemandActive(service, cancellation);
        var subject = ServiceName.Entity(service);
        var glass = principal.Kind == PrincipalKind.Person ? await database.Read(session => BreakGlass.Open(session, principal.Ref, subject, clock.GetUtcNow()), cancellation) : null;
        Rights.Demand(principal, DeliveryActions.Deploy, subject, organisation, glass, (await store.Find(service, cancellation))?.Owner);
        return glass;
    }

    // The push is git's to accept or refuse. Once it has, the deploy is decided whether or not the pusher still listens,
    // and its progress is told over the sideband of the same answer.
    private async Task Receive(HttpContext context, string service, BreakGlass? glass)
    {
        using var answer = new MemoryStream();
        string? operation;
        using (await pushes.Turn(service, context.RequestAborted))
        {
            var before = await repositories.Refs(service, context.RequestAborted);
            await Ask(context, service, ReceivePack, async output =>
            {
                await CopyHeaders(context, output);
                await output.CopyToAsync(answer, CancellationToken.None);
            });
            var after = await repositories.Refs(service, CancellationToken.None);
            operation = before.Count == after.Count && !before.Except(after).Any() ? null
                : await pushes.Accept(service, context.Principal().Ref, CancellationToken.None, new Push(context.Principal(), glass?.Reason, before, after));
        }
        await Tell(context, operation, answer);
    }

    private async Task Tell(HttpContext context, string? operation, MemoryStream answer)
    {
        var progress = SidebandProgress.Of(answer.GetBuffer().AsMemory(0, (int)answer.Length), context.Response.Body);
        await progress.SendReport(context.RequestAborted);
        if (operation is not null)
        {
            var deploy = await operations.Find(operation, context.RequestAborted);
            await progress.Say($"{deploy!.Title}. Hanging up cancels nothing; tarmac operation log {operation} follows it again.", context.RequestAborted);
            await foreach (var line in OperationsApi.Follow(operations, clock, operation, 0, context.RequestAborted))
                await progress.Say(line.Step.Length > 0 ? $"{line.Step,-9} {line.Text}" : line.Text, context.RequestAborted);
            var done = await operations.Find(operation, context.RequestAborted);
            await progress.Say(Ending(done, $"{context.Request.Scheme}://{context.Request.Host}"), context.RequestAborted);
        }
        await progress.Close(context.RequestAborted);
    }

    private async Task Ask(HttpContext context, string service, string rest, Func<Stream, Task> take)
    {
        using var backend = Start(context, service, rest);
        var errors = backend.StandardError.ReadToEndAsync();
        var sending = Send(context, backend);
        await using var output = backend.StandardOutput.BaseStream;
        await take(output);
        await sending;
        await backend.WaitForExitAsync(CancellationToken.None);
        if (await errors is { Length: > 0 } said) logger.LogWarning("git http-backend for {Service}: {Said}", service, said.Trim());
    }

    // The log that was just followed ends with what went wrong and the cure.
    private static string Ending(Operation? done, string portal) => done?.State switch
    {
        OperationState.Succeeded => $"Live: {done.Result?["url"]}",
        OperationState.Failed => $"Not deployed: {done.Problem?["code"]}, explained at {portal}{done.Problem?["docs"]}",
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
