using CsCheck;
using Tarmac.Catalog;

namespace Tarmac.Tests.Catalog;

/// <summary>A folder that is read again where something was noticed says what reading all of it anew says.</summary>
public sealed class IncrementalReadingTests
{
    private static readonly string[] Paths = ["a.yaml", "b.yaml", "one/a.yaml", "one/catalog-info.yaml", "one/two/c.yml", "one/RUNBOOK.md", "one/api.json", "notes.txt", ".hidden/d.yaml"];

    private static readonly string[] Texts =
    [
        CatalogFolder.Component("vouchers"), CatalogFolder.Component("vouchers", "stock"), CatalogFolder.Component("till") + "\n---\n" + CatalogFolder.Component("shelf"),
        CatalogFolder.Component("till").Replace("type: service", "type: [wrong]", StringComparison.Ordinal), "kind: [broken\n", "kind: Deployment\nmetadata: {name: not-ours}\n", "# What to do\n\nRestart it.\n",
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\nspec: {targets: [./a.yaml, ./two/c.yml, './t*/*.yml']}\n",
        "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: prices}\nspec: {type: openapi, lifecycle: production, owner: stock, definition: {$text: ./api.json}}\n",
    ];

    private enum Deed
    {
        Write,
        Delete,
        Move,
        MoveFolder,
        LookEverywhere,
    }

    private static readonly Gen<(Deed Deed, int Path, int Other, int Text)> Deeds = Gen.Select(
        Gen.Int[0, 6].Select(number => (Deed)Math.Max(0, number - 2)), Gen.Int[0, Paths.Length - 1], Gen.Int[0, Paths.Length - 1], Gen.Int[0, Texts.Length - 1]);

    [Fact]
    public void Reading_what_was_noticed_is_reading_everything() => Deeds.Array[1, 14].Sample(deeds =>
    {
        using var folder = new TemporaryFolder();
        var followed = new FollowedFolder(folder.Path);
        followed.Look(everywhere: true);
        foreach (var deed in deeds)
        {
            foreach (var noticed in Do(folder, deed)) followed.Source.Doubt(noticed);
            followed.Look(deed.Deed == Deed.LookEverywhere);
            Assert.Equal(Said(SourceReading.Of(new SourceFolder(folder.Path).Look(anyway: true, [])!, followed.KnownBefore)), followed.Said);
        }
    }, iter: 150, threads: 1);

    [Fact]
    public void Many_files_read_at_once_say_what_they_say_one_by_one()
    {
        using var folder = new TemporaryFolder();
        for (var number = 0; number < 40; number++)
            for (var text = 0; text < Texts.Length; text++)
                folder.Write($"{number}/{text}/{(text % 2 == 0 ? "catalog-info" : "other")}.yaml", Texts[text].Replace("name: ", $"name: n{number}-{text}-", StringComparison.Ordinal));
        var read = ReadFolder.Read(folder.Path);
        Assert.Equal(40 * 5, read.Declared.Count);
        var handed = Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Select(file => (Path.GetRelativePath(folder.Path, file), File.ReadAllText(file))).ToList();
        Assert.Equal(Said(SourceReading.Of(new HandedFiles(handed), new HashSet<string>())), Said(read));
    }

    [Fact]
    public void A_file_that_looks_the_same_is_opened_when_everything_is_to_be_read()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("a.yaml", CatalogFolder.Component("vouchers", description: "One."));
        var time = File.GetLastWriteTimeUtc(file);
        var source = new SourceFolder(folder.Path);
        var files = source.Look(anyway: false, [])!;
        _ = SourceReading.Of(files, new HashSet<string>());
        source.Keep(files);
        folder.Write("a.yaml", CatalogFolder.Component("vouchers", description: "Two."));
        File.SetLastWriteTimeUtc(file, time);
        Assert.Null(source.Look(anyway: false, []));
        Assert.Equal("Two.", Assert.Single(SourceReading.Of(source.Look(anyway: true, [])!, new HashSet<string>()).Declared).Entity.Metadata.Description);
        // Nothing was kept of that look, so the next one finds it too.
        Assert.Equal("Two.", Assert.Single(SourceReading.Of(source.Look(anyway: false, [])!, new HashSet<string>()).Declared).Entity.Metadata.Description);
    }

    private static IEnumerable<string> Do(TemporaryFolder folder, (Deed Deed, int Path, int Other, int Text) deed)
    {
        var (path, other) = (Paths[deed.Path], Paths[deed.Other]);
        switch (deed.Deed)
        {
            case Deed.Write:
                folder.Write(path, Texts[deed.Text]);
                return [path];
            case Deed.Delete:
                if (File.Exists(folder.In(path))) File.Delete(folder.In(path));
                return [path];
            case Deed.Move:
                if (!File.Exists(folder.In(path))) return [];
                Directory.CreateDirectory(Path.GetDirectoryName(folder.In(other))!);
                File.Move(folder.In(path), folder.In(other), overwrite: true);
                return [path, other];
            case Deed.MoveFolder:
                var (from, to) = Directory.Exists(folder.In("one")) ? ("one", "other") : ("other", "one");
                if (!Directory.Exists(folder.In(from)) || Directory.Exists(folder.In(to))) return [];
                Directory.Move(folder.In(from), folder.In(to));
                return [from, to];
            default:
                return [];
        }
    }

    private static string Said(SourceReading reading) => string.Join('\n',
    [
        .. reading.Declared.Select(declared => $"{declared.Ref} {declared.Hash} {declared.Entity.Origin} {declared.Document}").Order(StringComparer.Ordinal),
        .. reading.Problems.Select(found => $"{found.Entity} {found.Problem}").Order(StringComparer.Ordinal),
        string.Join(' ', reading.BrokenEntities.Order(StringComparer.Ordinal)), string.Join(' ', reading.BrokenFiles.Order(StringComparer.Ordinal)), reading.Files.ToString(),
    ]);

    /// <summary>A folder and what its last reading said, as the catalog would show it.</summary>
    private sealed class FollowedFolder(string path)
    {
        private static readonly CatalogSource Shop = new("shop", SourceKind.Added, "/shop", null, "user:default/noor", DateTimeOffset.UnixEpoch);
        private IReadOnlyList<CatalogEntry> shown = [];

        public SourceFolder Source { get; } = new(path);

        public string Said { get; private set; } = "";

        /// <summary>The files that held entities before the last reading.</summary>
        public IReadOnlySet<string> KnownBefore { get; private set; } = new HashSet<string>();

        public void Look(bool everywhere)
        {
            if ((everywhere ? Source.Look(anyway: true, [], shown) : Source.LookAtNoticed([], shown)) is not { } files) return;
            KnownBefore = shown.Select(entry => entry.Entity.Origin.File).ToHashSet();
            var reading = SourceReading.Of(files, KnownBefore);
            Source.Keep(files);
            Said = IncrementalReadingTests.Said(reading);
            shown = [.. reading.Declared.Select(declared => new CatalogEntry
            {
                Entity = declared.Entity,
                Source = Shop,
                Hash = declared.Hash,
                Runbook = declared.Runbook,
                Since = DateTimeOffset.UnixEpoch,
                ChangedAt = DateTimeOffset.UnixEpoch,
                Claim = 1,
                Stale = false,
            })];
        }
    }
}
