using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tarmac.Foundation.Storage;

/// <summary>Reads JSON that the platform wrote: what could be stored can be read, also where people's documents are nested deep inside others.</summary>
public static class StoredJson
{
    /// <summary>Deeper than any document that is taken, with all that is put around it.</summary>
    public const int Depth = 256;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = Depth };

    public static JsonNode Parse(string text) => JsonNode.Parse(text, null, Options)!;
}
