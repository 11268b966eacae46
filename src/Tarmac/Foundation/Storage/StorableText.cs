using System.Text;

namespace Tarmac.Foundation.Storage;

/// <summary>Text from outside as either database can hold it.</summary>
public static class StorableText
{
    /// <summary>The text without what a database cannot hold: NUL, and halves of surrogate pairs.</summary>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\ud800', '\udfff') && !text.Contains('\0', StringComparison.Ordinal)) return text;
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Replace('\0', '\ufffd')));
    }
}
