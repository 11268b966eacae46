using System.Text;

namespace Tarmac.Cli.Foundation;

/// <summary>A path with the parameters that were given.</summary>
internal sealed class Query(string path)
{
    private readonly StringBuilder text = new(path);
    private bool any = path.Contains('?');

    public Query Add(string name, string? value)
    {
        if (string.IsNullOrEmpty(value)) return this;
        text.Append(any ? '&' : '?').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        any = true;
        return this;
    }

    public override string ToString() => text.ToString();
}
