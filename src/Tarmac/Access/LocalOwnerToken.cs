using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;

namespace Tarmac.Access;

/// <summary>
/// Keeps the operator's token file of an embedded platform: mode 0600, so that whoever can read the home may operate it,
/// and nobody else. A lost or revoked token is replaced at the next start, and so is one that others could read.
/// </summary>
public static class LocalOwnerToken
{
    public static async Task Ensure(HomeFolder home, AccessStore store, Database database, LocalOwner owner, TimeProvider clock)
    {
        if (File.Exists(home.TokenFile))
        {
            var known = (await File.ReadAllTextAsync(home.TokenFile)).Trim();
            if (await store.TokenOf(known, CancellationToken.None) is { } token && token.Principal == owner.Ref)
            {
                if (IsSecret(home.TokenFile)) return;
                await database.Write(session => store.Revoke(session, token.Id));
            }
        }
        var secret = await database.Write(session => store.AddToken(session, new Token(
            "tok-" + Guid.CreateVersion7().ToString("n"), owner.Ref, PrincipalKind.Person, "this machine",
            [Principal.Read, Principal.Write, Principal.Operate], [], owner.Ref, clock.GetUtcNow(), null, null, null), madeWith: null));
        DurableFile.Write(home.TokenFile, secret + "\n", secret: true);
    }

    private static bool IsSecret(string file) =>
        OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) == UnixFileMode.None;
}
