using Tarmac.Foundation.Operations;

namespace Tarmac.Tests.Foundation.Operations;

public sealed class CrashTests
{
    [Theory]
    [InlineData("one:begin", 1, 1)]
    [InlineData("one:effect", 2, 1)]
    [InlineData("one:end", 1, 1)]
    [InlineData("two:effect", 1, 2)]
    public async Task A_platform_killed_in_the_middle_of_an_operation_resumes_it_and_doubles_no_effect(string point, int triesOfOne, int triesOfTwo)
    {
        var home = Directory.CreateTempSubdirectory("tarmac-crash-").FullName;
        try
        {
            // Its own process finds the database by the variable: PostgreSQL was started by this one.
            var database = ("TARMAC_CHILD_DATABASE", await TestDatabase.ForHome(home) ?? Path.Combine(home, "tarmac.db"));
            using (var killed = new ChildProcess(["run-operations", home], database, ("TARMAC_TEST_DATABASE", ""), ("TARMAC_KILL_AT", point)))
                Assert.Equal(128 + 9, await killed.Ended());
            using (var resumed = new ChildProcess(["run-operations", home], database, ("TARMAC_TEST_DATABASE", "")))
                Assert.Equal(0, await resumed.Ended());

            Assert.Equal(triesOfOne, new FileInfo(Path.Combine(home, "effect-one.tries")).Length);
            Assert.Equal(triesOfTwo, new FileInfo(Path.Combine(home, "effect-two.tries")).Length);
            await using var platform = await TestPlatform.Start(home);
            var shown = await platform.Get("/api/operations/" + CrashingPlatform.Operation);
            Assert.Equal(OperationState.Succeeded, shown["operation"]!["state"]!.GetValue<string>());
            Assert.Equal(2, shown["operation"]!["attempts"]!.GetValue<int>());
            Assert.All(shown["steps"]!.AsArray(), step => Assert.Equal(OperationState.Succeeded, step!["state"]!.GetValue<string>()));
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }
}
