using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.DataProtection;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Events;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Replicas;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;

namespace Tarmac.Foundation.Hosting;

/// <summary>The mechanisms every slice stands on, wired once.</summary>
public static class Platform
{
    public static void AddFoundation(this WebApplicationBuilder builder, PlatformOptions options, HomeFolder home, Database database, TimeProvider clock)
    {
        var services = builder.Services;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(options.Listen);
        });
        services.AddSingleton(options);
        // By factory, so that the container disposes them: the home's lock and the database's writer end with the platform.
        services.AddSingleton(_ => home);
        services.AddSingleton(_ => database);
        services.AddSingleton(clock);
        services.AddSingleton<Whereabouts>();
        services.AddSingleton(new LocalOwner(options.Owner));
        services.AddSingleton(new ServedHosts(["localhost", "127.0.0.1", "[::1]"]));
        services.AddSingleton<ReplicaStore>();
        services.AddSingleton<Leases>();
        services.AddHostedService<ReplicaBeat>();
        services.AddSingleton<EventLog>();
        services.AddSingleton<OperationStore>();
        services.AddSingleton<ActionRunner>();
        services.AddSingleton<ActionHandler, CancelOperation>();
        services.AddSingleton(new ReconcilerOptions(home.Id, Parallel: 32, Lease: TimeSpan.FromSeconds(15), Poll: TimeSpan.FromSeconds(1)));
        services.AddHostedService<Reconciler>();
        services.AddSingleton(new Retention("idempotency keys", ActionRunner.KeysKept, ActionRunner.PruneKeys));
        services.AddSingleton(new Retention("logs of operations", OperationStore.LogsKept, OperationStore.PruneLogs));
        services.AddHostedService<Pruner>();
        // It logs whole addresses, and the address of a sign-in link is a secret; and three lines for each request cost more than most requests do.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // The key ring is plain XML; the home's mode 0700 is what protects it, as it does the token file beside it.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        services.AddDataProtection().SetApplicationName("Tarmac").PersistKeysToFileSystem(Directory.CreateDirectory(home.In("keys")));
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.HeaderName = "X-Antiforgery";
            antiforgery.Cookie.Name = "tarmac_antiforgery";
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
        });
        // In every environment alike: what cannot be read is told with its reason.
        services.Configure<RouteHandlerOptions>(handlers => handlers.ThrowOnBadRequest = true);
        services.AddOpenApi();
        services.AddRazorComponents();
        services.AddPortal();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            json.SerializerOptions.MaxDepth = StoredJson.Depth;
        });
    }

    /// <summary>What comes before signing in.</summary>
    public static void UseFoundation(this WebApplication app)
    {
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<ProblemHandling>();
        app.UseMiddleware<HostCheck>();
    }

    public static void MapFoundation(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Text("alive\n")).ExcludeFromDescription();
        app.MapGet("/health/ready", async (Database database, CancellationToken cancellation) =>
        {
            await database.Read(session => session.Number($"select 1"), cancellation);
            return Results.Text("ready\n");
        }).ExcludeFromDescription();
        app.MapPortalAssets();
        app.MapOpenApi("/api/openapi.json");
        app.MapApiReference();
        app.MapActions();
        app.MapOperations();
        app.MapActionPages();
        app.MapOperationPages();
        app.MapEvents();
        app.MapReplicas();
        app.MapDocumentation();
    }
}
