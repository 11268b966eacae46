using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Antiforgery;
using Tarmac.Catalog;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Web;
using Tarmac.Model.Actions;
using Tarmac.Model.Problems;
using Tarmac.Model.Schemas;

namespace Tarmac.Roads;

/// <summary>A road with its form: what was answered, the plan once it was asked for, and what was wrong.</summary>
/// <param name="Input">What the action is asked, from the answers so far.</param>
public sealed record CreateView(Road Road, InputSchema Schema, JsonObject Answers, JsonObject Input, IReadOnlyDictionary<string, string> Teams)
{
    public ActionPlan? Plan { get; init; }

    public Problem? Refusal { get; init; }

    public IReadOnlyList<InputProblem> Problems { get; init; } = [];

    public IReadOnlyList<string> Systems { get; init; } = [];
}

/// <summary>Choosing a road, answering what it asks, seeing the plan. Going is the action itself.</summary>
public static class CreatePages
{
    public static void MapCreatePages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/create", (HttpContext context, RoadShelf shelf) => Portal.Page<RoadsPage>(context, new { Roads = shelf.All(), Problems = shelf.Problems() })).ExcludeFromDescription();
        routes.MapGet("/create/{road}", Ask).ExcludeFromDescription();
        routes.MapPost("/create/{road}", Plan).ExcludeFromDescription();
    }

    private static Task<IResult> Ask(HttpContext context, RoadShelf shelf, CurrentCatalog catalog, string road)
    {
        var view = View(shelf.Find(road), catalog.Index, context.Principal(), schema => ActionForm.Given(schema, context.Request.Query));
        return Portal.Page<RoadPage>(context, new { View = view });
    }

    private static async Task<IResult> Plan(HttpContext context, RoadShelf shelf, CurrentCatalog catalog, ActionRunner runner, IAntiforgery antiforgery, string road, CancellationToken cancellation)
    {
        await antiforgery.ValidateRequestAsync(context);
        var form = await context.Request.ReadFormAsync(cancellation);
        var view = View(shelf.Find(road), catalog.Index, context.Principal(), schema => FormInput.Read(schema, form));
        try
        {
            view = view with { Plan = await runner.Plan(RoadActions.Create.Name, view.Input, context.Principal(), cancellation) };
            return await Portal.Page<RoadPage>(context, new { View = view });
        }
        catch (Problem refused)
        {
            view = view with { Refusal = refused, Problems = RoadForm.ProblemsOf(refused) };
            return await Portal.Page<RoadPage>(context, new { View = view }, refused.Status);
        }
    }

    private static CreateView View(Road road, CatalogIndex catalog, Principal principal, Func<InputSchema, JsonObject> read)
    {
        // One's own teams first: that is what is nearly always meant.
        var teams = catalog.Teams().OrderBy(team => !principal.Teams.Contains(team.Entry.Ref)).ThenBy(team => team.Entry.Title, StringComparer.OrdinalIgnoreCase).ToList();
        var schema = RoadForm.SchemaOf(road, [.. teams.Select(team => team.Entry.Ref)]);
        var answers = read(schema);
        if (answers["owner"] is null && principal.Teams is [var mine, ..] && schema["owner"] is not null) answers["owner"] = mine;
        return new CreateView(road, schema, answers, RoadForm.InputOf(road, answers), teams.ToDictionary(team => team.Entry.Ref, team => Named(team, principal)))
        {
            Systems = [.. catalog.All.Where(entry => entry.Entity.Kind == "System").Select(entry => entry.Ref).Order(StringComparer.Ordinal)],
        };
    }

    private static string Named(Team team, Principal principal) => team.Entry.Title + (principal.Teams.Contains(team.Entry.Ref) ? " (my team)" : "");
}
