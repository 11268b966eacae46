using Tarmac.Model.Yaml;

namespace Tarmac.Roads;

/// <summary>Stable codes of what may be wrong with a road or with the answers given to it; each has a page docs/errors/CODE.md.</summary>
public static class RoadCodes
{
    public const string FieldMissing = "road-field-missing";
    public const string FieldUnknown = "road-field-unknown";
    public const string FieldType = "road-field-type";
    public const string FieldValue = "road-field-value";

    /// <summary>The folder is no road, or its skeleton holds what a skeleton may not.</summary>
    public const string Skeleton = "road-skeleton";

    /// <summary>A template uses what templates here may not, or does not know.</summary>
    public const string Template = "road-template";

    /// <summary>A rendered name may not be the path of a file, or two files land on one.</summary>
    public const string Path = "road-path";

    /// <summary>An answer is not written as name=value.</summary>
    public const string Answer = "road-answer";

    internal static readonly FieldCodes Fields = new(FieldMissing, FieldUnknown, FieldType, FieldValue);
}
