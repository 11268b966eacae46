using System.Text;
using Tarmac.Delivery.Git;
using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Web;

namespace Tarmac.Tests.Delivery;

/// <summary>Reading and committing, with what real repositories hold.</summary>
public sealed class RepositoryTests : IDisposable
{
    private static readonly CommitAuthor Noor = new("Noor", "noor@example.test", DateTimeOffset.UnixEpoch);
    private readonly string folder = Directory.CreateTempSubdirectory("tarmac-repositories-").FullName;
    private readonly HomeFolder home;
    private readonly Repositories repositories;

    public RepositoryTests()
    {
        home = HomeFolder.Open(folder);
        repositories = new Repositories(home);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_edit_keeps_the_mode_and_the_end_of_a_file()
    {
        await Create(new RepositoryFile("run", "#!/bin/sh"u8.ToArray(), Executable: true));
        var head = (await repositories.Head("tiny", Ct))!;
        Assert.Equal("#!/bin/sh", (await repositories.Read("tiny", head, "run", Ct))!.Value.Text);
        var commit = await repositories.Commit("tiny", head, new RepositoryFile("run", "#!/bin/sh\necho"u8.ToArray()), "Change\n", Noor, Ct);
        Assert.Equal("#!/bin/sh\necho", (await repositories.Read("tiny", commit, "run", Ct))!.Value.Text);
        Assert.StartsWith("100755 ", await Git("ls-tree", commit, "run"));
    }

    [Theory]
    [InlineData("docs/", "a folder's name is no file")]
    [InlineData("docs", "a folder is no file")]
    [InlineData("latin", "its bytes are not UTF-8")]
    [InlineData("missing", "it is not there")]
    public async Task What_is_no_text_file_is_not_read_as_one(string path, string why)
    {
        await Create(new RepositoryFile("docs/one.md", "one\n"u8.ToArray()), new RepositoryFile("latin", Encoding.Latin1.GetBytes("Größe\n")));
        Assert.True(await repositories.Read("tiny", (await repositories.Head("tiny", Ct))!, path, Ct) is null, why);
    }

    [Fact]
    public async Task The_same_commit_asked_for_again_is_found_also_below_a_later_push()
    {
        await Create(new RepositoryFile("a", "1\n"u8.ToArray()));
        var head = (await repositories.Head("tiny", Ct))!;
        var file = new RepositoryFile("a", "2\n"u8.ToArray());
        var commit = await repositories.Commit("tiny", head, file, "Change a\n\nOperation: op-1\n", Noor, Ct);
        var later = await repositories.Commit("tiny", commit, new RepositoryFile("b", "1\n"u8.ToArray()), "Add b\n", Noor, Ct);
        Assert.Equal(commit, await repositories.Commit("tiny", head, file, "Change a\n\nOperation: op-1\n", Noor, Ct));
        Assert.Equal(later, await repositories.Head("tiny", Ct));
    }

    [Fact]
    public async Task Of_two_edits_of_one_version_the_second_is_refused_and_never_taken_for_the_first()
    {
        await Create(new RepositoryFile("a", "1\n"u8.ToArray()));
        var head = (await repositories.Head("tiny", Ct))!;
        await repositories.Commit("tiny", head, new RepositoryFile("a", "2\n"u8.ToArray()), "Change a\n\nOperation: op-1\n", Noor, Ct);
        var refused = await Assert.ThrowsAsync<Problem>(() =>
            repositories.Commit("tiny", head, new RepositoryFile("a", "3\n"u8.ToArray()), "Change a\n\nOperation: op-2\n", Noor, Ct));
        Assert.Equal("repository-moved", refused.Code);
    }

    [Fact]
    public async Task A_subject_may_hold_anything()
    {
        await Create(new RepositoryFile("a", "1\n"u8.ToArray()));
        var head = (await repositories.Head("tiny", Ct))!;
        var commit = await repositories.Commit("tiny", head, new RepositoryFile("a", "2\n"u8.ToArray()), "One\u001ftwo\u001fthree\n", Noor, Ct);
        Assert.Equal([commit, head], (await repositories.History("tiny", 10, Ct)).Select(one => one.Id));
        var found = await repositories.Find("tiny", "main", Ct);
        Assert.Equal(("One\u001ftwo\u001fthree", "Noor", DateTimeOffset.UnixEpoch), (found.Subject, found.Author, found.At));
    }

    [Theory]
    [InlineData("main..main")]
    [InlineData("--all")]
    [InlineData("nowhere")]
    public async Task What_names_no_commit_is_said_not_to(string revision)
    {
        await Create(new RepositoryFile("a", "1\n"u8.ToArray()));
        Assert.Equal("not-found", (await Assert.ThrowsAsync<Problem>(() => repositories.Find("tiny", revision, Ct))).Code);
    }

    [Fact]
    public async Task A_checkout_does_not_stumble_over_the_lock_that_a_killed_one_left()
    {
        await Create(new RepositoryFile("a", "1\n"u8.ToArray()));
        var source = Path.Combine(folder, "source");
        Directory.CreateDirectory(source);
        await File.WriteAllTextAsync(source + ".index.lock", "", Ct);
        await repositories.CheckOut("tiny", (await repositories.Head("tiny", Ct))!, source, Ct);
        Assert.Equal("1\n", await File.ReadAllTextAsync(Path.Combine(source, "a"), Ct));
    }

    public void Dispose()
    {
        home.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private Task Create(params RepositoryFile[] files) => repositories.Create("tiny", files, "Begin\n", Noor, Ct);

    private Task<string> Git(params string[] arguments) => GitProgram.Must(repositories.PathOf("tiny"), arguments, cancellation: Ct);
}
