using System.Diagnostics;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Walk;

/// <summary>Times each step of the walk and tells it as it ends: a line for people, or one JSON object a line.</summary>
internal sealed class WalkSteps(Terminal terminal, CancellationToken cancellation)
{
    private readonly Stopwatch all = Stopwatch.StartNew();

    /// <exception cref="CliProblem">The step failed; its line has been told.</exception>
    public async Task<T> Run<T>(string step, string title, Func<Task<(T Result, string Told)>> work)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            var (result, told) = await work();
            Tell(step, ok: true, watch.Elapsed, title, told, []);
            return result;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            var problem = cancellation.IsCancellationRequested ? new CliProblem(ExitCode.Interrupted, CliCodes.WalkFailed, "The walk was interrupted.") : CliProblem.Of(fault);
            Tell(step, ok: false, watch.Elapsed, title, problem.Details.Text("title") ?? "failed", new JsonObject { ["problem"] = problem.Details.DeepClone() });
            throw problem;
        }
    }

    public void Done(JsonObject facts) => Tell("done", ok: true, all.Elapsed, "Done", "", facts);

    private void Tell(string step, bool ok, TimeSpan took, string title, string told, JsonObject facts)
    {
        if (terminal.Json)
        {
            var line = new JsonObject { ["step"] = step, ["ok"] = ok, ["seconds"] = Math.Round(took.TotalSeconds, 3) };
            if (told.Length > 0) line["told"] = told;
            foreach (var (name, value) in facts) line[name] = value?.DeepClone();
            Console.Out.WriteLine(line.OnOneLine());
            return;
        }
        Console.Out.WriteLine($"{(ok ? "✓" : "✗")} {title,-42} {took.TotalSeconds,6:0.0} s   {told}");
    }
}
