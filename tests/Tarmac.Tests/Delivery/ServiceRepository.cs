using System.Diagnostics;

namespace Tarmac.Tests.Delivery;

/// <summary>A working copy with a tiny Node service in it, pushed with the real git.</summary>
public sealed class ServiceRepository : IDisposable
{
    public const string Score = """
        apiVersion: score.dev/v1b1
        metadata:
          name: tiny
          annotations:
            tarmac.dev/build: "true"
            tarmac.dev/test: "true"
            tarmac.dev/output: app
            tarmac.dev/start-timeout: 20s
        service:
          ports:
            http:
              port: 8080
        containers:
          main:
            image: .
            command: ["node", "server.js"]
            readinessProbe:
              httpGet:
                path: /ready
                port: 8080
        """;

    /// <summary>The same with a build that never ends by itself.</summary>
    public static string HangingBuild { get; } = Score.Replace("tarmac.dev/build: \"true\"", "tarmac.dev/build: \"sleep 1000\"", StringComparison.Ordinal);

    /// <summary>Answers its own text; <c>/slow</c> takes two seconds; SIGTERM finishes what is in flight.</summary>
    public static string Server(string says) => $$"""
        const http = require('node:http');
        const server = http.createServer((request, response) => {
          const answer = () => response.end('{{says}}');
          if (request.url === '/slow') setTimeout(answer, 2000); else answer();
        });
        server.listen(process.env.PORT, '127.0.0.1', () => console.log('listening on ' + process.env.PORT));
        process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeIdleConnections(); });
        """;

    public ServiceRepository() => Git("init", "--quiet", "--initial-branch=main");

    public string Folder { get; } = Directory.CreateTempSubdirectory("tarmac-copy-").FullName;

    public ServiceRepository Write(string path, string text)
    {
        var file = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return this;
    }

    public ServiceRepository Tiny(string says = "one", string? score = null) =>
        Write("score.yaml", (score ?? Score) + "\n").Write("app/server.js", Server(says));

    public string Commit(string message)
    {
        Git("add", "-A");
        Git("commit", "--quiet", "--allow-empty", "-m", message);
        return Git("rev-parse", "HEAD").Output.Trim();
    }

    /// <summary>Pushes to a platform's repository; the output holds what the remote said.</summary>
    public (int ExitCode, string Output) Push(TestPlatform platform, string service, string? token = null, string refspec = "main") =>
        Git("-c", "http.extraHeader=Authorization: Bearer " + (token ?? platform.Token), "push", "--force", $"{platform.Url}/git/{service}.git", refspec);

    public (int ExitCode, string Output) Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-c", "user.name=Noor", "-c", "user.email=noor@example.test", .. arguments])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
