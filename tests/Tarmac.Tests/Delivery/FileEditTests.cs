using Tarmac.Delivery;
using Tarmac.Model.Runbooks;

namespace Tarmac.Tests.Delivery;

/// <summary>What the editor of a file begins with.</summary>
public sealed class FileEditTests
{
    private const string Runbook = "# vouchers\n\nSells vouchers.\n\n## Host Platform\n\nA cluster.\n\n## Supported by\n\n<!-- Who? -->\n";

    [Fact]
    public void It_goes_to_a_section_that_is_there_also_when_only_its_heading_is()
    {
        var edit = FileEdit.Of("vouchers", "RUNBOOK.md", "b10b", Runbook, RunbookProperties.Find("supportedBy"));
        Assert.Equal(Runbook, edit.Text);
        Assert.Equal("## Supported by", edit.Text.Split('\n')[edit.Line!.Value - 1]);
        Assert.Equal(SectionState.Prompt, edit.Hints.Single(hint => hint.Property.Name == "supportedBy").State);
        Assert.Equal(SectionState.Filled, edit.Hints.Single(hint => hint.Property.Name == "hostPlatform").State);
        Assert.Equal(SectionState.Prompt, edit.Hints[0].State);
    }

    [Fact]
    public void It_begins_a_section_that_is_missing_at_the_end()
    {
        var edit = FileEdit.Of("vouchers", "RUNBOOK.md", "b10b", Runbook, RunbookProperties.Find("architecture"));
        Assert.EndsWith("\n\n## Architecture\n\n", edit.Text);
        Assert.StartsWith(Runbook.TrimEnd(), edit.Text);
        Assert.Equal("## Architecture", edit.Text.Split('\n')[edit.Line!.Value - 2]);
    }

    [Fact]
    public void A_runbook_that_does_not_exist_begins_with_its_name_and_another_file_empty()
    {
        Assert.Equal("# vouchers\n\n", FileEdit.Of("vouchers", "RUNBOOK.md", null, null, null).Text);
        var other = FileEdit.Of("vouchers", "notes.txt", null, null, RunbookProperties.Find("architecture"));
        Assert.Equal(("", null), (other.Text, other.Line));
        Assert.Empty(other.Hints);
    }
}
