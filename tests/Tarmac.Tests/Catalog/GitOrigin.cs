using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tarmac.Delivery.Git;

namespace Tarmac.Tests.Catalog;

/// <summary>A real bare git repository of somebody else's, reached by path or through git's own HTTP backend on loopback.</summary>
internal sealed class GitOrigin : IAsyncDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("tarmac-origin-");
    private WebApplication? web;

    public string Bare => Path.Combine(root.FullName, "origin.git");

    private string Work => Path.Combine(root.FullName, "work");

    /// <summary>Asked of the HTTP backend; null when no credential came.</summary>
    public List<string?> Credentials { get; } = [];

    /// <summary>What the backend wants as Authorization; anything goes when null.</summary>
    public string? Wanted { get; set; }

    public static async Task<GitOrigin> Create()
    {
        var origin = new GitOrigin();
        await origin.Git(origin.root.FullName, "init", "-q", "-b", "main", origin.Work);
        await origin.Git(origin.root.FullName, "init", "-q", "--bare", "-b", "main", origin.Bare);
        await origin.Git(origin.Work, "remote", "add", "origin", origin.Bare);
        return origin;
    }

    /// <summary>Commits files and pushes them; answers the commit. A null text deletes the file.</summary>
    public async Task<string> Commit(string subject, params (string Path, string? Text)[] files)
    {
        foreach (var (path, text) in files)
        {
            var full = Path.Combine(Work, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            if (text is null) File.Delete(full);
            else await File.WriteAllTextAsync(full, text, TestContext.Current.CancellationToken);
        }
        return await CommitAll(subject);
    }

    public void Link(string path, string target) => File.CreateSymbolicLink(Path.Combine(Work, path), target);

    public async Task<string> CommitAll(string subject)
    {
        await Git(Work, "add", "-A");
        await Git(Work, "-c", "user.name=Noor", "-c", "user.email=noor@shop.example", "commit", "-q", "-m", subject);
        await Git(Work, "push", "-q", "origin", "HEAD");
        return await Git(Work, "rev-parse", "HEAD");
    }

    public Task<string> Git(params string[] arguments) => Git(Work, arguments);

    /// <summary>Serves it over HTTP and answers its address.</summary>
    public async Task<string> Serve()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        web = builder.Build();
        web.Run(Answer);
        await web.StartAsync(TestContext.Current.CancellationToken);
        return web.Urls.Single() + "/origin.git";
    }

    public async ValueTask DisposeAsync()
    {
        if (web is not null) await web.DisposeAsync();
        root.Delete(recursive: true);
    }

    private async Task Answer(HttpContext context)
    {
        var credential = context.Request.Headers.Authorization.Count == 0 ? null : context.Request.Headers.Authorization.ToString();
        Credentials.Add(credential);
        if (context.Request.Path.StartsWithSegments("/moved"))
        {
            context.Response.Redirect(context.Request.Path.Value!.Replace("/moved/", "/", StringComparison.Ordinal) + context.Request.QueryString);
            return;
        }
        if (Wanted is not null && credential != Wanted)
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"origin\"";
            return;
        }
        var start = new ProcessStartInfo("git", ["http-backend"]) { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = root.FullName };
        foreach (var (name, value) in new Dictionary<string, string?>
        {
            ["GIT_PROJECT_ROOT"] = root.FullName,
            ["GIT_HTTP_EXPORT_ALL"] = "1",
            ["PATH_INFO"] = context.Request.Path,
            ["QUERY_STRING"] = context.Request.QueryString.Value?.TrimStart('?'),
            ["REQUEST_METHOD"] = context.Request.Method,
            ["CONTENT_TYPE"] = context.Request.ContentType,
            ["GIT_PROTOCOL"] = context.Request.Headers["Git-Protocol"],
            ["HTTP_CONTENT_ENCODING"] = context.Request.Headers.ContentEncoding,
        })
            start.Environment[name] = value;
        if (context.Request.ContentLength is { } length) start.Environment["CONTENT_LENGTH"] = length.ToString(CultureInfo.InvariantCulture);
        using var backend = Process.Start(start)!;
        await context.Request.Body.CopyToAsync(backend.StandardInput.BaseStream);
        backend.StandardInput.Close();
        using var answer = new MemoryStream();
        await backend.StandardOutput.BaseStream.CopyToAsync(answer);
        await backend.WaitForExitAsync();
        answer.Position = 0;
        using var reader = new BinaryReader(answer);
        while (Line(reader) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = (line[..colon], line[(colon + 1)..].Trim());
            if (name == "Status") context.Response.StatusCode = int.Parse(value.Split(' ')[0], CultureInfo.InvariantCulture);
            else context.Response.Headers[name] = value;
        }
        await answer.CopyToAsync(context.Response.Body);
    }

    private static string Line(BinaryReader reader)
    {
        var line = new System.Text.StringBuilder();
        while (reader.BaseStream.Position < reader.BaseStream.Length && reader.ReadByte() is var letter && letter != '\n')
            if (letter != '\r') line.Append((char)letter);
        return line.ToString();
    }

    private Task<string> Git(string folder, params string[] arguments) => GitProgram.Must(folder, arguments, cancellation: TestContext.Current.CancellationToken);
}
