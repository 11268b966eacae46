using System.Text;
using CsCheck;
using Tarmac.Catalog;
using Tarmac.Model.Catalog;

namespace Tarmac.Tests.Catalog;

/// <summary>A catalog as companies keep them: one Location over many files, edited by many hands on many machines.</summary>
[Trait("database", "sqlite")]
public sealed class CompanyCatalogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // File: kinds | relations declared | problems. Why these numbers:
    // all.yaml: a Location relates to nothing; its third target is an address.
    // harbour.yaml: two children and a parent; then a parent and two members. The third document writes children as text.
    // people.yaml: one group, two groups, none; the fourth lacks memberOf.
    // ferry.yaml (Windows line ends, a byte order mark): a dependency without a kind refuses the component; the API has an
    //   owner and a system.
    // berth.yaml: owner and subcomponentOf; a label that is a number refuses the second.
    // mixed.yaml: a resource (owner, dependencyOf), a system (owner, domain), a domain (owner, subdomainOf), a kind of its own
    //   (owner). A list, broken YAML, a root field that is output only, and an unknown kind of Backstage's are a problem each.
    // comments.yaml holds nothing. tabs.yaml is indented with tabs.
    // yachts.yaml declares ferry's API again in another case.
    private const string Golden = """
        all.yaml: 1 Location | 0 | 1
        components/berth.yaml: 1 Component | 2 | 1
        components/ferry.yaml: 1 API | 2 | 1
        components/mixed.yaml: 1 Domain 1 Lighthouse 1 Resource 1 System | 7 | 4
        components/tabs.yaml: - | 0 | 1
        components/yachts.yaml: - | 0 | 1
        org/harbour.yaml: 2 Group | 6 | 1
        org/people.yaml: 3 User | 3 | 1
        """;

    [Fact]
    public void Each_file_gives_what_the_rules_demand()
    {
        WriteCatalog();
        foreach (var source in new[] { folder.Path, folder.In("all.yaml") })
        {
            var reading = ReadFolder.Read(source);
            Assert.Equal(Golden.ReplaceLineEndings("\n"), reading.Table());
            Assert.Equal(
                [
                    "all.yaml:1:1 location-target-not-read spec.targets[2]",
                    "components/berth.yaml:12:13 entity-field-type metadata.labels.berths",
                    "components/ferry.yaml:12:7 entity-reference-invalid spec.dependsOn[1]",
                    "components/mixed.yaml:22:1 entity-not-a-mapping ",
                    "components/mixed.yaml:25:7 yaml-syntax ",
                    "components/mixed.yaml:32:1 entity-field-unknown relations",
                    "components/mixed.yaml:35:7 entity-kind-unrecognised kind",
                    "components/tabs.yaml:4:1 yaml-syntax ",
                    "components/yachts.yaml:1:1 entity-declared-twice metadata.name",
                    "org/harbour.yaml:20:13 entity-field-type spec.children",
                    "org/people.yaml:20:3 entity-field-missing spec.memberOf",
                ],
                reading.Problems().Select(problem => $"{problem.File}:{problem.Line}:{problem.Column} {problem.Code} {problem.Field}").Order(StringComparer.Ordinal));
            Assert.All(reading.Problems(), problem => Assert.False(string.IsNullOrEmpty(problem.Cure)));
        }
    }

    [Fact]
    public void Group_and_user_relations_meet_from_both_sides()
    {
        WriteCatalog();
        var relations = ReadFolder.Read(folder.Path).Declared.SelectMany(declared => EntityRelations.Of(declared.Entity)).ToHashSet();
        var both = relations.Concat(relations.Select(relation => relation.Reversed())).Select(relation => $"{relation.From} {relation.Type} {relation.To}").ToHashSet();
        Assert.Superset(new HashSet<string>
        {
            "group:default/harbour parentOf group:default/pilots", "group:default/pilots childOf group:default/harbour",
            "group:default/pilots hasMember user:default/ines", "user:default/ines memberOf group:default/pilots",
            "user:default/tomas memberOf group:default/pilots", "group:default/pilots hasMember user:default/tomas",
            "component:default/berth-board partOf component:default/ferry", "component:default/ferry hasPart component:default/berth-board",
            "domain:default/water partOf domain:default/earth", "domain:default/earth hasPart domain:default/water",
            "lighthouse:coast/north ownedBy group:coast/keepers", "group:coast/keepers ownerOf lighthouse:coast/north",
        }, both);
    }

    [Fact]
    public void Markup_in_any_text_is_kept_as_text()
    {
        const string Script = "<script>alert('x')</script><img src=x onerror=alert(1)>";
        folder.Write("catalog-info.yaml", $$"""
            apiVersion: backstage.io/v1alpha1
            kind: User
            metadata:
              name: mallory
              title: "{{Script}}"
              description: "{{Script}}"
              annotations: {note: "{{Script}}"}
              links: [{url: "javascript:alert(1)", title: "{{Script}}", type: "{{Script}}"}]
            spec:
              profile: {displayName: "{{Script}}", email: "{{Script}}", picture: "{{Script}}"}
              memberOf: []
            """);
        var reading = ReadFolder.Read(folder.Path);
        Assert.Empty(reading.Problems());
        var entity = reading.Entity("user:default/mallory");
        Assert.Equal((Script, Script, Script, Script), (entity.DisplayName, entity.Metadata.Title, entity.Metadata.Description, entity.Metadata.Links[0].Title));
        // Only addresses of the web become links.
        Assert.Null(ContactsOf.Links(entity)[0].Href);
    }

    [Fact]
    public void An_organisation_of_thirty_thousand_in_one_file_is_taken()
    {
        var text = new StringBuilder();
        for (var number = 0; number < 30_000; number++)
            text.Append("---\napiVersion: backstage.io/v1alpha1\nkind: User\nmetadata:\n  name: user-").Append(number)
                .Append("\nspec:\n  profile: {displayName: Somebody, email: somebody@example.com}\n  memberOf: [everybody]\n");
        folder.Write("org.yaml", text.ToString());
        var reading = ReadFolder.Read(folder.Path);
        Assert.Empty(reading.Problems());
        Assert.Equal(30_000, reading.Declared.Count);
    }

    [Fact]
    public void A_million_entities_in_one_file_are_refused_without_being_read()
    {
        const string Entity = "---\napiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: u}\nspec: {memberOf: []}\n";
        using (var file = new StreamWriter(folder.In("org.yaml")))
            for (var number = 0; number < 1_000_000; number++) file.Write(Entity);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var problem = Assert.Single(ReadFolder.Read(folder.Path).Problems());
        Assert.Equal("yaml-too-large", problem.Code);
        Assert.Contains((Entity.Length * 1_000_000L).ToString(System.Globalization.CultureInfo.InvariantCulture), problem.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
    }

    [Fact]
    public void No_file_makes_the_reader_throw()
    {
        WriteCatalog();
        var lines = Directory.GetFiles(folder.Path, "*.yaml", SearchOption.AllDirectories).SelectMany(File.ReadAllLines)
            .Concat(["---", "...", "spec: {target: './**/*.yaml'}", "kind: Location", "  $text: ./x.yaml", "  $yaml: x.yaml", "  definition: {$json: catalog-info.yaml}", "{%", "\t- x", "? [a]", "*a", "&a"]).ToArray();
        var texts = Gen.OneOf(Gen.String, Gen.OneOf(lines).Array[0, 30].Select(chosen => string.Join('\n', chosen)));
        Gen.Select(texts, texts).Sample((one, other) =>
        {
            var reading = SourceReading.Of(new HandedFiles([("catalog-info.yaml", one), ("x.yaml", other)]), new HashSet<string>());
            return reading.Problems().All(problem => problem.Cure is not null && problem.File is not null);
        }, iter: 3_000);
    }

    private void WriteCatalog()
    {
        folder.Write("all.yaml", """
            apiVersion: backstage.io/v1alpha1
            kind: Location
            metadata: {name: everything, description: All there is at the harbour.}
            spec:
              targets:
                - ./org/*.yaml
                - ./components/**/*.yaml
                - https://git.example.com/coast/catalog/raw/main/all.yaml
            """);
        folder.Write("org/harbour.yaml", """
            apiVersion: backstage.io/v1alpha1
            kind: Group
            metadata: {name: harbour}
            spec: {type: business-unit, parent: coast, children: [pilots, group:default/dockers]}
            ---
            apiVersion: backstage.io/v1beta1
            kind: Group
            metadata: {name: pilots}
            spec:
              type: team
              parent: Group:harbour
              children: []
              members: [ines, user:default/tomas]
            ---
            apiVersion: backstage.io/v1alpha1
            kind: Group
            metadata: {name: dockers}
            spec:
              type: team
              children: none
            """);
        folder.Write("org/people.yaml", """
            apiVersion: backstage.io/v1alpha1
            kind: User
            metadata: {name: ines}
            spec: {profile: {displayName: Inês Prado}, memberOf: [pilots]}
            ---
            apiVersion: backstage.io/v1alpha1
            kind: User
            metadata: {name: tomas}
            spec: {memberOf: [pilots, harbour]}
            ---
            apiVersion: backstage.io/v1alpha1
            kind: User
            metadata: {name: guest.of_the-harbour}
            spec: {memberOf: []}
            ---
            apiVersion: backstage.io/v1alpha1
            kind: User
            metadata: {name: nobody}
            spec:
              profile: {displayName: Nobody}
            """);
        File.WriteAllText(folder.Write("components/ferry.yaml", ""), """
            apiVersion: backstage.io/v1alpha1
            kind: Component
            metadata: {name: ferry, tags: [boats, c++]}
            spec:
              type: service
              lifecycle: production
              owner: pilots
              system: crossings
              providesApis: [timetable]
              dependsOn:
                - resource:tides
                - artists-db
            ---
            apiVersion: backstage.io/v1alpha1
            kind: API
            metadata: {name: timetable}
            spec:
              type: asyncapi
              lifecycle: production
              owner: user:ines
              system: crossings
              definition: |
                asyncapi: "3.0.0"
            """.ReplaceLineEndings("\r\n"), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        folder.Write("components/berth.yaml", """
            apiVersion: backstage.io/v1alpha1
            kind: Component
            metadata: {name: berth-board}
            spec: {type: website, lifecycle: experimental, owner: harbour, subcomponentOf: ferry}
            ---
            # The number of berths is text to the catalog.
            apiVersion: backstage.io/v1alpha1
            kind: Component
            metadata:
              name: berth-counter
              labels:
                berths: 12
            spec: {type: service, lifecycle: experimental, owner: harbour}
            """);
        folder.Write("components/mixed.yaml", """
            apiVersion: backstage.io/v1alpha1
            kind: Resource
            metadata: {name: tides}
            spec: {type: database, owner: harbour, dependencyOf: [component:ferry]}
            ---
            apiVersion: backstage.io/v1alpha1
            kind: System
            metadata: {name: crossings}
            spec: {owner: harbour, domain: water}
            ---
            apiVersion: backstage.io/v1alpha1
            kind: Domain
            metadata: {name: water}
            spec: {owner: harbour, subdomainOf: earth}
            ---
            apiVersion: lights.example.com/v1
            kind: Lighthouse
            metadata: {name: north, namespace: coast}
            spec: {owner: keepers, height: 42, lamps: [{watts: 250}]}
            ---
            # The old list of boats:
            - ferry
            ---
            kind: Component
              name: {broken
            metadata:
            ---
            apiVersion: backstage.io/v1alpha1
            kind: Component
            metadata: {name: with-output}
            spec: {type: service, lifecycle: production, owner: harbour}
            relations: []
            ---
            apiVersion: backstage.io/v1alpha1
            kind: Boat
            metadata: {name: dinghy}
            spec: {owner: harbour}
            """);
        folder.Write("components/comments.yaml", "# apiVersion: backstage.io/v1alpha1\n---\n# kind: Component\n---\n~\n---\n");
        folder.Write("components/tabs.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n\tname: tabs\n\tdescription: tabs\n");
        folder.Write("components/yachts.yaml", "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: TimeTable}\nspec: {type: grpc, lifecycle: production, owner: pilots, definition: x}\n");
    }
}
