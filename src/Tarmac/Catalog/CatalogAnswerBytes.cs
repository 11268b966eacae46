using System.Collections.Concurrent;

namespace Tarmac.Catalog;

/// <summary>
/// The answers one snapshot of the catalog has given, as they were sent: who asks the same of the same snapshot is sent the same. Goes
/// with the snapshot.
/// </summary>
internal sealed class CatalogAnswerBytes
{
    private const long MostBytes = 32 * 1024 * 1024;
    private const int MostOfOne = 128 * 1024;

    private readonly ConcurrentDictionary<string, byte[]> answers = new(StringComparer.Ordinal);
    private long kept;

    public byte[]? Find(string question) => answers.GetValueOrDefault(question);

    public void Keep(string question, byte[] answer)
    {
        if (answer.Length > MostOfOne) return;
        if (Interlocked.Add(ref kept, answer.Length + question.Length) > MostBytes)
        {
            answers.Clear();
            Interlocked.Exchange(ref kept, answer.Length);
        }
        answers[question] = answer;
    }
}

/// <summary>JSON that is made already.</summary>
internal sealed class JsonBytes(byte[] json) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        httpContext.Response.ContentLength = json.Length;
        return httpContext.Response.Body.WriteAsync(json, 0, json.Length, httpContext.RequestAborted);
    }
}
