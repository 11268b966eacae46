using Tarmac.Foundation.Principals;

namespace Tarmac.Tests;

/// <summary>Two teams with a member and a service each, and a service that nobody owns.</summary>
internal sealed class TestOrganisation : IOrganisation
{
    public const string Promotions = "group:default/promotions";
    public const string Purchase = "group:default/purchase";
    public const string Noor = "user:default/noor";
    public const string Sam = "user:default/sam";
    public const string Vouchers = "component:default/vouchers";
    public const string Orders = "component:default/orders";
    public const string Orphan = "component:default/orphan";

    public IReadOnlyList<string> TeamsOf(string person) => person switch { Noor => [Promotions], Sam => [Purchase], _ => [] };

    public string? OwnerOf(string entity) => entity switch { Vouchers => Promotions, Orders => Purchase, _ => null };

    public string DisplayName(string entity) => entity[(entity.IndexOf('/', StringComparison.Ordinal) + 1)..];

    public IReadOnlyList<(string Text, string? Href)> ContactsOf(string entity) => [];

    public bool Exists(string entity) => entity is Promotions or Purchase or Noor or Sam or Vouchers or Orders or Orphan or "user:default/operator";

    public Task CaughtUp(long revision, CancellationToken cancellation) => Task.CompletedTask;
}
