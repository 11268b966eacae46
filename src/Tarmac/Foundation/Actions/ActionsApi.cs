using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Antiforgery;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Web;

namespace Tarmac.Foundation.Actions;

/// <summary>Every action as an endpoint, made from its one declaration.</summary>
public static class ActionsApi
{
    public static void MapActions(this WebApplication app)
    {
        app.MapGet("/api/actions", (ActionRunner runner) => new JsonArray([.. runner.All.Select(handler => (JsonNode)Describe(handler))]))
            .WithSummary("Every action: name, what it does, who may, and the JSON Schema of its input.");
        foreach (var handler in app.Services.GetRequiredService<ActionRunner>().All)
        {
            var action = handler.Definition;
            app.MapPost("/api/actions/" + action.Name, (HttpContext context, ActionRunner runner, IAntiforgery antiforgery, CancellationToken cancellation) =>
                    Run(context, runner, antiforgery, action.Name, cancellation))
                .WithName(action.Name).WithSummary(action.Title).WithDescription(action.Summary).WithMetadata(action)
                .Accepts<JsonObject>("application/json").Produces<JsonObject>().Produces<JsonObject>(202).ProducesProblem(422);
            app.MapPost("/api/actions/" + action.Name + "/plan", (HttpContext context, ActionRunner runner, IAntiforgery antiforgery, CancellationToken cancellation) =>
                    Plan(context, runner, antiforgery, action.Name, cancellation))
                .WithName(action.Name + ".plan").WithSummary("Plan: " + action.Title).WithDescription("Says what would happen, and changes nothing.").WithMetadata(action)
                .Accepts<JsonObject>("application/json").Produces<JsonObject>().ProducesProblem(422);
        }
    }

    private static async Task<IResult> Run(HttpContext context, ActionRunner runner, IAntiforgery antiforgery, string name, CancellationToken cancellation)
    {
        var input = await Input(context, antiforgery, cancellation);
        var key = context.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length > 200) throw new Problem(400, "bad-request", "The idempotency key is longer than 200 characters.");
        var answer = await runner.Run(name, input, context.Principal(), key.Length > 0 ? key : null, cancellation);
        if (answer.Operation is null) return Results.Json(answer.ToJson());
        context.Response.Headers.Location = "/api/operations/" + answer.Operation;
        return Results.Json(answer.ToJson(), statusCode: 202);
    }

    private static async Task<IResult> Plan(HttpContext context, ActionRunner runner, IAntiforgery antiforgery, string name, CancellationToken cancellation)
    {
        var input = await Input(context, antiforgery, cancellation);
        var plan = await runner.Plan(name, input, context.Principal(), cancellation);
        return Results.Json(new JsonObject
        {
            ["subject"] = plan.Subject,
            ["steps"] = new JsonArray([.. plan.Steps.Select(step => (JsonNode)step)]),
            ["warnings"] = new JsonArray([.. (plan.Warnings ?? []).Select(warning => (JsonNode)warning)]),
        });
    }

    private static async Task<JsonObject> Input(HttpContext context, IAntiforgery antiforgery, CancellationToken cancellation)
    {
        // A browser sends its cookie along unasked; a token is only ever sent on purpose.
        if (context.Principal().Credential == Principal.BrowserSession) await antiforgery.ValidateRequestAsync(context);
        if (context.Request.ContentLength == 0) return [];
        var body = await StrictJson.Object(context.Request.Body, cancellation)
            ?? throw new Problem(400, "bad-request", "The body must be a JSON object.", null, """Send {"input": {...}}.""");
        return body["input"] switch
        {
            null => [],
            JsonObject input => (JsonObject)input.DeepClone(),
            _ => throw new Problem(400, "bad-request", "input must be a JSON object.", null, """Send {"input": {...}}."""),
        };
    }

    private static JsonObject Describe(ActionHandler handler) => new()
    {
        ["name"] = handler.Definition.Name,
        ["title"] = handler.Definition.Title,
        ["summary"] = handler.Definition.Summary,
        ["rights"] = handler.Definition.Rights.ToString(),
        ["destructive"] = handler.Definition.Destructive,
        ["command"] = handler.Definition.Command,
        ["input"] = handler.Definition.Input.ToJson(),
    };
}
