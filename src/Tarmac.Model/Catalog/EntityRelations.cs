namespace Tarmac.Model.Catalog;

/// <summary>The relations an entity's own fields declare.</summary>
public static class EntityRelations
{
    /// <summary>
    /// Every relation from this entity to another, in the order of the fields, each once. The other direction is
    /// <see cref="Relation.Reversed"/>; whether the target exists is for the catalog to say.
    /// </summary>
    public static IReadOnlyList<Relation> Of(Entity entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        var fields = EntityKinds.WellKnown.TryGetValue(entity.Kind, out var kind) ? kind.Fields : EntityKinds.Common;
        var relations = new List<Relation>();
        var known = new HashSet<Relation>();
        foreach (var field in fields)
        {
            if (field.Relation is null) continue;
            foreach (var text in Texts(entity, field))
            {
                if (!EntityRef.TryParse(text, field.DefaultKind, entity.Metadata.Namespace, out var target, out _)) continue;
                var relation = new Relation(entity.Ref, field.Relation, target);
                if (known.Add(relation)) relations.Add(relation);
            }
        }
        return relations;
    }

    private static IEnumerable<string> Texts(Entity entity, SpecField field) => field.Shape == SpecShape.TextList
        ? Entity.TextsOf(entity.Spec, field.Name)
        : Entity.TextOf(entity.Spec, field.Name) is { } text ? [text] : [];
}
