using Npgsql;
using Tarmac.Foundation.Web;

namespace Tarmac.Foundation.Storage;

/// <summary>
/// Reads where a PostgreSQL database is: a URL with the options that PostgreSQL's own programs take, or Npgsql's key=value
/// pairs. What is not understood is refused, because an option that is silently lost may be the one that asks for TLS.
/// </summary>
public static class PostgresAddress
{
    private static readonly Dictionary<string, string> Options = new(StringComparer.OrdinalIgnoreCase)
    {
        ["host"] = "Host",
        ["port"] = "Port",
        ["dbname"] = "Database",
        ["user"] = "Username",
        ["password"] = "Password",
        ["passfile"] = "Passfile",
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["channel_binding"] = "Channel Binding",
        ["application_name"] = "Application Name",
        ["connect_timeout"] = "Timeout",
        ["options"] = "Options",
        ["target_session_attrs"] = "Target Session Attributes",
    };

    public static bool Understands(string connection) =>
        connection.StartsWith("postgres://", StringComparison.Ordinal)
        || connection.StartsWith("postgresql://", StringComparison.Ordinal)
        || connection.Contains("Host=", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="Problem">It is no address, or has an option that is not understood.</exception>
    public static NpgsqlConnectionStringBuilder Read(string connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        try
        {
            return connection.Contains("://", StringComparison.Ordinal) ? FromUrl(new Uri(connection)) : new NpgsqlConnectionStringBuilder(connection);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or KeyNotFoundException)
        {
            // Its words may repeat a value; the address itself, which may hold a password, is not repeated.
            throw new Problem(400, "database-address", "The address of the PostgreSQL database cannot be used.", error.Message,
                "Write postgres://USER@HOST:PORT/DATABASE?sslmode=verify-full, with the options that psql takes in a URL.");
        }
    }

    private static NpgsqlConnectionStringBuilder FromUrl(Uri url)
    {
        var user = url.UserInfo.Split(':', 2);
        var address = new NpgsqlConnectionStringBuilder
        {
            Host = url.Host,
            Port = url.Port > 0 ? url.Port : NpgsqlConnection.DefaultPort,
            Database = Uri.UnescapeDataString(url.AbsolutePath.Trim('/')),
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
        };
        foreach (var option in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = option.Split('=', 2) is [var key, var text] ? (key, Uri.UnescapeDataString(text)) : (option, "");
            if (!Options.TryGetValue(name, out var known)) throw new FormatException($"The option {name} is not understood; these are: {string.Join(", ", Options.Keys)}.");
            // PostgreSQL writes verify-full where Npgsql has VerifyFull.
            address[known] = known == "SSL Mode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
        }
        return address;
    }
}
