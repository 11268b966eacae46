namespace Tarmac.Catalog.Backstage;

/// <summary>Something whose fields can be asked for by key.</summary>
public abstract class FieldSet
{
    private readonly List<string?> found = [];

    /// <summary>The values of a key, good until the next call; empty when there is no such field.</summary>
    public IReadOnlyList<string?> Values(string key)
    {
        found.Clear();
        Collect(key, found);
        return found;
    }

    protected abstract void Collect(string key, List<string?> values);
}

/// <summary>What a filter asks for, read once and never changed. Keys are in lower case; values are compared whatever their case.</summary>
public abstract record FieldPredicate
{
    public static readonly FieldPredicate Everything = new All([]);

    public abstract bool Accepts(FieldSet fields);

    public sealed record All(IReadOnlyList<FieldPredicate> Parts) : FieldPredicate
    {
        public override bool Accepts(FieldSet fields)
        {
            foreach (var part in Parts)
                if (!part.Accepts(fields)) return false;
            return true;
        }
    }

    public sealed record Any(IReadOnlyList<FieldPredicate> Parts) : FieldPredicate
    {
        public override bool Accepts(FieldSet fields)
        {
            foreach (var part in Parts)
                if (part.Accepts(fields)) return true;
            return false;
        }
    }

    public sealed record Not(FieldPredicate Part) : FieldPredicate
    {
        public override bool Accepts(FieldSet fields) => !Part.Accepts(fields);
    }

    /// <summary>There is such a field, with a value or without.</summary>
    public sealed record Exists(string Key) : FieldPredicate
    {
        public override bool Accepts(FieldSet fields) => fields.Values(Key).Count > 0;
    }

    /// <param name="Values">Compares whatever the case.</param>
    public sealed record OneOf(string Key, IReadOnlySet<string> Values) : FieldPredicate
    {
        public override bool Accepts(FieldSet fields)
        {
            foreach (var value in fields.Values(Key))
                if (value is not null && Values.Contains(value)) return true;
            return false;
        }
    }

    public sealed record Prefix(string Key, string Value) : FieldPredicate
    {
        public override bool Accepts(FieldSet fields)
        {
            foreach (var value in fields.Values(Key))
                if (value is not null && value.StartsWith(Value, StringComparison.OrdinalIgnoreCase)) return true;
            return false;
        }
    }
}

/// <summary>A text that must occur in a value of one of some fields.</summary>
public sealed record FullText(string Term, IReadOnlyList<string> Fields);
