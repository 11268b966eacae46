using Tarmac.Catalog;

namespace Tarmac.Tests.Catalog;

/// <summary>Which files a Location brings in, and what is said when it cannot.</summary>
[Trait("database", "sqlite")]
public sealed class LocationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static string Location(string name, string spec) => $"apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: {name}\nspec:\n  {spec}\n";

    // A kind of one's own: a folder does not look for these, so that only Locations bring them in.
    private void Till(string path, string name) => folder.Write(path, $"apiVersion: example.com/v1\nkind: Till\nmetadata:\n  name: {name}\n");

    private void Tills()
    {
        Till("one/a.yaml", "a");
        Till("one/deep/b.yaml", "b");
        Till("one/.hidden/c.yaml", "c");
        Till("two/d.yml", "d");
        folder.Write("two/e.json", """{"apiVersion": "example.com/v1", "kind": "Till", "metadata": {"name": "e"}}""");
    }

    [Theory]
    [InlineData("target: ./one/a.yaml", "a")]
    [InlineData("target: one/a.yaml", "a")]
    [InlineData("target: /one/a.yaml", "a")]
    [InlineData("targets: [./one/a.yaml, ./two/d.yml, ./two/../one/a.yaml]", "a d")]
    [InlineData("{type: file, target: ./one/a.yaml, targets: [./two/e.json]}", "a e")]
    [InlineData("{type: url, target: ./one/a.yaml}", "a")]
    [InlineData("target: ./**/*.yaml", "a b")]
    [InlineData("target: './one/*'", "a")]
    [InlineData("target: ./{one,two}/*.y*ml", "a d")]
    [InlineData("target: ./*/.hidden/*.yaml", "")]
    [InlineData("{presence: optional, targets: [./none.yaml, ./none/*.yaml]}", "")]
    [InlineData("{}", "")]
    public void The_files_it_names_are_read_and_no_others(string spec, string names)
    {
        Tills();
        folder.Write("catalog-info.yaml", Location("all", spec));
        var reading = ReadFolder.Read(folder.Path);
        if (!spec.Contains(".hidden", StringComparison.Ordinal)) Assert.Empty(reading.Problems());
        else Assert.Equal("location-target-missing", Assert.Single(reading.Problems()).Code);
        Assert.Equal(names, string.Join(' ', reading.Declared.Where(declared => declared.Entity.Kind == "Till").Select(declared => declared.Entity.Metadata.Name).Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("target: ./none.yaml", "location-target-missing", "spec.target")]
    [InlineData("targets: [./one/a.yaml, ./none.yaml]", "location-target-missing", "spec.targets[1]")]
    [InlineData("{presence: required, target: ./none/**/*.yaml}", "location-target-missing", "spec.target")]
    [InlineData("{target: ./one/a.yaml, targets: [../a.yaml]}", "location-target-leaves", "spec.targets[0]")]
    [InlineData("target: '.\\one\\a.yaml'", "location-target-leaves", "spec.target")]
    [InlineData("target: https://example.com/a.yaml", "location-target-not-read", "spec.target")]
    [InlineData("{type: url, presence: optional, target: https://example.com/a.yaml}", "location-target-not-read", "spec.target")]
    [InlineData("{type: github-org, target: example}", "location-target-not-read", "spec.target")]
    [InlineData("target: ./catalog-info.yaml", "location-ring", "spec.target")]
    [InlineData("target: '{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}.yaml'", "location-glob-too-wide", "spec.target")]
    public void What_cannot_be_read_is_told_on_the_Location_at_its_line(string spec, string code, string field)
    {
        Tills();
        folder.Write("catalog-info.yaml", "# First a comment.\n---\n" + Location("all", spec));
        var reading = ReadFolder.Read(folder.Path);
        Assert.Contains(reading.Declared, declared => declared.Ref == "location:default/all");
        var (entity, problem) = Assert.Single(reading.Problems);
        Assert.Equal(("location:default/all", code, "catalog-info.yaml", 3, field), (entity!.ToString(), problem.Code, problem.File, problem.Line, problem.Field));
        Assert.NotNull(problem.Cure);
    }

    [Fact]
    public void A_ring_of_Locations_is_read_once_and_its_last_link_told()
    {
        folder.Write("all.yaml", Location("all", "target: ./b.yaml"));
        folder.Write("b.yaml", Location("b", "targets: [./c.yaml, ./d.yaml]"));
        folder.Write("c.yaml", Location("c", "target: ./b.yaml"));
        folder.Write("d.yaml", Location("d", "target: ./e.yaml"));
        Till("e.yaml", "e");
        foreach (var source in new[] { folder.In("all.yaml"), folder.Path })
        {
            var reading = ReadFolder.Read(source);
            Assert.Equal(5, reading.Declared.Count);
            var problem = Assert.Single(reading.Problems());
            Assert.Equal("location-ring", problem.Code);
            Assert.Contains("b.yaml", problem.Message, StringComparison.Ordinal);
            Assert.Contains("c.yaml", problem.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_chain_ends_where_it_is_too_deep()
    {
        for (var link = 0; link < 150; link++) folder.Write($"{link}.txt", Location("link-" + link, $"target: ./{link + 1}.txt"));
        var reading = ReadFolder.Read(folder.In("0.txt"));
        Assert.Equal(101, reading.Declared.Count);
        var problem = Assert.Single(reading.Problems());
        Assert.Equal(("location-too-deep", "100.txt", "spec.target"), (problem.Code, problem.File, problem.Field));
    }

    [Fact]
    public void A_ring_as_long_as_a_folder_is_walked_without_running_out_of_stack()
    {
        const int Links = 3_000;
        for (var link = 0; link < Links; link++) folder.Write($"{link}.yaml", Location("link-" + link, $"target: ./{(link + 1) % Links}.yaml"));
        var reading = ReadFolder.Read(folder.Path);
        Assert.Equal(Links, reading.Declared.Count);
        Assert.Contains("more", Assert.Single(reading.Problems()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_that_finds_more_than_is_sane_is_refused_whole()
    {
        for (var number = 0; number <= LocationTargets.MostMatches; number++) File.WriteAllText(folder.In(number + ".yaml"), "");
        folder.Write("catalog-info.yaml", Location("all", "target: ./*.yaml"));
        var reading = ReadFolder.Read(folder.Path);
        Assert.Equal("location-glob-too-wide", Assert.Single(reading.Problems()).Code);
        Assert.Single(reading.Declared);
    }

    [Fact]
    public void A_file_that_is_a_source_alone_finds_what_lies_below_it_also_when_that_comes_later()
    {
        Tills();
        var file = folder.Write("all.yaml", Location("all", "target: ./**/*.yaml"));
        var source = new SourceFolder(file);
        Assert.Equal(3, Look()!.Declared.Count);
        Assert.Null(Look());
        Till("one/later.yaml", "later");
        Assert.Equal(4, Look()!.Declared.Count);
        File.Delete(folder.In("one", "later.yaml"));
        Assert.Equal(3, Look()!.Declared.Count);

        SourceReading? Look()
        {
            if (source.Look(anyway: false, []) is not { } files) return null;
            var reading = SourceReading.Of(files, new HashSet<string>());
            source.Keep(files);
            return reading;
        }
    }

    [Fact]
    public void A_file_that_another_source_reads_is_left_to_it_without_a_word()
    {
        folder.Write("org.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: a}\nspec: {type: team, children: []}\n");
        folder.Write("catalog-info.yaml", Location("all", "targets: [./org.yaml]"));
        var reading = SourceReading.Of(new SourceFolder(folder.Path).Look(anyway: true, [folder.In("org.yaml")])!, new HashSet<string>());
        Assert.Empty(reading.Problems());
        Assert.Single(reading.Declared);
    }

    [Fact]
    public void Files_handed_in_are_found_by_pattern_too_and_addresses_are_not_followed()
    {
        var reading = SourceReading.Of(new HandedFiles(
        [
            ("catalog-info.yaml", Location("all", "targets: ['./tills/*.yaml', 'https://example.com/x.yaml']")),
            ("tills/a.yaml", "apiVersion: example.com/v1\nkind: Till\nmetadata: {name: a}\n"),
        ]), new HashSet<string>());
        Assert.Equal(2, reading.Declared.Count);
        Assert.Equal("location-target-not-read", Assert.Single(reading.Problems()).Code);
    }
}
