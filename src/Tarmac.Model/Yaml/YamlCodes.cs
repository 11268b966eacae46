namespace Tarmac.Model.Yaml;

/// <summary>Stable codes of the problems <see cref="YamlReader"/> reports; each has a page docs/errors/CODE.md.</summary>
public static class YamlCodes
{
    public const string TooLarge = "yaml-too-large";
    public const string Syntax = "yaml-syntax";
    public const string DuplicateKey = "yaml-duplicate-key";
    public const string KeyNotText = "yaml-key-not-text";
    public const string TooDeep = "yaml-too-deep";
    public const string TooManyNodes = "yaml-too-many-nodes";
    public const string UnknownAlias = "yaml-unknown-alias";
}
