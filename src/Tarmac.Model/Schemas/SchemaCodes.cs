namespace Tarmac.Model.Schemas;

/// <summary>Stable codes of problems with a schema itself; each has a page docs/errors/CODE.md.</summary>
public static class SchemaCodes
{
    public const string KeywordUnsupported = "schema-keyword-unsupported";
    public const string Invalid = "schema-invalid";
}

/// <summary>Stable codes of problems with an input; each has a page docs/errors/CODE.md.</summary>
public static class InputCodes
{
    public const string Required = "input-required";
    public const string Unknown = "input-unknown";
    public const string Type = "input-type";
    public const string Choice = "input-choice";
    public const string Length = "input-length";
    public const string Pattern = "input-pattern";
    public const string Range = "input-range";
}
