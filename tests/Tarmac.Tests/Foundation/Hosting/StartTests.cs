using System.Net;
using System.Net.Sockets;
using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;
using Tarmac.Tests.Cli;

namespace Tarmac.Tests.Foundation.Hosting;

/// <summary>What a platform refuses before it starts, and what it makes of its home.</summary>
public sealed class StartTests
{
    private const UnixFileMode Closed = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Open = Closed | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    [Fact]
    public void A_home_that_was_open_to_others_is_closed_and_what_a_kill_left_half_written_is_gone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes");
        var home = Directory.CreateTempSubdirectory("tarmac-open-").FullName;
        try
        {
            Mode(home, Open);
            HomeFolder.Open(home).Dispose();
            Assert.Equal(Closed, Mode(home));

            Mode(home, Open);
            var half = Path.Combine(home, "platform.json.1a2b3c4d.tmp");
            File.WriteAllText(half, "{");
            HomeFolder.Open(home).Dispose();
            Assert.Equal(Closed, Mode(home));
            Assert.False(File.Exists(half));
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    [Fact]
    public void A_folder_that_others_use_is_not_taken_from_them()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes");
        var folder = Directory.CreateTempSubdirectory("tarmac-shared-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "theirs"), "");
            Mode(folder, Open);
            Assert.Equal("home-not-empty", Assert.Throws<Problem>(() => HomeFolder.Open(folder)).Code);
            Assert.Equal(Open, Mode(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_refused_in_words_with_a_cure_and_a_page()
    {
        using var cli = new CliProgram();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var run = (await cli.Run("serve", "--listen", taken.LocalEndpoint.ToString()!)).Failed(1, "port 0 takes a free one");
        Assert.Contains("docs/errors/port-in-use.md", run.Error);
        Assert.DoesNotContain("   at ", run.Error + run.Out);
    }

    [Fact]
    public async Task A_password_on_the_command_line_is_refused_without_repeating_it()
    {
        using var cli = new CliProgram();
        var run = (await cli.Run("serve", "--database", "postgres://tarmac:s3cret@127.0.0.1/tarmac")).Failed(2, "TARMAC_DATABASE");
        Assert.DoesNotContain("s3cret", run.Error + run.Out);
    }

    [Fact]
    public async Task The_address_of_the_database_comes_from_the_environment()
    {
        using var cli = new CliProgram();
        cli.Variables["TARMAC_DATABASE"] = "postgres://tarmac:s3cret@127.0.0.1:1/tarmac";
        var run = (await cli.Run("serve", "--listen", "127.0.0.1:0")).Failed(1, "docs/errors/storage-unavailable.md");
        Assert.DoesNotContain("s3cret", run.Error + run.Out);
    }

    [Theory]
    [InlineData("postgres://u:p%40ss@db.example:6432/shop?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem&connect_timeout=7",
        "Host=db.example;Port=6432;Database=shop;Username=u;Password=p@ss;SSL Mode=VerifyFull;Root Certificate=/etc/ca.pem;Timeout=7")]
    [InlineData("postgresql://u@db.example/shop", "Host=db.example;Port=5432;Database=shop;Username=u")]
    [InlineData("postgres:///shop?host=%2Frun%2Fpostgresql&user=u", "Host=/run/postgresql;Port=5432;Database=shop;Username=u")]
    [InlineData("Host=a;Database=b", "Host=a;Database=b")]
    public void Every_option_of_the_address_counts(string connection, string expected) => Assert.Equal(expected, PostgresAddress.Read(connection).ConnectionString);

    [Theory]
    [InlineData("postgres://u@db.example/shop?ssl_mode=verify-full", "ssl_mode")]
    [InlineData("postgres://u@db.example/shop?sslmode=very", "SSL Mode")]
    [InlineData("postgres://u@:x/shop", "")]
    [InlineData("Host=a;Sslmodus=x", "")]
    public void An_option_that_is_not_understood_is_refused(string connection, string named)
    {
        var refusal = Assert.Throws<Problem>(() => PostgresAddress.Read(connection));
        Assert.Equal("database-address", refusal.Code);
        Assert.Contains(named, refusal.Detail, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_copy_of_a_home_and_whoever_must_be_alone_are_refused_while_a_platform_uses_the_PostgreSQL_database()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, "the package postgresql is not installed");
        await using var server = await PostgresServer.Start();
        var connection = await server.CreateDatabase();
        var copy = Directory.CreateTempSubdirectory("tarmac-copy-").FullName;
        try
        {
            await using (var first = await TestPlatform.Start(options: options => options with { Database = connection }))
            {
                File.Copy(Path.Combine(first.Home, "id"), Path.Combine(copy, "id"));
                var refusal = await Assert.ThrowsAsync<Problem>(() => TestPlatform.Start(copy, options => options with { Database = connection }));
                Assert.Equal("database-in-use", refusal.Code);
                Assert.Equal("database-in-use", (await Alone(connection))?.Code);

                await server.Stop();
                await server.StartAgain();
                await IsHeldAgain(connection);
                Assert.Equal("database-in-use", (await Alone(connection))?.Code);
            }
            Assert.Null(await Alone(connection));
            await using var second = await TestPlatform.Start(copy, options => options with { Database = connection });
            Assert.Equal("user:default/operator", (await second.Get("/api/whoami"))["ref"]!.GetValue<string>());
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    private static async Task<Problem?> Alone(string connection)
    {
        await using var database = Database.Open(connection, TimeProvider.System);
        try
        {
            await database.Hold(Guid.NewGuid().ToString("n"), alone: true);
            return null;
        }
        catch (Problem refusal)
        {
            return refusal;
        }
    }

    private static async Task IsHeldAgain(string connection)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(connection);
        while (true)
        {
            await using var command = source.CreateCommand("select count(*) from pg_locks where locktype = 'advisory' and granted");
            if ((long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))! > 1) return;
            // Another process takes the lock and tells nobody.
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private static void Mode(string folder, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, mode);
    }

    private static UnixFileMode Mode(string folder) => OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(folder);
}
