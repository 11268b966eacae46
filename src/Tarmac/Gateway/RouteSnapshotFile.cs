using System.Net;
using System.Text.Json;
using Tarmac.Model.Problems;

namespace Tarmac.Gateway;

/// <summary>A snapshot read from disk, or why it could not be used.</summary>
/// <param name="Unread">The file may be good, but the system did not give it.</param>
public sealed record RouteSnapshotReading(RouteSnapshot? Snapshot, IReadOnlyList<InputProblem> Problems, bool Unread = false);

/// <summary>The route snapshot on disk: replaced whole, so that a reader sees the old one or the new one.</summary>
public static class RouteSnapshotFile
{
    private const long LongestFile = 16 * 1024 * 1024;

    /// <summary>A missing file is an empty snapshot: nothing has been routed yet.</summary>
    public static RouteSnapshotReading Read(string path, IPEndPoint? listen = null)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > LongestFile) return Bad($"The file is {file.Length} bytes, more than {LongestFile}.");
            if (JsonSerializer.Deserialize(file, GatewayJson.Default.RouteSnapshot) is not { } snapshot)
                return Bad("The file says null.");
            var problems = RouteRules.Check(snapshot, listen);
            return new RouteSnapshotReading(problems.Count == 0 ? snapshot : null, problems);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new RouteSnapshotReading(RouteSnapshot.Empty, []);
        }
        catch (JsonException e)
        {
            return Bad(e.Message, (int?)(e.LineNumber + 1));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Bad(e.Message) with { Unread = true };
        }

        RouteSnapshotReading Bad(string message, int? line = null) => new(null, [new InputProblem(
            RouteRules.Code, message, Path.GetFileName(path), line, Cure: "The platform writes this file; let it write it again.")]);
    }

    public static void Write(string path, RouteSnapshot snapshot)
    {
        var folder = Path.GetDirectoryName(path)!;
        GatewayFolder.Create(folder);
        var temporary = path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(file, snapshot, GatewayJson.Default.RouteSnapshot);
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }
}
