using System.Globalization;
using System.Text;

namespace Tarmac.Tests.Catalog;

/// <summary>
/// A company's catalog of any size, the same each time: about two entities for each component, among them a system for every
/// five and a group for every twenty, written as YAML files the way repositories hold them.
/// </summary>
/// <param name="components">A multiple of twenty.</param>
public sealed class GeneratedCatalog(int components)
{
    private static readonly string[] Subjects =
    [
        "checkout", "basket", "voucher", "loyalty", "shelf", "price", "stock", "supplier", "invoice", "receipt", "delivery", "parcel", "courier", "catalogue", "search",
        "customer", "account", "session", "consent", "address", "refund", "return", "warehouse", "forecast", "promotion", "review", "gift", "payment", "ledger", "tax",
    ];

    private static readonly string[] Roles =
    [
        "api", "worker", "gateway", "reader", "writer", "planner", "importer", "exporter", "watcher", "printer", "mailer", "resolver", "matcher", "scheduler", "archive",
        "console", "portal", "bridge", "monitor", "registry",
    ];

    private static readonly string[] Verbs = ["keeps", "calculates", "publishes", "collects", "reconciles", "prints", "forecasts", "validates", "archives", "routes", "merges", "counts"];

    private static readonly string[] Manners = ["nightly", "hourly", "on demand", "for every store", "for the web shop", "for partners", "in real time", "by region", "with retries", "once a week"];

    private static readonly string[] Tags = [.. Enumerable.Range(0, 120).Select(number => $"{Subjects[number % Subjects.Length]}-{Roles[number / 7 % Roles.Length]}")];

    public int Components => components;

    public int Systems => Share(5);

    public int Groups => Share(20);

    public int Apis => components * 2 / 5;

    public int Resources => Share(4);

    public int Users => Share(10);

    public int Domains => Share(75);

    /// <summary>All of it, the group above all groups counted too.</summary>
    public int Entities => components + Systems + Groups + 1 + Apis + Resources + Users + Domains;

    /// <summary>The file that declares a component.</summary>
    public string FileOf(int component) => $"systems/{System(component / 5)}/{Component(component)}.yaml";

    public static string Component(int number) => Name(number, "c");

    public static string System(int number) => Name(number, "s");

    public static string Group(int number) => Name(number, "g");

    /// <summary>A file's text at some stage of its life: every edit changes the description of its component and nothing else.</summary>
    public string TextOf(int component, int edit = 0)
    {
        var text = new StringBuilder();
        var dice = new Dice(component);
        var described = $"The {Subjects[component % Subjects.Length]} {Roles[component / 3 % Roles.Length]} {Pick(Verbs, dice)} the {Pick(Subjects, dice)} {Pick(Manners, dice)}";
        text.AppendLine("apiVersion: backstage.io/v1alpha1").AppendLine("kind: Component").AppendLine("metadata:");
        text.AppendLine(CultureInfo.InvariantCulture, $"  name: {Component(component)}");
        text.AppendLine(CultureInfo.InvariantCulture, $"  description: {described}{(edit == 0 ? "" : $", edition {edit}")}.");
        text.AppendLine(CultureInfo.InvariantCulture, $"  tags: [{Pick(Tags, dice)}, t{component % 17}]");
        text.AppendLine("  annotations:").AppendLine(CultureInfo.InvariantCulture, $"    github.com/project-slug: example/{Component(component)}");
        text.AppendLine(CultureInfo.InvariantCulture, $"    tarmac.dev/service-tier: {(dice.Next(4) switch { 0 => "Platinum", 1 => "Gold", 2 => "Silver", _ => "Bronze" })}");
        text.AppendLine("spec:").AppendLine(CultureInfo.InvariantCulture, $"  type: {(dice.Next(5) switch { 0 => "website", 1 => "library", _ => "service" })}");
        text.AppendLine(CultureInfo.InvariantCulture, $"  lifecycle: {(dice.Next(6) switch { 0 => "experimental", 1 => "deprecated", _ => "production" })}");
        text.AppendLine(CultureInfo.InvariantCulture, $"  owner: {Group(component / 20)}").AppendLine(CultureInfo.InvariantCulture, $"  system: {System(component / 5)}");
        text.AppendLine(CultureInfo.InvariantCulture, $"  dependsOn: [component:{Component(dice.Next(components))}, component:{Component(dice.Next(components))}{(HasResource(component) ? $", resource:{Resource(component)}" : "")}]");
        if (HasApi(component)) text.AppendLine(CultureInfo.InvariantCulture, $"  providesApis: [{Api(component)}]");
        text.AppendLine(CultureInfo.InvariantCulture, $"  consumesApis: [{Api(dice.Next(Apis) / 2 * 5)}]");
        if (HasApi(component)) AddApi(text, component);
        if (HasResource(component)) AddResource(text, component);
        return text.ToString();
    }

    /// <summary>Writes every file below a folder.</summary>
    public void Write(string folder)
    {
        for (var system = 0; system < Systems; system++)
            Put(folder, $"systems/{System(system)}/catalog-info.yaml", Document("System", System(system), $"  owner: {Group(system / 4)}\n  domain: {Domain(system % Math.Max(1, Domains))}\n"));
        for (var component = 0; component < components; component++) Put(folder, FileOf(component), TextOf(component));
        for (var group = 0; group < Groups; group++)
        {
            var text = new StringBuilder(Document("Group", Group(group), "  type: team\n  parent: everybody\n  children: []\n"));
            for (var user = group; user < Users; user += Groups) text.Append("---\n").Append(Document("User", Name(user, "u"), $"  profile: {{displayName: Person {user}}}\n  memberOf: [{Group(group)}]\n"));
            Put(folder, $"teams/{Group(group)}.yaml", text.ToString());
        }
        var top = new StringBuilder(Document("Group", "everybody", "  type: organisation\n  children: []\n"));
        for (var domain = 0; domain < Domains; domain++) top.Append("---\n").Append(Document("Domain", Domain(domain), "  owner: everybody\n"));
        Put(folder, "company.yaml", top.ToString());
    }

    private static void AddApi(StringBuilder text, int component)
    {
        text.AppendLine("---").Append(Document("API", Api(component), $"  type: openapi\n  lifecycle: production\n  owner: {Group(component / 20)}\n  system: {System(component / 5)}\n"));
        text.AppendLine("  definition: |").AppendLine("    openapi: 3.1.0").AppendLine(CultureInfo.InvariantCulture, $"    info: {{title: {Api(component)}, version: 1.{component % 9}.0}}")
            .AppendLine("    paths:").AppendLine(CultureInfo.InvariantCulture, $"      /{Subjects[component % Subjects.Length]}s:").AppendLine("        get:").AppendLine("          responses: {\"200\": {description: All of them}}");
    }

    private static void AddResource(StringBuilder text, int component) => text.AppendLine("---")
        .Append(Document("Resource", Resource(component), $"  type: {(component % 8 == 0 ? "queue" : "database")}\n  owner: {Group(component / 20)}\n  system: {System(component / 5)}\n"));

    private static string Document(string kind, string name, string spec) =>
        $"apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata:\n  name: {name}\n  title: {name.Replace('-', ' ')}\nspec:\n{spec}";

    private static void Put(string folder, string path, string text)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private int Share(int each) => components / each;

    private static bool HasApi(int component) => component % 5 < 2;

    private static bool HasResource(int component) => component % 4 == 0;

    private static string Api(int component) => Name(component, "a");

    private static string Resource(int component) => Name(component, "r");

    private static string Domain(int number) => Name(number, "d");

    private static string Name(int number, string kind) => $"{Subjects[number % Subjects.Length]}-{Roles[number / 3 % Roles.Length]}-{kind}{number}";

    private static string Pick(string[] among, Dice dice) => among[dice.Next(among.Length)];

    /// <summary>The same throws for the same component, whatever was thrown for others.</summary>
    private sealed class Dice(int seed)
    {
        private ulong state = (ulong)(seed + 1) * 0x9E3779B97F4A7C15UL;

        public int Next(int below)
        {
            state += 0x9E3779B97F4A7C15UL;
            var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9UL;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
            return (int)((mixed ^ (mixed >> 31)) % (ulong)Math.Max(1, below));
        }
    }
}
