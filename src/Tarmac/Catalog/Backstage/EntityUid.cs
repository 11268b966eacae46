using System.Security.Cryptography;
using System.Text;

namespace Tarmac.Catalog.Backstage;

/// <summary>The identifier that Backstage's clients know an entity by: made of its reference alone, so it is the same after every rebuild.</summary>
public static class EntityUid
{
    public static string Of(string reference)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(reference), hash);
        // Marked as RFC 9562 asks of an identifier that is made of something else.
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash[..16], bigEndian: true).ToString("d");
    }
}
