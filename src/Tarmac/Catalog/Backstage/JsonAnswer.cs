using System.Text.Json;

namespace Tarmac.Catalog.Backstage;

/// <summary>An answer written as it goes, so that a list of everything never stands in memory as a whole.</summary>
/// <param name="write">Is also given what to call between items.</param>
internal sealed class JsonAnswer(Func<Utf8JsonWriter, Func<ValueTask>, Task> write, int status = StatusCodes.Status200OK) : IResult
{
    private const int Chunk = 16_384;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        await using var writer = new Utf8JsonWriter(response.BodyWriter);
        await write(writer, async () =>
        {
            if (writer.BytesPending < Chunk) return;
            await writer.FlushAsync(httpContext.RequestAborted);
            await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
        });
    }

    /// <summary>A list of entities; null for those that are not there.</summary>
    public static async Task WriteEntities(Utf8JsonWriter writer, Func<ValueTask> between, CatalogIndex index, IEnumerable<CatalogEntry?> entries, FieldSelection? fields)
    {
        writer.WriteStartArray();
        foreach (var entry in entries)
        {
            if (entry is null) writer.WriteNullValue();
            else new ShownEntity(index, entry).Write(writer, fields);
            await between();
        }
        writer.WriteEndArray();
    }
}
