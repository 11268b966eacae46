using Tarmac.Foundation.Principals;

namespace Tarmac.Catalog.Sources;

/// <summary>A source as its pages show it to somebody.</summary>
public sealed record SourceRow(SourceState State, Registration? Registered, SourceTurn? Turn, bool MayRemove, int Problems)
{
    public static string ApiOf(string source) => "/api/v1" + PageOf(source);

    public static string PageOf(string source) => "/catalog/sources/" + Uri.EscapeDataString(source);

    public static async Task<IReadOnlyList<SourceRow>> All(IServiceProvider services, CatalogIndex index, Principal viewer, CancellationToken cancellation)
    {
        var registered = (await services.GetRequiredService<RegisteredSources>().All(cancellation)).ToDictionary(source => source.Name);
        var schedule = services.GetRequiredService<SourceSchedule>();
        // With what other sources declare too, which no source knows by itself.
        var problems = index.Problems.CountBy(problem => problem.Source).ToDictionary();
        return [.. index.Sources.Select(state =>
        {
            var registration = state.Source.IsGone ? null : registered.GetValueOrDefault(state.Source.Name);
            var mayRemove = registration?.MayBeChangedBy(viewer) ?? (viewer.IsOperator && state.Source is { IsGone: false, Kind: SourceKind.Added });
            return new SourceRow(state, registration, schedule.Of(state.Source.Name), mayRemove, problems.GetValueOrDefault(state.Source.Name));
        })];
    }
}
