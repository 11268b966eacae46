namespace Tarmac.Tests.Foundation.Storage;

/// <summary>What both databases promise alike.</summary>
public sealed class DatabaseTests
{
    [Fact]
    public async Task Sixty_four_writers_at_once_lose_nothing()
    {
        await using var fresh = await FreshDatabase.Open();
        await fresh.Write(session => session.Execute($"insert into counter (name, value) values ('shared', 0)"));
        await Task.WhenAll(Enumerable.Range(0, 64).Select(writer => Task.Run(async () =>
        {
            for (var n = 0; n < 10; n++)
                await fresh.Write(async session =>
                {
                    await session.Execute($"insert into subscriber (name, revision) values ({writer + "-" + n}, {n})");
                    return await session.Execute($"update counter set value = value + 1 where name = 'shared'");
                });
        })));
        Assert.Equal(640, await fresh.Read(session => session.Number($"select value from counter where name = 'shared'")));
        Assert.Equal(640, await fresh.Read(session => session.Number($"select count(*) from subscriber")));
    }

    [Fact]
    public async Task A_write_that_fails_leaves_nothing_and_does_not_sink_those_it_shares_a_commit_with()
    {
        await using var fresh = await FreshDatabase.Open();
        await fresh.Write(session => session.Execute($"insert into subscriber (name, revision) values ('taken', 0)"));
        var signals = 0;
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 60).Select(n => Task.Run(async () =>
        {
            try
            {
                await fresh.Write(async session =>
                {
                    session.OnCommitted(() => Interlocked.Increment(ref signals));
                    await session.Execute($"insert into subscriber (name, revision) values ({"row-" + n}, {n})");
                    if (n % 3 == 1) throw new InvalidOperationException("refused " + n);
                    return n % 3 == 2 ? await session.Execute($"insert into subscriber (name, revision) values ('taken', {n})") : 0;
                });
                return "written";
            }
            catch (InvalidOperationException refused)
            {
                return refused.Message;
            }
            catch (System.Data.Common.DbException)
            {
                return "constraint";
            }
        })));
        Assert.All(outcomes.Index(), item => Assert.Equal((item.Index % 3) switch { 0 => "written", 1 => "refused " + item.Index, _ => "constraint" }, item.Item));
        var names = await fresh.Read(session => session.List($"select name from subscriber order by revision, name", row => row.Text(0)));
        Assert.Equal(["row-0", "taken", .. Enumerable.Range(1, 19).Select(n => "row-" + (n * 3))], names);
        Assert.Equal(20, signals);
    }

    [Fact]
    public async Task A_signal_that_fails_after_the_commit_is_told_to_its_own_caller_only()
    {
        await using var fresh = await FreshDatabase.Open();
        var gate = new TaskCompletionSource();
        var first = fresh.Write(async session =>
        {
            await gate.Task;
            return await session.Execute($"insert into subscriber (name, revision) values ('first', 1)");
        });
        var broken = fresh.Write(session =>
        {
            session.OnCommitted(() => throw new InvalidOperationException("signal"));
            return session.Execute($"insert into subscriber (name, revision) values ('broken', 1)");
        });
        var last = fresh.Write(session => session.Execute($"insert into subscriber (name, revision) values ('last', 1)"));
        gate.SetResult();
        await Assert.ThrowsAsync<InvalidOperationException>(() => broken);
        Assert.Equal((1, 1), (await first, await last));
        Assert.Equal(3, await fresh.Read(session => session.Number($"select count(*) from subscriber")));
    }

    [Fact]
    public async Task A_read_sees_one_state_and_writes_nothing()
    {
        await using var fresh = await FreshDatabase.Open();
        var (before, after) = await fresh.Read(async session =>
        {
            var first = await session.Number($"select count(*) from subscriber");
            await fresh.Write(other => other.Execute($"insert into subscriber (name, revision) values ('between', 1)"));
            return (first, await session.Number($"select count(*) from subscriber"));
        });
        Assert.Equal((0, 0), (before, after));
        await fresh.Read(session => session.Execute($"delete from subscriber"));
        Assert.Equal(1, await fresh.Read(session => session.Number($"select count(*) from subscriber")));
    }
}
