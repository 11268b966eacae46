using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Access;

internal sealed class TokenListCommand() : Verb("list", "The tokens you hold or made; all of them for an operator. Never their secrets.", "tarmac token list")
{
    protected override async Task<int> Run(Invocation run)
    {
        var tokens = await run.Platform.Get("/api/tokens");
        run.Terminal.Document(tokens);
        var table = new Table("ID", "NAME", "FOR", "MAY", "STATE", "EXPIRES", "LAST USED");
        foreach (var token in tokens.List())
            table.Row(token.Text("id"), token.Text("name"), token.Text("principal"), token.Texts("scopes"),
                token.Time("revokedAt") is not null ? "revoked" : token.Time("expiresAt") < TimeProvider.System.GetUtcNow() ? "expired" : "valid",
                token.Time("expiresAt") is { } until ? $"{until:yyyy-MM-dd}" : "never", Ago.Of(token.Time("lastUsedAt"), TimeProvider.System) ?? "never");
        run.Terminal.Show(table);
        return ExitCode.Ok;
    }
}
