namespace Tarmac.Foundation.Replicas;

/// <summary>One of the platforms that share a database.</summary>
/// <param name="Id">Of its home: the same after a restart.</param>
/// <param name="Host">The name of its machine.</param>
/// <param name="Url">Where its portal, API and repositories are.</param>
/// <param name="Gateway">Where the services that it runs are served.</param>
/// <param name="Alive">Whether it was heard of within the time of a lease.</param>
public sealed record Replica(string Id, string Host, string Url, string Gateway, string Version, DateTimeOffset StartedAt, DateTimeOffset SeenAt, bool Alive);
