namespace Tarmac.Model.Catalog;

/// <summary>Stable codes of the problems <see cref="EntityReader"/> reports; each has a page docs/errors/CODE.md.</summary>
public static class CatalogCodes
{
    public const string NotAMapping = "entity-not-a-mapping";
    public const string FieldMissing = "entity-field-missing";
    public const string FieldType = "entity-field-type";
    public const string FieldInvalid = "entity-field-invalid";
    public const string FieldUnknown = "entity-field-unknown";
    public const string KindUnrecognised = "entity-kind-unrecognised";
    public const string ReferenceInvalid = "entity-reference-invalid";
    public const string TooManyReferences = "entity-too-many-references";
    public const string Duplicate = "entity-duplicate";
    public const string NotRendered = "entity-not-rendered";
    public const string PlaceholderNotFound = "placeholder-not-found";
    public const string PlaceholderNotRead = "placeholder-not-read";
    public const string PlaceholderInvalid = "placeholder-invalid";
}
