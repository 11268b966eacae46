using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Tarmac.Roads;

namespace Tarmac.Tests.Roads;

[UnsupportedOSPlatform("windows")]
public sealed class RoadTemplateTests
{
    [Fact]
    public void Templates_are_rendered_and_everything_else_is_copied_byte_for_byte()
    {
        using var folder = new RoadFolder()
            .Add("src/{{ project }}/{{ project }}.txt.liquid", "{{ name }} {% if loud %}LOUD{% else %}quiet{% endif %} {% raw %}{{ name }}{% endraw %}{% comment %} gone {% endcomment %}")
            .Add("copied.txt", "{{ name }} {% nonsense \r\n");
        File.WriteAllBytes(Path.Combine(folder.Skeleton, "logo.png"), [0xff, 0x00, 0x7b, 0x7b]);

        var tree = folder.Render("price-feed").Tree!;

        Assert.Equal("price-feed quiet {{ name }}", tree.Text("src/PriceFeed/PriceFeed.txt"));
        Assert.Equal("{{ name }} {% nonsense \r\n", tree.Text("copied.txt"));
        Assert.Equal([0xff, 0x00, 0x7b, 0x7b], tree.Files.Single(file => file.Path == "logo.png").Content.ToArray());
    }

    [Fact]
    public void An_executable_file_stays_executable()
    {
        using var folder = new RoadFolder().Add("start.sh.liquid", "#!/bin/sh\necho {{ name }}\n");
        var script = Path.Combine(folder.Skeleton, "start.sh.liquid");
        File.SetUnixFileMode(script, File.GetUnixFileMode(script) | UnixFileMode.UserExecute);
        var target = Directory.CreateTempSubdirectory("rendered-");

        folder.Render("vouchers").Tree!.WriteTo(target.FullName);

        Assert.True(File.GetUnixFileMode(Path.Combine(target.FullName, "start.sh")).HasFlag(UnixFileMode.UserExecute));
        Assert.False(File.GetUnixFileMode(Path.Combine(target.FullName, "README.md")).HasFlag(UnixFileMode.UserExecute));
        target.Delete(recursive: true);
    }

    [Fact]
    public void Answers_are_data_and_never_templates()
    {
        using var folder = new RoadFolder();

        Assert.Equal("# {{ note }}{% include 'x' %}\n", folder.Render("{{ note }}{% include 'x' %}").Tree!.Text("README.md"));
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("../../etc/cron.d/x")]
    [InlineData("/etc/passwd")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("..\\b")]
    [InlineData("C:x")]
    [InlineData(".git")]
    [InlineData(".GIT")]
    [InlineData(".git. ")]
    [InlineData("git~1")]
    [InlineData(".g\u200cit")]
    public void A_name_that_leads_elsewhere_is_refused(string name)
    {
        using var folder = new RoadFolder().Add("src/{{ name }}/file", "");

        var rendering = folder.Render(name);

        Assert.Null(rendering.Tree);
        var problem = Assert.Single(rendering.Problems);
        Assert.Equal((RoadCodes.Path, "skeleton/src/{{ name }}/file"), (problem.Code, problem.File));
    }

    [Fact]
    public void A_name_that_becomes_empty_or_endless_is_refused()
    {
        using var folder = new RoadFolder().Add("{{ note }}", "");

        Assert.Equal(RoadCodes.Path, Assert.Single(folder.Render("x").Problems).Code);
        Assert.Equal(RoadCodes.Path, Assert.Single(folder.Render("x", ("note", new string('a', 300))).Problems).Code);
    }

    [Theory]
    [InlineData("same", "same")]
    [InlineData("same", "SAME")]
    [InlineData("src", "src/file")]
    [InlineData("src/file", "SRC/other")]
    [InlineData(".tarmac/road.yaml", "x")]
    public void Two_files_on_one_path_are_refused(string first, string second)
    {
        // The first name is written out, the second comes from the answer, part by part.
        using var folder = new RoadFolder().Add(first, "");
        var parts = second.Split('/');
        folder.Add(parts.Length == 1 ? "{{ name }}.liquid" : "{{ name }}/" + parts[1], "");

        var rendering = folder.Render(parts[0]);

        Assert.Null(rendering.Tree);
        Assert.Equal(RoadCodes.Path, Assert.Single(rendering.Problems).Code);
    }

    [Fact]
    public void What_grows_beyond_the_limit_is_refused()
    {
        using var folder = new RoadFolder().Add("large.txt.liquid", string.Concat(Enumerable.Repeat("{{ note }}", 1_000)));

        var rendering = folder.Render("x", ("note", new string('a', 5_000)));

        Assert.Contains("longer than", Assert.Single(rendering.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Writing_never_overwrites_and_never_follows_a_link()
    {
        using var folder = new RoadFolder();
        var target = Directory.CreateTempSubdirectory("rendered-");
        var outside = Path.Combine(target.FullName, "outside");
        File.CreateSymbolicLink(Path.Combine(target.FullName, "README.md"), outside);

        Assert.Throws<IOException>(() => folder.Render("x").Tree!.WriteTo(target.FullName));

        Assert.False(File.Exists(outside));
        target.Delete(recursive: true);
    }
}
