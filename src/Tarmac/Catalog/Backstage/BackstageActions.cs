using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Antiforgery;
using Tarmac.Catalog.Sources;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Web;
using Tarmac.Model.Actions;
using Tarmac.Model.Catalog;

namespace Tarmac.Catalog.Backstage;

/// <summary>Runs actions for clients that know nothing of operations: the answer comes when the work is done, so that what follows sees it.</summary>
internal sealed class BackstageActions(ActionRunner runner, OperationStore operations, SourceIntake intake, TimeProvider clock)
{
    /// <exception cref="Problem">It was refused, or its operation failed.</exception>
    public async Task Run(HttpContext context, IAntiforgery antiforgery, ActionDefinition action, JsonObject input, CancellationToken cancellation)
    {
        // A browser sends its cookie along unasked; a token is only ever sent on purpose.
        if (context.Principal().Credential == Principal.BrowserSession) await antiforgery.ValidateRequestAsync(context);
        var answer = await runner.Run(action.Name, input, context.Principal(), null, cancellation);
        if (answer.Operation is null) return;
        await foreach (var _ in OperationsApi.Follow(operations, clock, answer.Operation, 0, cancellation)) continue;
        var done = (await operations.Find(answer.Operation, cancellation))!;
        if (done.State == OperationState.Succeeded) return;
        throw new Problem(409, Text(done.Problem, "code") ?? "operation-canceled", Text(done.Problem, "title") ?? "The operation was canceled.", Text(done.Problem, "detail"),
            Text(done.Problem, "cure") ?? $"GET /api/operations/{answer.Operation} says more.");
    }

    /// <summary>What a place would bring into an empty catalog.</summary>
    public async Task<CatalogIndex> WouldRead(EntityPlace place, Principal principal, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var meant = intake.Meant(new ActionCall(CatalogActions.AddSource, principal, Input(BackstageLocation.NameFor(place), place)));
        var (source, reading) = (meant.Source(null), await intake.Reading(meant, cancellation));
        if (reading.Declared.Count == 0 && reading.Problems.Count > 0) throw Problem.InvalidInput([.. reading.Problems.Select(found => found.Problem)]);
        var entries = reading.Declared.Select(declaration => new CatalogEntry
        {
            Entity = declaration.Entity,
            Source = source,
            Hash = declaration.Hash,
            Since = now,
            ChangedAt = now,
            Claim = 0,
            Stale = false,
            Runbook = declaration.Runbook,
        }).ToList();
        return CatalogIndex.Empty.With(null, new SourceState(source, now, null, reading.Files, 0, entries, [.. reading.Problems.Select(found => new CatalogProblem(source.Name, found.Entity, found.Problem))]), 0, now);
    }

    /// <summary>The input of <c>source.add</c> for a place.</summary>
    public static JsonObject Input(string name, EntityPlace place) => new() { ["name"] = name, ["location"] = place.Target };

    public static Problem NotOffered(string title, string? detail, string cure) => new(501, "backstage-not-offered", title, detail, cure);

    private static string? Text(JsonObject? problem, string field) => problem?[field]?.GetValue<string>();
}

/// <summary>What Backstage's clients may do to entities and ask about files.</summary>
internal static class BackstageActionsApi
{
    public static void MapBackstageActions(this IEndpointRouteBuilder catalog)
    {
        catalog.MapPost("/refresh", Refresh).WithSummary("Reads the source of an entity again, and answers when that is done.").Asks(BackstageExamples.Refresh).Produces(StatusCodes.Status200OK);
        catalog.MapDelete("/entities/by-uid/{uid}", Delete)
            .WithSummary("Removes an orphan; any other entity goes when its source no longer declares it, and the answer names the file.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status501NotImplemented);
        catalog.MapPost("/validate-entity", Validate)
            .WithSummary("Whether an entity keeps the rules of its kind: 200, or 400 with every mistake.").Asks(BackstageExamples.Validate).Produces(StatusCodes.Status200OK).ProducesProblem(StatusCodes.Status400BadRequest);
        catalog.MapPost("/analyze-location", Analyze)
            .WithSummary("What descriptors a place holds, or a first descriptor for it when it has none.").Asks(BackstageExamples.AnalyzeLocation).Answers<JsonObject>(BackstageExamples.Analysis);
    }

    private static async Task<IResult> Refresh(HttpContext context, CurrentCatalog current, BackstageActions actions, IAntiforgery antiforgery, CancellationToken cancellation)
    {
        var text = Body.Text(await Body.Read(context, cancellation), "entityRef");
        if (!EntityRef.TryParse(text, null, null, out var reference, out var why)) throw new Problem(400, "bad-request", why, null, """Send {"entityRef": "component:default/vouchers"}.""");
        var entry = BackstageApi.Demand(current.Index, reference.Kind, reference.Namespace, reference.Name);
        await actions.Run(context, antiforgery, CatalogActions.RefreshSource, new JsonObject { ["name"] = entry.Source.Name }, cancellation);
        return Results.Ok();
    }

    private static async Task<IResult> Delete(HttpContext context, CurrentCatalog current, BackstageActions actions, IAntiforgery antiforgery, string uid, CancellationToken cancellation)
    {
        var entry = BackstageApi.DemandUid(current.Index, uid);
        if (entry.OrphanSince is null)
            throw BackstageActions.NotOffered($"{entry.Ref} goes when its source no longer declares it.", "Removed here, it would be back with the next reading.",
                $"Take it out of {EntityPlace.Of(entry).Target}, or remove the whole source: DELETE /api/catalog/locations/{entry.Source.Name}.");
        await actions.Run(context, antiforgery, CatalogActions.RemoveOrphan, new JsonObject { ["entity"] = entry.Ref }, cancellation);
        return Results.NoContent();
    }

    private static async Task<IResult> Validate(HttpContext context, CancellationToken cancellation)
    {
        var body = await Body.Read(context, cancellation);
        if (EntityPlace.Parse(Body.Text(body, "location")) is not { } place)
            return Invalid([new("bad-request", "location is not of the form type:target, for example url:https://example.com/catalog-info.yaml.")]);
        if (Body.Object(body, "entity") is not { } entity) return Invalid([new("bad-request", "entity is missing.")]);
        // What the catalog itself adds to an entity is no mistake of its author.
        entity.Remove("relations");
        entity.Remove("status");
        var read = EntityReader.Read(entity.ToJsonString(), place.Target);
        return read.Problems.Count == 0 ? Results.Ok() : Invalid(read.Problems);

        IResult Invalid(IReadOnlyList<Model.Problems.InputProblem> problems)
        {
            var answer = ProblemDetailsJson.Of(new Problem(400, "invalid-input", "The entity has mistakes.", null, "Mend what is named, then try again.", problems));
            answer["errors"] = new JsonArray([.. problems.Select(problem => (JsonNode)new JsonObject
            {
                ["name"] = BackstageErrors.NameOf(400),
                ["message"] = problem.Message,
                ["code"] = problem.Code,
                ["field"] = problem.Field,
                ["cure"] = problem.Cure,
            })]);
            return Results.Json(answer, statusCode: StatusCodes.Status400BadRequest);
        }
    }

    private static async Task<IResult> Analyze(HttpContext context, CurrentCatalog current, BackstageActions actions, CancellationToken cancellation)
    {
        var place = BackstageLocations.Asked(Body.Object(await Body.Read(context, cancellation), "location") ?? []);
        var index = current.Index;
        var (shownIn, found) = place.Type == "file" ? Read(await actions.WouldRead(place, context.Principal(), cancellation)) : (index, Known(index, place));
        var existing = found.ToList();
        var draft = existing.Count == 0 ? LocationDraft.Of(place) : null;
        return new JsonAnswer(async (writer, between) =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("existingEntityFiles");
            foreach (var entry in existing)
            {
                var where = EntityPlace.Of(entry);
                writer.WriteStartObject();
                writer.WritePropertyName("location");
                new JsonObject { ["type"] = where.Type, ["target"] = where.Target }.WriteTo(writer);
                writer.WriteBoolean("isRegistered", index.Find(entry.Entity.Ref) is { } known && EntityPlace.Of(known) == where);
                writer.WritePropertyName("entity");
                new ShownEntity(shownIn, entry).Write(writer, null);
                writer.WriteEndObject();
                await between();
            }
            writer.WriteEndArray();
            writer.WriteStartArray("generateEntities");
            draft?.WriteTo(writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static (CatalogIndex, IEnumerable<CatalogEntry>) Read(CatalogIndex would) => (would, would.All);

    private static IEnumerable<CatalogEntry> Known(CatalogIndex index, EntityPlace place) => index.All
        .Where(entry => EntityPlace.Of(entry) is var where && where.Type == place.Type && (where.Target + "/").StartsWith(place.Target.TrimEnd('/') + "/", StringComparison.OrdinalIgnoreCase));
}
