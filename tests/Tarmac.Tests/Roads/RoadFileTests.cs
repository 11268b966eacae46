using Tarmac.Model.Schemas;
using Tarmac.Roads;

namespace Tarmac.Tests.Roads;

public sealed class RoadFileTests
{
    [Fact]
    public void A_sound_road_is_read_with_its_types()
    {
        using var folder = new RoadFolder();

        var road = folder.Read();

        Assert.Equal(("small", "Small", "1.2.3", RoadStage.Alpha), (road.Name, road.Title, road.Version, road.Stage));
        Assert.Equal("group:default/platform", road.Owner.ToString());
        Assert.Equal(["name", "note", "size", "loud"], road.Parameters.Fields.Select(parameter => parameter.Name));
        Assert.Equal([true, false, false, false], road.Parameters.Fields.Select(parameter => parameter.Required));
        Assert.Equal((InputKind.Integer, 1.0, 9.0), (road.Parameters["size"]!.Kind, road.Parameters["size"]!.Minimum ?? 0, road.Parameters["size"]!.Maximum ?? 0));
        Assert.Equal("README.md.liquid", Assert.Single(road.Skeleton).Path);
    }

    [Theory]
    [InlineData("version: 1.2.3", "version: \"1.2\"", RoadCodes.FieldValue, "metadata.version")]
    [InlineData("name: small", "name: other", RoadCodes.FieldValue, "metadata.name")]
    [InlineData("stage: alpha", "stage: ready", RoadCodes.FieldValue, "spec.stage")]
    [InlineData("howToLeave: Delete it.", "", RoadCodes.FieldMissing, "spec.howToLeave")]
    [InlineData("kind: Road", "kind: Component", RoadCodes.FieldValue, "kind")]
    [InlineData("required: [name]", "required: [nobody]", RoadCodes.FieldValue, "spec.parameters.required")]
    [InlineData("note: {type: string}", "note: {type: string, oneOf: [a]}", RoadCodes.FieldUnknown, "spec.parameters.properties.note.oneOf")]
    [InlineData("note: {type: string}", "note: {type: object}", RoadCodes.FieldValue, "spec.parameters.properties.note.type")]
    [InlineData("note: {type: string}", "note: {type: string, pattern: \"(?=x)\"}", RoadCodes.FieldValue, "spec.parameters.properties.note.pattern")]
    [InlineData("note: {type: string}", "note: {type: string, enum: [a], default: b}", RoadCodes.FieldValue, "spec.parameters.properties.note.default")]
    [InlineData("note: {type: string}", "Note: {type: string}", RoadCodes.FieldValue, "spec.parameters.properties.Note")]
    [InlineData("name: {type: string, maxLength: 200}", "title: {type: string}", RoadCodes.FieldValue, "spec.parameters.properties")]
    [InlineData("note: {type: string}", "note: {type: string, format: secret}", RoadCodes.FieldValue, "spec.parameters.properties.note")]
    [InlineData("note: {type: string}", "note: {type: number}", RoadCodes.FieldValue, "spec.parameters.properties.note")]
    [InlineData("project: ", "note: ", RoadCodes.FieldValue, "spec.derived.note")]
    [InlineData("{{ name | pascal_case }}", "{{ nobody }}", RoadCodes.Template, "spec.derived.project")]
    public void A_mistake_in_the_description_is_reported_at_its_field(string was, string written, string code, string field)
    {
        using var folder = new RoadFolder(RoadFolder.Sound.Replace(was, written, StringComparison.Ordinal));

        var reading = RoadFile.Read(folder.Path);

        Assert.Null(reading.Road);
        var problem = Assert.Single(reading.Problems, problem => problem.Code == code && problem.Field == field);
        Assert.Equal("road.yaml", problem.File);
    }

    [Theory]
    [InlineData("{{ nobody }}", "There is no variable \"nobody\"")]
    [InlineData("{{ name | shout }}", "There is no filter \"shout\"")]
    [InlineData("{% include 'x' %}", "is not a tag")]
    [InlineData("{% for i in (1..99999999) %}", "is not a tag")]
    [InlineData("{% assign a = name %}", "is not a tag")]
    [InlineData("{% if name %}", "is never ended")]
    [InlineData("{% endif %}", "is not a tag")]
    [InlineData("{{ name", "is never closed")]
    [InlineData("{{ name | }}", "cannot be understood")]
    [InlineData("{{ name.length }}", "cannot be understood")]
    [InlineData("{% raw %} {{ name }}", "is never ended")]
    [InlineData("{% if nobody == 'x' %}{% endif %}", "There is no variable \"nobody\"")]
    public void A_mistake_in_a_template_is_found_when_the_road_is_read_with_its_line(string template, string message)
    {
        using var folder = new RoadFolder().Add("src/code.txt.liquid", "first\nsecond " + template);

        var reading = RoadFile.Read(folder.Path);

        var problem = Assert.Single(reading.Problems);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.Equal((RoadCodes.Template, "skeleton/src/code.txt.liquid", 2), (problem.Code, problem.File, problem.Line));
    }

    [Fact]
    public void A_tag_in_a_file_name_is_refused()
    {
        using var folder = new RoadFolder().Add("{% if name %}x", "");

        Assert.Equal(RoadCodes.Template, Assert.Single(RoadFile.Read(folder.Path).Problems).Code);
    }

    [Fact]
    public void A_template_that_is_not_text_is_refused()
    {
        using var folder = new RoadFolder();
        File.WriteAllBytes(Path.Combine(folder.Skeleton, "logo.png.liquid"), [0xff, 0xfe, 0x00, 0xd8]);

        Assert.Contains("UTF-8", Assert.Single(RoadFile.Read(folder.Path).Problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("README.md.liquid")]
    [InlineData("/etc")]
    public void A_link_in_the_skeleton_is_refused_and_not_followed(string target)
    {
        using var folder = new RoadFolder();
        File.CreateSymbolicLink(Path.Combine(folder.Skeleton, "link"), target);

        var problem = Assert.Single(RoadFile.Read(folder.Path).Problems);

        Assert.Equal((RoadCodes.Skeleton, "skeleton/link"), (problem.Code, problem.File));
    }

    [Fact]
    public void A_skeleton_that_is_itself_a_link_is_refused()
    {
        using var folder = new RoadFolder();
        Directory.Move(folder.Skeleton, folder.Path + "-elsewhere");
        Directory.CreateSymbolicLink(folder.Skeleton, folder.Path + "-elsewhere");

        Assert.Contains(RoadFile.Read(folder.Path).Problems, problem => problem.Code == RoadCodes.Skeleton);
    }

    [Fact]
    public void A_file_that_is_too_large_is_refused()
    {
        using var folder = new RoadFolder();
        using (var large = File.Create(Path.Combine(folder.Skeleton, "large"))) large.SetLength(3 * 1024 * 1024);

        Assert.Equal("skeleton/large", Assert.Single(RoadFile.Read(folder.Path).Problems).File);
    }

    [Fact]
    public void A_folder_that_is_no_road_is_refused_in_words()
    {
        using var folder = new RoadFolder();

        Assert.Contains("is no road", Assert.Single(RoadFile.Read(folder.Skeleton).Problems).Message, StringComparison.Ordinal);
        Assert.NotEmpty(RoadFile.Read("/nowhere/at/all").Problems);
    }
}
