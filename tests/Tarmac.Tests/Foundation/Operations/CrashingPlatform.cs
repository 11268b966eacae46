using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Storage;

namespace Tarmac.Tests.Foundation.Operations;

/// <summary>
/// A platform in another process, which TARMAC_KILL_AT kills at an exact point of its operation. Each step has an outside
/// effect that may happen once only, a file, and looks for it before repeating it; every try leaves a mark beside it.
/// </summary>
internal static class CrashingPlatform
{
    public const string Operation = "op-crash";

    public static async Task<int> Run(string home)
    {
        await using var platform = await TestPlatform.Start(home, configure: builder => builder.Services.AddSingleton<OperationKind, Writing>(),
            options: options => options with { Database = Environment.GetEnvironmentVariable("TARMAC_CHILD_DATABASE") });
        var store = platform.Services.GetRequiredService<OperationStore>();
        await platform.Services.GetRequiredService<Database>().Write(session =>
            store.Enqueue(session, new OperationRequest("writing", "component:default/a", "Write", new JsonObject { ["folder"] = home }, "user:default/noor", Operation)));
        await foreach (var line in OperationsApi.Follow(store, TimeProvider.System, Operation, 0, CancellationToken.None)) Console.WriteLine(line.Text);
        return 0;
    }

    private sealed class Writing() : OperationKind("writing")
    {
        public override async Task<JsonObject?> Run(OperationRun run)
        {
            foreach (var step in new[] { "one", "two" })
                await run.Step(step, async cancellation =>
                {
                    var effect = Path.Combine(run.Operation.Input["folder"]!.GetValue<string>(), "effect-" + step);
                    await File.AppendAllTextAsync(effect + ".tries", "x", cancellation);
                    if (!File.Exists(effect))
                    {
                        await using var made = new FileStream(effect, FileMode.CreateNew);
                        run.Log("wrote " + step);
                    }
                });
            return null;
        }
    }
}
