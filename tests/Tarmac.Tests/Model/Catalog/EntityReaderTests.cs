using CsCheck;
using Tarmac.Model.Catalog;
using Tarmac.Model.Problems;
using Tarmac.Model.Yaml;

namespace Tarmac.Tests.Model.Catalog;

public sealed class EntityReaderTests
{
    private const string Vouchers = """
        apiVersion: backstage.io/v1alpha1
        kind: Component
        metadata:
          name: vouchers
          title: Vouchers
          description: Money off, on paper.
          labels: {example.com/cost-centre: cc-17, empty: ""}
          annotations:
            tarmac.dev/service-tier: gold
          tags: [c#, money-off, a:b]
          links:
            - {url: "https://example.com", title: Docs, icon: book, type: docs}
          invented: [1]
        spec:
          type: service
          lifecycle: production
          owner: promotions
          system: promotions/checkout
          providesApis: [vouchers-api, api:other/second]
          dependsOn: [resource:vouchers-db, component:stock]
          dependencyOf: ["component:till"]
          invented: {a: 1}
        """;

    [Fact]
    public void A_component_is_read_whole()
    {
        var entity = Sound(Vouchers);

        Assert.Equal("component:default/vouchers", entity.Ref.ToString());
        Assert.Equal("group:default/promotions", entity.Owner!.ToString());
        Assert.Equal(("service", "production", "Vouchers"), (entity.Type, entity.Lifecycle, entity.DisplayName));
        Assert.Equal("Money off, on paper.", entity.Metadata.Description);
        Assert.Equal("cc-17", entity.Metadata.Labels["example.com/cost-centre"]);
        Assert.Equal("gold", entity.Metadata.Annotations["tarmac.dev/service-tier"]);
        Assert.Equal(["c#", "money-off", "a:b"], entity.Metadata.Tags);
        Assert.Equal(new EntityLink("https://example.com", "Docs", "book", "docs"), Assert.Single(entity.Metadata.Links));
        Assert.Equal(new EntityOrigin("catalog-info.yaml", 1), entity.Origin);
        Assert.Equal("[1]", entity.ToJson()["metadata"]!["invented"]!.ToJsonString());
        Assert.Equal("""{"a":1}""", entity.Spec["invented"]!.ToJsonString());
        Assert.Null(entity.Location);
    }

    [Fact]
    public void Relations_follow_from_the_fields_with_the_kind_and_namespace_they_mean()
    {
        var relations = EntityRelations.Of(Sound(Vouchers.Replace("name: vouchers\n", "name: vouchers\n  namespace: shop\n", StringComparison.Ordinal)));

        Assert.All(relations, relation => Assert.Equal("component:shop/vouchers", relation.From.ToString()));
        Assert.Equal(
        [
            "ownedBy group:shop/promotions", "partOf system:promotions/checkout", "providesApi api:shop/vouchers-api", "providesApi api:other/second",
            "dependsOn resource:shop/vouchers-db", "dependsOn component:shop/stock", "dependencyOf component:shop/till",
        ], relations.Select(relation => $"{relation.Type} {relation.To}"));
        Assert.Equal("group:shop/promotions ownerOf component:shop/vouchers", Words(relations[0].Reversed()));
    }

    [Theory]
    [InlineData("Group", "{type: team, children: [a], parent: b, members: [c]}", "parentOf group:default/a|childOf group:default/b|hasMember user:default/c")]
    [InlineData("User", "{memberOf: [a, x/b], profile: {displayName: Ada}}", "memberOf group:default/a|memberOf group:x/b")]
    [InlineData("User", "{memberOf: []}", "")]
    [InlineData("API", "{type: openapi, lifecycle: production, owner: user:a, definition: x, system: s}", "ownedBy user:default/a|partOf system:default/s")]
    [InlineData("API", "{type: openapi, lifecycle: production, owner: a, definition: {$text: ./api.yaml}}", "ownedBy group:default/a")]
    [InlineData("API", "{type: mcp-server, lifecycle: production, owner: a, remotes: [{type: http, url: x}]}", "ownedBy group:default/a")]
    [InlineData("Resource", "{type: database, owner: a, dependencyOf: [Component:b, component:b]}", "ownedBy group:default/a|dependencyOf component:default/b")]
    [InlineData("System", "{owner: a, domain: d}", "ownedBy group:default/a|partOf domain:default/d")]
    [InlineData("Domain", "{owner: a, subdomainOf: d}", "ownedBy group:default/a|partOf domain:default/d")]
    [InlineData("Component", "{type: t, lifecycle: l, owner: a, subcomponentOf: c, consumesApis: [d]}", "ownedBy group:default/a|partOf component:default/c|consumesApi api:default/d")]
    [InlineData("AiResource", "{type: skill, lifecycle: l, owner: a, system: s}", "ownedBy group:default/a|partOf system:default/s")]
    [InlineData("Location", "{type: url, target: ./a, targets: [./b], presence: optional}", "")]
    [InlineData("Location", "{}", "")]
    [InlineData("Template", "{type: t, owner: user:a, steps: [{action: b, if: '${{ c }}'}], parameters: [{title: d}]}", "ownedBy user:default/a")]
    [InlineData("Template", "{type: t, steps: []}", "")]
    [InlineData("Invented", "{owner: a, dependsOn: [nokind, resource:b], memberOf: [x]}", "ownedBy group:default/a|dependsOn resource:default/b")]
    public void Each_kind_is_read_with_its_own_fields(string kind, string spec, string relations)
    {
        var entity = Sound($"apiVersion: {VersionOf(kind)}\nkind: {kind}\nmetadata: {{name: e}}\nspec: {spec}\n");
        Assert.Equal(relations, string.Join('|', EntityRelations.Of(entity).Select(relation => $"{relation.Type} {relation.To}")));
    }

    [Theory]
    [InlineData("Component", "type lifecycle owner")]
    [InlineData("API", "type lifecycle owner definition")]
    [InlineData("Resource", "type owner")]
    [InlineData("System", "owner")]
    [InlineData("Domain", "owner")]
    [InlineData("Group", "type children")]
    [InlineData("User", "memberOf")]
    [InlineData("Location", "")]
    [InlineData("Template", "type steps")]
    [InlineData("AiResource", "type lifecycle owner")]
    public void Each_kind_names_every_field_it_misses(string kind, string required)
    {
        var result = EntityReader.Read($"apiVersion: {VersionOf(kind, "backstage.io/v1beta1")}\nkind: {kind}\nmetadata: {{name: e}}\nspec: {{}}\n", "f");
        Assert.Equal(required.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(field => "spec." + field), result.Problems.Select(problem => problem.Field));
        Assert.All(result.Problems, problem => Assert.Equal((CatalogCodes.FieldMissing, 4), (problem.Code, problem.Line)));
        Assert.Equal(required.Length == 0 ? 1 : 0, result.Entities.Count);
    }

    [Fact]
    public void A_kind_without_a_spec_is_refused_unless_it_is_nobodys_here()
    {
        Refused("apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: e}\n", CatalogCodes.FieldMissing, "spec");
        Assert.Empty(Sound("apiVersion: example.com/v1\nkind: Invented\nmetadata: {name: e}\n").Spec);
    }

    [Theory]
    [InlineData("name: vouchers", "name: -vouchers", CatalogCodes.FieldInvalid, "metadata.name", 4)]
    [InlineData("name: vouchers", "name: ${{ values.name }}", CatalogCodes.NotRendered, "metadata.name", 4)]
    [InlineData("name: vouchers", "name: 12", CatalogCodes.FieldType, "metadata.name", 4)]
    [InlineData("name: vouchers", "nom: vouchers", CatalogCodes.FieldMissing, "metadata.name", 4)]
    [InlineData("name: vouchers", "name: vouchers\n  namespace: Shop", CatalogCodes.FieldInvalid, "metadata.namespace", 5)]
    [InlineData("name: vouchers", "name: vouсhers", CatalogCodes.FieldInvalid, "metadata.name", 4)] // a Cyrillic letter
    [InlineData("name: vouchers", "name: vouchers\u200b", CatalogCodes.FieldInvalid, "metadata.name", 4)] // a space of no width
    [InlineData("name: vouchers", "name: \"vouchers\\n\"", CatalogCodes.FieldInvalid, "metadata.name", 4)]
    [InlineData("name: vouchers", "name: １２", CatalogCodes.FieldInvalid, "metadata.name", 4)] // digits of another width
    [InlineData("title: Vouchers", "title: ''", CatalogCodes.FieldInvalid, "metadata.title", 5)]
    [InlineData("labels: {example.com/cost-centre: cc-17, empty: \"\"}", "labels:", CatalogCodes.FieldType, "metadata.labels", 7)]
    [InlineData("cc-17", "true", CatalogCodes.FieldType, "metadata.labels.example.com/cost-centre", 7)]
    [InlineData("https://example.com", "example.com", CatalogCodes.FieldInvalid, "metadata.links[0].url", 12)]
    [InlineData("title: Docs", "title: ' '", CatalogCodes.FieldInvalid, "metadata.links[0].title", 12)]
    [InlineData("icon: book", "icon: 'a book'", CatalogCodes.FieldInvalid, "metadata.links[0].icon", 12)]
    [InlineData("owner: promotions", "owner: ${{ values.owner }}", CatalogCodes.NotRendered, "spec.owner", 17)]
    [InlineData("kind: Component", "kind: Componnet", CatalogCodes.KindUnrecognised, "kind", 2)]
    [InlineData("backstage.io/v1alpha1", "backstage.io/v1", CatalogCodes.KindUnrecognised, "apiVersion", 1)]
    [InlineData("spec:\n", "status: {}\nspec:\n", CatalogCodes.FieldUnknown, "status", 14)]
    [InlineData("title: Vouchers", "title: true", CatalogCodes.FieldType, "metadata.title", 5)]
    [InlineData("cc-17", "17", CatalogCodes.FieldType, "metadata.labels.example.com/cost-centre", 7)]
    [InlineData("cc-17", "a b", CatalogCodes.FieldInvalid, "metadata.labels.example.com/cost-centre", 7)]
    [InlineData("tarmac.dev/service-tier: gold", "Tarmac.dev/x: gold", CatalogCodes.FieldInvalid, "metadata.annotations.Tarmac.dev/x", 9)]
    [InlineData("tarmac.dev/service-tier: gold", "a: 1", CatalogCodes.FieldType, "metadata.annotations.a", 9)]
    [InlineData("[c#, money-off, a:b]", "[Money]", CatalogCodes.FieldInvalid, "metadata.tags[0]", 10)]
    [InlineData("[c#, money-off, a:b]", "money", CatalogCodes.FieldType, "metadata.tags", 10)]
    [InlineData("{url: \"https://example.com\", title: Docs, icon: book, type: docs}", "{title: Docs}", CatalogCodes.FieldMissing, "metadata.links[0].url", 12)]
    [InlineData("{url: \"https://example.com\", title: Docs, icon: book, type: docs}", "https://example.com", CatalogCodes.FieldType, "metadata.links[0]", 12)]
    [InlineData("type: service", "type: ''", CatalogCodes.FieldInvalid, "spec.type", 15)]
    [InlineData("owner: promotions", "owner: component:promotions", CatalogCodes.ReferenceInvalid, "spec.owner", 17)]
    [InlineData("owner: promotions", "owner: {kind: Group, name: promotions}", CatalogCodes.FieldType, "spec.owner", 17)]
    [InlineData("system: promotions/checkout", "system: promotions/", CatalogCodes.ReferenceInvalid, "spec.system", 18)]
    [InlineData("[vouchers-api, api:other/second]", "vouchers-api", CatalogCodes.FieldType, "spec.providesApis", 19)]
    [InlineData("resource:vouchers-db", "vouchers-db", CatalogCodes.ReferenceInvalid, "spec.dependsOn[0]", 20)]
    [InlineData("kind: Component", "kind: component", CatalogCodes.KindUnrecognised, "kind", 2)]
    [InlineData("kind: Component", "kind: a-b", CatalogCodes.FieldInvalid, "kind", 2)]
    [InlineData("backstage.io/v1alpha1", "example.com/v1", CatalogCodes.KindUnrecognised, "apiVersion", 1)]
    [InlineData("backstage.io/v1alpha1", "back stage/v1", CatalogCodes.FieldInvalid, "apiVersion", 1)]
    [InlineData("spec:\n", "relations: []\nspec:\n", CatalogCodes.FieldUnknown, "relations", 14)]
    public void What_breaks_a_rule_is_refused_with_its_place_and_cure(string sound, string broken, string code, string field, int line)
    {
        Assert.Contains(sound, Vouchers, StringComparison.Ordinal);
        var problem = Refused(Vouchers.Replace(sound, broken, StringComparison.Ordinal), code, field);
        Assert.Equal(line, problem.Line);
    }

    [Theory]
    [InlineData("Location", "{presence: maybe}", "spec.presence")]
    [InlineData("Location", "{targets: x}", "spec.targets")]
    [InlineData("Group", "{type: team, children: null}", "spec.children")]
    [InlineData("Group", "{type: team, children: [1]}", "spec.children[0]")]
    [InlineData("User", "{memberOf: [], profile: x}", "spec.profile")]
    [InlineData("Template", "{type: t, steps: [a]}", "spec.steps[0]")]
    [InlineData("Template", "{type: t, steps: [], parameters: x}", "spec.parameters")]
    [InlineData("API", "{type: t, lifecycle: l, owner: o, definition: {$text: a, b: c}}", "spec.definition")]
    [InlineData("API", "{type: mcp-server, lifecycle: l, owner: o, definition: x}", "spec.remotes")]
    [InlineData("API", "{type: t, lifecycle: l, owner: o, definition: {$yaml: a}}", "spec.definition")]
    [InlineData("API", "{type: mcp-server, lifecycle: l, owner: o, remotes: []}", "spec.remotes")]
    [InlineData("API", "{type: mcp-server, lifecycle: l, owner: o, remotes: [{url: x}]}", "spec.remotes[0].type")]
    [InlineData("Template", "{type: t, steps: [{id: a}]}", "spec.steps[0].action")]
    [InlineData("User", "{memberOf: [], profile: {email: ''}}", "spec.profile.email")]
    [InlineData("System", "[]", "spec")]
    [InlineData("System", "", "spec")]
    public void Fields_of_other_kinds_are_checked_too(string kind, string spec, string field)
    {
        var result = EntityReader.Read($"apiVersion: {VersionOf(kind)}\nkind: {kind}\nmetadata: {{name: e}}\nspec: {spec}\n", "f");
        Assert.Empty(result.Entities);
        Assert.Equal(field, Assert.Single(result.Problems).Field);
    }

    [Fact]
    public void A_location_says_where_to_look()
    {
        var location = Sound("apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: e}\nspec: {target: ./a, targets: [./b, ./c], presence: optional}").Location!;
        Assert.Equal((null, false), (location.Type, location.Required));
        Assert.Equal(["./a", "./b", "./c"], location.Targets);
    }

    [Fact]
    public void One_bad_document_of_many_costs_only_itself()
    {
        var result = EntityReader.Read($"{Vouchers}\n---\n- not an entity\n---\n# nothing\n---\nnull\n---\n{{ broken\n---\n{Vouchers.Replace("vouchers", "other", StringComparison.Ordinal)}\n", "f");
        Assert.Equal(["component:default/vouchers", "component:default/other"], result.Entities.Select(entity => entity.Ref.ToString()));
        Assert.Equal([CatalogCodes.NotAMapping, YamlCodes.Syntax], result.Problems.Select(problem => problem.Code).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_same_entity_twice_in_a_file_is_refused_the_second_time()
    {
        var result = EntityReader.Read($"{Vouchers}\n---\n{Vouchers.Replace("name: vouchers", "name: Vouchers", StringComparison.Ordinal)}\n", "f");
        Assert.Single(result.Entities);
        Assert.Equal((CatalogCodes.Duplicate, 24), (result.Problems[0].Code, result.Problems[0].Line!.Value));
    }

    [Fact]
    public void Every_relation_type_has_a_way_back()
    {
        var types = typeof(RelationTypes).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).ToList();
        Assert.Equal(14, types.Count);
        Assert.Equal(types, RelationTypes.All);
        Assert.All(types, type => Assert.Equal(type, RelationTypes.Reverse(RelationTypes.Reverse(type))));
        Assert.All(types, type => Assert.NotEqual(type, RelationTypes.Reverse(type)));
    }

    [Fact]
    public void No_text_throws()
    {
        var lines = Vouchers.Split('\n');
        var anyLine = Gen.OneOf(lines).SelectMany(line => Gen.OneOf(line, line.Trim(), line + "x", line.Replace(':', ' '), "  " + line, "---", "spec: 1", "metadata: []", "kind: Location"));
        Gen.OneOf(Gen.String, anyLine.Array[0, 25].Select(chosen => string.Join('\n', chosen))).Sample(text =>
        {
            var result = EntityReader.Read(text, "f");
            foreach (var entity in result.Entities) Assert.All(EntityRelations.Of(entity), relation => relation.Reversed());
        }, iter: 5_000);
    }

    [Theory]
    [InlineData("AiResource", "backstage.io/v1beta1", "{type: t, lifecycle: l, owner: o}", "backstage.io/v1alpha1")]
    [InlineData("Template", "scaffolder.backstage.io/v1beta2", "{type: t, steps: []}", "scaffolder.backstage.io/v1beta3")]
    [InlineData("Template", "backstage.io/v1alpha1", "{type: t, steps: []}", "scaffolder.backstage.io/v1beta3")]
    public void A_kind_is_known_under_its_own_versions_only(string kind, string version, string spec, string right)
    {
        var problem = Refused($"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: e}}\nspec: {spec}\n", CatalogCodes.KindUnrecognised, "apiVersion");
        Assert.Contains(right, problem.Cure, StringComparison.Ordinal);
        Sound($"apiVersion: {right}\nkind: {kind}\nmetadata: {{name: e}}\nspec: {spec}\n");
    }

    [Theory]
    [InlineData("labels: {zip: 1024}", "\"1024\"")]
    [InlineData("labels: {on-call: true}", "\"true\"")]
    [InlineData("annotations: {example.com/version: 1.10}", "\"1.10\"")]
    [InlineData("annotations: {example.com/octal: 0o17}", "\"0o17\"")]
    public void An_unquoted_number_is_refused_and_the_cure_quotes_it_as_it_was_written(string field, string quoted)
    {
        var problem = Assert.Single(EntityReader.Read($"apiVersion: example.com/v1\nkind: Till\nmetadata:\n  name: e\n  {field}\n", "f").Problems);
        Assert.Equal((CatalogCodes.FieldType, 5), (problem.Code, problem.Line));
        Assert.Contains(quoted, problem.Cure, StringComparison.Ordinal);
    }

    [Fact]
    public void What_YAML_1_1_took_for_something_else_is_text_and_may_be_a_label()
    {
        var entity = Sound("apiVersion: example.com/v1\nkind: Till\nmetadata:\n  name: e\n  labels: {a: yes, b: off, c: 2026-11-23, d: 1_000}\n  annotations: {e: 12:30:45, f: '~'}\n");
        Assert.Equal(["yes", "off", "2026-11-23", "1_000"], entity.Metadata.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => label.Value));
        Assert.Equal("12:30:45", entity.Metadata.Annotations["e"]);
    }

    private static string VersionOf(string kind, string usual = "backstage.io/v1alpha1") => kind switch
    {
        "Template" => "scaffolder.backstage.io/v1beta3",
        "AiResource" => "backstage.io/v1alpha1",
        "Invented" => "example.com/v1",
        _ => usual,
    };

    private static string Words(Relation relation) => $"{relation.From} {relation.Type} {relation.To}";

    private static Entity Sound(string text)
    {
        var result = EntityReader.Read(text, "catalog-info.yaml");
        Assert.Empty(result.Problems);
        return Assert.Single(result.Entities);
    }

    private static InputProblem Refused(string text, string code, string field)
    {
        var result = EntityReader.Read(text, "catalog-info.yaml");
        Assert.Empty(result.Entities);
        var problem = Assert.Single(result.Problems);
        Assert.Equal((code, field), (problem.Code, problem.Field));
        Assert.NotNull(problem.Cure);
        return problem;
    }
}
