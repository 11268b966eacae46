namespace Tarmac.Model.Yaml;

/// <summary>How much one YAML text may cost to read.</summary>
/// <param name="Bytes">Largest text, in UTF-8 bytes; a larger one is refused before parsing.</param>
/// <param name="Depth">Deepest nesting of mappings and sequences, aliases followed.</param>
/// <param name="Nodes">Most nodes in the whole text, each alias counted as everything it stands for.</param>
public sealed record YamlLimits(int Bytes = 2 * 1024 * 1024, int Depth = 64, int Nodes = 200_000)
{
    /// <summary>2 MB, depth 64, 200,000 nodes.</summary>
    public static YamlLimits Default { get; } = new();

    /// <summary>Most characters of text once aliases are followed: repeating one long text is a bomb too.</summary>
    internal long Characters => 4L * Bytes;
}
