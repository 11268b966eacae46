namespace Tarmac.Tests.Catalog;

/// <summary>Templates of descriptors that lie about under a descriptor's name.</summary>
[Trait("database", "sqlite")]
public sealed class SkeletonTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: ${{ values.name | dump }}\nspec:\n  type: service\n", 4, 9)]
    [InlineData("apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: \"{{ cookiecutter.name }}\"\nspec:\n  type: service\n", 4, 9)]
    [InlineData("apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {{ .Values.name }}\n  labels:\n    {{- toYaml .Values.labels | nindent 4 }}\n", 4, 9)]
    [InlineData("{%- if values.api %}\napiVersion: backstage.io/v1alpha1\nkind: API\nmetadata:\n  name: x\n{%- endif %}\n", 1, 1)]
    [InlineData("apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: ${{values.name}}\n  {% if values.tags %}\n  tags: ${{ values.tags | dump }}\n  {% endif %}\n---\n{% if values.api %}\nkind: API\n{% endif %}\n", 4, 9)]
    [InlineData("apiVersion: backstage.io/v1alpha1\r\nkind: Component\r\nmetadata:\r\n  name: fixed\r\nspec:\r\n  type: service\r\n  lifecycle: experimental\r\n  owner: ${{ values.owner }}\r\n", 8, 10)]
    [InlineData("apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: fixed\n  annotations:\n    ${{ values.key }}: x\nspec: {type: a, lifecycle: b, owner: c}\n", 6, 5)]
    [InlineData("apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: <%= name %>\n  tags: <%= tags %>\n", 4, 9)]
    public void A_skeleton_is_one_problem_and_no_cascade(string text, int line, int column)
    {
        folder.Write("skeleton/catalog-info.yaml", text);
        var reading = ReadFolder.Read(folder.Path);
        Assert.Empty(reading.Declared);
        var problem = Assert.Single(reading.Problems());
        Assert.Equal(("entity-not-rendered", line, column), (problem.Code, problem.Line, problem.Column));
        Assert.Contains("template", problem.Message, StringComparison.Ordinal);
        Assert.NotNull(problem.Cure);
    }

    [Fact]
    public void Braces_in_prose_and_in_a_scaffolders_template_are_no_skeleton()
    {
        folder.Write("prose/catalog-info.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: prose\n  description: Renders {{ mustache }} and ${{ github.sha }}.\nspec: {type: a, lifecycle: b, owner: c}\n");
        folder.Write("template/catalog-info.yaml", "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {name: new-boat}\nspec:\n  type: service\n  steps:\n    - {action: 'fetch:template', input: {name: '${{ parameters.name }}'}}\n");
        folder.Write("broken/catalog-info.yaml", "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {name: broken}\nspec:\n  type: service\n  steps: [\n  name: ${{ parameters.name }}\n");
        folder.Write("slip/catalog-info.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: slip\n  description: Renders {{ mustache }}.\n   title: too far\nspec: {type: a, lifecycle: b, owner: c}\n");
        var reading = ReadFolder.Read(folder.Path);
        Assert.Equal(2, reading.Declared.Count);
        Assert.Equal([("broken/catalog-info.yaml", "yaml-syntax"), ("slip/catalog-info.yaml", "yaml-syntax")],
            reading.Problems().Select(problem => (problem.File!, problem.Code)).Order());
    }
}
