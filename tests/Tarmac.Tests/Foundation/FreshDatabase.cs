using Microsoft.Extensions.Logging.Abstractions;
using Tarmac.Foundation.Events;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Storage;

namespace Tarmac.Tests.Foundation;

/// <summary>An empty, migrated database of the kind the run is for, with the kernel's mechanisms on it and no platform around.</summary>
internal sealed class FreshDatabase : IAsyncDisposable
{
    private readonly DirectoryInfo home;

    private FreshDatabase(DirectoryInfo home, Database database, TimeProvider clock)
    {
        this.home = home;
        Clock = clock;
        Database = database;
        Events = new EventLog(database, clock);
        Operations = new OperationStore(database, Events, clock);
    }

    public TimeProvider Clock { get; }

    public Database Database { get; }

    public EventLog Events { get; }

    public OperationStore Operations { get; }

    public static async Task<FreshDatabase> Open(TimeProvider? clock = null)
    {
        var home = Directory.CreateTempSubdirectory("tarmac-db-");
        var database = Tarmac.Foundation.Storage.Database.Open(
            await TestDatabase.ForHome(home.FullName) ?? Path.Combine(home.FullName, "tarmac.db"), clock ?? TimeProvider.System);
        await Migrations.Apply(database, clock ?? TimeProvider.System, TestContext.Current.CancellationToken);
        return new FreshDatabase(home, database, clock ?? TimeProvider.System);
    }

    public Task<T> Write<T>(Func<Session, Task<T>> work) => Database.Write(work, TestContext.Current.CancellationToken);

    public Task<T> Read<T>(Func<Session, Task<T>> work) => Database.Read(work, TestContext.Current.CancellationToken);

    public Task<string> Enqueue(string kind, string subject, string? id = null) =>
        Write(session => Operations.Enqueue(session, new OperationRequest(kind, subject, "Try " + kind, [], "user:default/noor", id)));

    public async Task<Operation> Operation(string id) => (await Operations.Find(id, TestContext.Current.CancellationToken))!;

    /// <summary>Completes when the operation is final.</summary>
    public async Task<Operation> Finished(string id)
    {
        while (true)
        {
            var next = Operations.NextChange;
            if (await Operation(id) is { IsFinal: true } final) return final;
            await next.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A running reconciler; dispose it to stop it.</summary>
    public async Task<RunningReconciler> Reconcile(string owner, params OperationKind[] kinds)
    {
        var reconciler = new Reconciler(Operations, kinds, new ReconcilerOptions(owner, 4, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(1)),
            Clock, NullLogger<Reconciler>.Instance);
        await reconciler.StartAsync(TestContext.Current.CancellationToken);
        return new RunningReconciler(reconciler);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        home.Delete(recursive: true);
    }
}

internal sealed class RunningReconciler(Reconciler reconciler) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await reconciler.StopAsync(CancellationToken.None);
        reconciler.Dispose();
    }
}
