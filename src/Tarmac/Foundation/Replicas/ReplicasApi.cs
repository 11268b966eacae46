namespace Tarmac.Foundation.Replicas;

/// <summary>Reading which platforms share this one's database.</summary>
public static class ReplicasApi
{
    public static void MapReplicas(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/replicas", async (ReplicaStore replicas, CancellationToken cancellation) => await replicas.All(cancellation))
            .WithSummary("The platforms that share this database: where each is and when it was last heard of.");
}
