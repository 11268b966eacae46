using Tarmac.Cli.Runtimes;
using Tarmac.Model.Runtimes;

namespace Tarmac.Tests.Runtimes;

/// <summary>What is decided and written, on folders that look like a control group tree; the kernel's part is not tested here.</summary>
public sealed class ControlGroupTests : IDisposable
{
    private readonly string _tree = Directory.CreateTempSubdirectory("tarmac-cgroup-").FullName;

    private static readonly ResourceLimits Limits = new() { MemoryBytes = 1000, CpuMillis = 1500, Processes = 20 };

    public void Dispose() => Directory.Delete(_tree, recursive: true);

    [Fact]
    public void Limits_are_written_to_a_sibling_of_the_shims_own_group()
    {
        var own = Tree("cpu memory pids\n");

        Assert.NotNull(ControlGroup.TryCreate(own, "/home/one", Limits));

        var made = Assert.Single(Directory.GetDirectories(_tree, "tarmac-*"));
        Assert.Equal("1000", File.ReadAllText(Path.Join(made, "memory.max")));
        Assert.Equal("20", File.ReadAllText(Path.Join(made, "pids.max")));
        Assert.Equal("150000 100000", File.ReadAllText(Path.Join(made, "cpu.max")));
    }

    [Theory]
    [InlineData("memory pids\n")]
    [InlineData("")]
    [InlineData(null)]
    public void Without_every_controller_needed_there_is_none(string? delegated)
    {
        Assert.Null(ControlGroup.TryCreate(Tree(delegated), "/home/one", Limits));
        Assert.Empty(Directory.GetDirectories(_tree, "tarmac-*"));
    }

    private string Tree(string? delegated)
    {
        if (delegated is not null)
            File.WriteAllText(Path.Join(_tree, "cgroup.subtree_control"), delegated);
        return Directory.CreateDirectory(Path.Join(_tree, "platform")).FullName;
    }
}
