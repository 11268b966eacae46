namespace Tarmac.Tests;

/// <summary>Real public data beside the checkout, when somebody put it there; tests that need it skip visibly when not.</summary>
internal static class PublicData
{
    /// <summary>The folder that holds Tarmac.slnx.</summary>
    public static string Repository { get; } = Above(AppContext.BaseDirectory).First(folder => File.Exists(Path.Combine(folder, "Tarmac.slnx")));

    /// <summary>TARMAC_PUBLIC_DATA, else the nearest shared/data above the repository; null when there is none.</summary>
    public static string? Root { get; } = Environment.GetEnvironmentVariable("TARMAC_PUBLIC_DATA")
        ?? Above(Repository).Select(folder => Path.Combine(folder, "shared", "data")).FirstOrDefault(Directory.Exists);

    /// <summary>A folder of the data; skips the calling test when it is not here.</summary>
    public static string Folder(string name)
    {
        var folder = Root is null ? null : Path.Combine(Root, name);
        Assert.SkipUnless(Directory.Exists(folder), $"the public data folder {name} is not here; set TARMAC_PUBLIC_DATA to have it read");
        return folder!;
    }

    private static IEnumerable<string> Above(string folder)
    {
        for (var current = new DirectoryInfo(folder); current is not null; current = current.Parent) yield return current.FullName;
    }
}
