using System.Text.RegularExpressions;

namespace Tarmac.Tests.Repository;

/// <summary>What may know of what: <c>Cli → Model, Workloads ← Tarmac</c>, and inside the server <c>slice → Foundation → Model</c>.</summary>
public sealed partial class DependencyTests
{
    private static readonly string[] Slices =
        [.. Directory.GetDirectories(Path.Combine(PublicData.Repository, "src", "Tarmac")).Select(folder => Path.GetFileName(folder)).Where(name => name is not "Foundation").Order(StringComparer.Ordinal)];

    [Theory]
    [InlineData("Tarmac.Model", "")]
    [InlineData("Tarmac.Workloads", "Tarmac.Model")]
    [InlineData("Tarmac.Cli", "Tarmac.Model Tarmac.Workloads")]
    [InlineData("Tarmac", "Tarmac.Model Tarmac.Workloads")]
    public void A_project_references_no_more_than_it_may(string project, string allowed)
    {
        var referenced = ProjectReference().Matches(SourceFiles.Text($"src/{project}/{project}.csproj")).Select(match => match.Groups[1].Value);
        Assert.Empty(referenced.Except(allowed.Split(' ')));
    }

    [Fact]
    public void The_foundation_looks_into_no_slice()
    {
        var offending = SourceFiles.In("src/Tarmac/Foundation", ".cs", ".razor")
            .SelectMany(file => Slices.Where(slice => Regex.IsMatch(file.Text, $@"\bTarmac\.{slice}\b(?!\.(dev|Server))")).Select(slice => $"{file.Path} uses {slice}"));
        Assert.Empty(offending);
    }

    [Fact]
    public void A_slice_never_touches_another_slices_store()
    {
        var stores = SourceFiles.In("src/Tarmac", "Store.cs").Where(file => !file.Path.Contains("/Foundation/", StringComparison.Ordinal))
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file.Path), file => SliceOf(file.Path));
        Assert.NotEmpty(stores);
        var offending = SourceFiles.In("src/Tarmac", ".cs", ".razor").Where(file => IsInSlice(file.Path)).SelectMany(file =>
            stores.Where(store => store.Value != SliceOf(file.Path) && Regex.IsMatch(file.Text, $@"\b{store.Key}\b")).Select(store => $"{file.Path} uses {store.Key} of {store.Value}"));
        Assert.Empty(offending);
    }

    [Fact]
    public void A_slice_reads_and_writes_its_own_tables_only()
    {
        var owners = new Dictionary<string, string>();
        foreach (var migration in SourceFiles.In("src/Tarmac", ".sql"))
            foreach (Match table in CreateTable().Matches(migration.Text))
                owners[table.Groups[1].Value] = SliceOf(migration.Path);
        Assert.Contains("token", owners.Keys);
        var offending = new List<string>();
        foreach (var (path, text) in SourceFiles.In("src/Tarmac", ".cs", ".razor"))
            foreach (Match statement in TableUse().Matches(text))
                if (owners.TryGetValue(statement.Groups[1].Value, out var owner) && owner != SliceOf(path))
                    offending.Add($"{path}: {statement.Value} belongs to {owner}");
        Assert.Empty(offending);
    }

    [Fact]
    public void Packages_are_pinned_to_one_exact_version_in_one_place()
    {
        var versions = PackageVersion().Matches(SourceFiles.Text("Directory.Packages.props")).Select(match => (Name: match.Groups[1].Value, Version: match.Groups[2].Value)).ToList();
        Assert.NotEmpty(versions);
        Assert.All(versions, package => Assert.Matches(@"^\d+(\.\d+){1,3}(-[0-9A-Za-z.]+)?$", package.Version));
        foreach (var (path, text) in SourceFiles.In("src", ".csproj").Concat(SourceFiles.In("tests", ".csproj")).Concat(SourceFiles.In("bench", ".csproj")))
            Assert.False(Regex.IsMatch(text, @"<PackageReference[^>]*\bVersion(Override)?="), $"{path} names a version of its own");
    }

    private static bool IsInSlice(string path) => Slices.Contains(SliceOf(path));

    private static string SliceOf(string path) => path.Split('/') is ["src", "Tarmac", var slice, _, ..] ? slice : "";

    [GeneratedRegex(@"<ProjectReference Include=""[^""]*/([A-Za-z.]+)\.csproj""")]
    private static partial Regex ProjectReference();

    [GeneratedRegex(@"create table (?:if not exists )?(\w+)")]
    private static partial Regex CreateTable();

    [GeneratedRegex(@"\b(?:from|join|insert into|update) ([a-z_]+)\b(?=\s|""|$)")]
    private static partial Regex TableUse();

    [GeneratedRegex(@"<PackageVersion Include=""([^""]+)"" Version=""([^""]+)""")]
    private static partial Regex PackageVersion();
}
