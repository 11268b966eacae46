using System.Security.Cryptography;
using System.Text;

namespace Tarmac.Access;

/// <summary>Random secrets and the hashes they are kept as. 256 bits of entropy need no salt and no slow hash.</summary>
public static class Secret
{
    /// <summary>A new secret; the prefix lets people and secret scanners recognise it.</summary>
    public static string New(string prefix) => prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).Replace('+', '-').Replace('/', '_').TrimEnd('=');

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
