using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tarmac.Tests.Repository;

/// <summary>The API description is committed, so that a change of the API shows in review.</summary>
public sealed class ApiDescriptionTests
{
    private const string File = "docs/api/openapi.json";
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    [Fact]
    public async Task The_api_is_what_the_committed_description_says()
    {
        await using var platform = await TestPlatform.Start();
        var described = (JsonObject)await platform.Get("/api/openapi.json");
        // Where this one happens to listen is not part of the API.
        described.Remove("servers");
        var actual = described.ToJsonString(Readable) + "\n";
        var path = Path.Combine(PublicData.Repository, File);
        if (Environment.GetEnvironmentVariable("TARMAC_WRITE_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await System.IO.File.WriteAllTextAsync(path, actual, TestContext.Current.CancellationToken);
        }
        var (committed, now) = (SourceFiles.Lines(SourceFiles.Text(File)).ToList(), SourceFiles.Lines(actual).ToList());
        var differs = Enumerable.Range(0, Math.Max(committed.Count, now.Count)).FirstOrDefault(n => committed.ElementAtOrDefault(n) != now.ElementAtOrDefault(n), -1);
        Assert.True(differs < 0, $"""
            {File} differs from the API at line {differs + 1}:
              committed: {committed.ElementAtOrDefault(differs)}
              now:       {now.ElementAtOrDefault(differs)}
            If the change is meant, run ./test --snapshots and commit the file.
            """);
    }
}
