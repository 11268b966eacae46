using System.Net;
using System.Net.Sockets;
using Tarmac.Access;
using Tarmac.Audit;
using Tarmac.Catalog;
using Tarmac.Delivery;
using Tarmac.Facts;
using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Outgoing;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Replicas;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;
using Tarmac.Home;
using Tarmac.Operability;
using Tarmac.Roads;

namespace Tarmac;

/// <summary>The platform role: portal, API, git and the reconciler in one process.</summary>
public static class PlatformHost
{
    public static Task<int> Run(string[] arguments) => Run(arguments, async app =>
    {
        await app.StartAsync();
        await app.PrintSignInLink();
        await app.WaitForShutdownAsync();
    });

    /// <summary>Derives anew everything that is derived, on a home that no platform uses. First aid, never needed in ordinary life.</summary>
    public static Task<int> Rebuild(string[] arguments) => Run(arguments, async app =>
    {
        foreach (var source in await app.RebuildCatalog())
            Console.WriteLine($"{source.Name}: {source.Entities} entities from {source.Files} files, {source.Health}");
        await app.RebuildFacts();
        Console.WriteLine($"{await app.RebuildScores()} components judged anew");
    }, alone: true);

    private static async Task<int> Run(string[] arguments, Func<WebApplication, Task> work, bool alone = false)
    {
        // Threads that spin for work that is not there yet were a third of what a platform at rest used. The gateway lives by them.
        AppContext.SetData("System.Threading.ThreadPool.UnfairSemaphoreSpinLimit", 0);
        try
        {
            await using var app = await Build(PlatformOptions.Parse(arguments), TimeProvider.System, alone: alone);
            await work(app);
            return 0;
        }
        catch (Problem refusal)
        {
            return await Refuse(refusal);
        }
        catch (StorageUnavailableException gone)
        {
            return await Refuse(new Problem(503, "storage-unavailable", "The database cannot be used.", gone.Message, "Mend that, and start again: nothing was changed."));
        }
    }

    private static async Task<int> Refuse(Problem refusal)
    {
        await Console.Error.WriteLineAsync("tarmac: " + refusal.Title);
        foreach (var line in (string?[])[refusal.Detail, refusal.Cure is null ? null : "To mend it: " + refusal.Cure, $"docs/errors/{refusal.Code}.md"])
            if (line is not null) await Console.Error.WriteLineAsync("  " + line);
        return refusal.Status == StatusCodes.Status400BadRequest ? 2 : 1;
    }

    /// <summary>Everything up to listening. Tests add their own services through <paramref name="configure"/>.</summary>
    /// <param name="alone">Refuses a database that another platform uses, and keeps others from it.</param>
    public static async Task<WebApplication> Build(PlatformOptions options, TimeProvider clock, Action<WebApplicationBuilder>? configure = null, bool alone = false)
    {
        var home = HomeFolder.Open(options.Home);
        Database database;
        try
        {
            RefuseTakenPort(options.Listen);
            database = await Migrated(options.Database ?? home.Database, home.Id, alone, clock);
        }
        catch
        {
            home.Dispose();
            throw;
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.AddFoundation(options, home, database, clock);
        builder.Services.AddAccess();
        builder.Services.AddCatalog();
        builder.Services.AddRoads();
        builder.Services.AddDelivery();
        builder.Services.AddOutgoing();
        builder.Services.AddFacts();
        builder.Services.AddOperability();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseFoundation();
        app.UseAccess();
        app.UseRouting();
        app.UseAntiforgery();
        app.MapFoundation();
        app.MapAccess();
        app.MapRoads();
        app.MapDelivery();
        app.MapOutgoing();
        app.MapAudit();
        app.MapCatalog();
        app.MapFacts();
        app.MapOperability();
        app.MapHome();
        // First of all, so that nobody takes what is meant for this platform for a dead one's.
        await app.Services.GetRequiredService<ReplicaStore>().Seen(CancellationToken.None);
        await app.LoadCatalog();
        await LocalOwnerToken.Ensure(home, app.Services.GetRequiredService<AccessStore>(), database, app.Services.GetRequiredService<LocalOwner>(), clock);
        var whereabouts = app.Services.GetRequiredService<Whereabouts>();
        app.Lifetime.ApplicationStarted.Register(whereabouts.Announce);
        return app;
    }

    // Told before anything is changed, and in words rather than by the server's stack trace.
    private static void RefuseTakenPort(IPEndPoint listen)
    {
        using var socket = new Socket(listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(listen);
        }
        catch (SocketException error)
        {
            throw new Problem(409, "port-in-use", $"The platform cannot listen at {listen}.", error.Message, "Stop what listens there, or take another port with --listen; port 0 takes a free one.");
        }
    }

    private static async Task<Database> Migrated(string connection, string home, bool alone, TimeProvider clock)
    {
        var database = Database.Open(connection, clock);
        try
        {
            await database.Hold(home, alone);
            await Migrations.Apply(database, clock);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }
}
