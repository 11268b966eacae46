using Tarmac.Model.Yaml;

namespace Tarmac.Workloads;

/// <summary>Stable codes of what may be wrong with a Score file; each has a page docs/errors/CODE.md.</summary>
public static class WorkloadCodes
{
    public const string Missing = "workload-field-missing";
    public const string Unknown = "workload-field-unknown";
    public const string Type = "workload-field-type";
    public const string Value = "workload-field-value";
    public const string Placeholder = "workload-placeholder";
    public const string Deprecated = "workload-deprecated";

    internal static readonly FieldCodes Fields = new(Missing, Unknown, Type, Value);
}
