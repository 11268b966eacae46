using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Catalog;

internal sealed class ListCommand : Verb
{
    private readonly Argument<string[]> words;
    private readonly List<(string Name, Option<string[]> Option)> filters = [];
    private readonly Option<bool> mine;
    private readonly Option<int> limit;

    public ListCommand() : base("list", "What exists: components, APIs, systems, teams, people. Words narrow it.",
        "tarmac list", "tarmac list --kind group", "tarmac list payments --owner promotions --json", "tarmac list --mine")
    {
        words = With(new Argument<string[]>("words") { Description = "Words to look for.", Arity = ArgumentArity.ZeroOrMore });
        Filter("kind", "component, api, resource, system, domain, group, user or location", "KIND");
        Filter("owner", "what this team or person owns; none is what nobody owns", "OWNER");
        Filter("system", "the system it is part of", "SYSTEM");
        Filter("type", "the type, such as service or website", "TYPE");
        Filter("lifecycle", "production, experimental, deprecated", "STAGE");
        Filter("tier", "the service tier", "TIER");
        Filter("tag", "a tag", "TAG");
        mine = Having(new Option<bool>("--mine") { Description = "Only what your teams own." });
        limit = Having(new Option<int>("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 100, HelpName = "COUNT" });
    }

    protected override async Task<int> Run(Invocation run)
    {
        var query = new Query("/api/v1/catalog/entities");
        var any = false;
        foreach (var (name, option) in filters)
            foreach (var value in run.Get(option) ?? [])
            {
                any = true;
                query.Add(name, name switch { "owner" => value == "none" ? value : Refs.Full(value, "group"), "system" => Refs.Full(value, "system"), _ => value });
            }
        if (run.Get(mine))
        {
            var teams = (await run.Platform.Get("/api/whoami")).List("teams").Select(team => team.Text()).ToList();
            if (teams.Count == 0) throw new CliProblem(ExitCode.NotFound, "not-found", "You are in no team, so nothing is yours.", null, "tarmac whoami shows who you are to the platform.");
            foreach (var team in teams) query.Add("owner", team);
        }
        if (run.Get(words) is { Length: > 0 } text) query.Add("q", string.Join(' ', text));
        // Places and people are rarely what is looked for; they are there by their kind, and by words.
        else if (!any && !run.Get(mine)) query.Add("kind", "component");
        var found = await Pages(run, query.ToString());
        run.Terminal.Document(found);
        var table = new Table("NAME", "KIND", "TYPE", "OWNER", "SYSTEM", "LIFECYCLE", "DESCRIPTION");
        foreach (var item in found.List())
            table.Row(Shortest(item.Text("ref"), item.Text("name")), item.Text("kind"), item.Text("type"), item.Text("ownerTitle") ?? item.Text("owner"), item.Text("system"), item.Text("lifecycle"), item.Text("description") ?? "");
        if (table.Count == 0) run.Terminal.Line("Nothing matches. tarmac list without words or options shows every component.");
        else run.Terminal.Show(table);
        if (found.Number("total") > table.Count) run.Terminal.Progress($"{table.Count} of {found.Text("total")}; --limit shows more.");
        return ExitCode.Ok;
    }

    // The platform gives a page at a time; what is asked for may be more than one.
    private async Task<JsonNode> Pages(Invocation run, string address)
    {
        var most = run.Get(limit);
        var found = await run.Platform.Get(new Query(address).Add("limit", Count(most)).ToString());
        var items = (JsonArray)found["items"]!;
        while (items.Count < most && found.Text("next") is { } cursor)
        {
            var page = await run.Platform.Get(new Query(address).Add("limit", Count(most - items.Count)).Add("cursor", cursor).ToString());
            foreach (var item in page.List()) items.Add(item.DeepClone());
            found["next"] = page["next"]?.DeepClone();
        }
        return found;
    }

    private static string Count(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void Filter(string name, string what, string value)
    {
        var option = Having(new Option<string[]>("--" + name) { Description = $"Only {what}; repeat it to widen.", HelpName = value });
        filters.Add((name, option));
    }

    private static string? Shortest(string? reference, string? name) => reference is not null && !reference.Contains(":default/", StringComparison.Ordinal) ? reference : name;
}
