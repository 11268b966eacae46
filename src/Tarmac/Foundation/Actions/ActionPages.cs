using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Antiforgery;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Web;
using Tarmac.Model.Actions;

namespace Tarmac.Foundation.Actions;

/// <summary>Where an action's page stands: asked, planned, refused or done.</summary>
/// <param name="Values">What was given so far; kept whatever happens.</param>
/// <param name="Key">The idempotency key of this attempt.</param>
public sealed record ActionView(ActionDefinition Action, JsonObject Values, string Key)
{
    public ActionPlan? Plan { get; init; }

    public Problem? Refusal { get; init; }

    public ActionAnswer? Answer { get; init; }

    /// <summary>The entity it changes and who owns it, as far as the input says.</summary>
    public string? Subject { get; init; }

    public string? Owner { get; init; }

    public string? Back { get; init; }

    /// <summary>Said when the confirmation did not match.</summary>
    public string? Mistyped { get; init; }

    /// <summary>Whether the refused may help themselves in an emergency.</summary>
    public bool MayBreakGlass { get; init; }

    /// <summary>The input with the confirmation filled in: a plan is shown before anything is typed, and a command carries it.</summary>
    public JsonObject AsConfirmed
    {
        get
        {
            var input = (JsonObject)Values.DeepClone();
            if (Action.Destructive && Action.Input[ActionForm.Confirm] is not null && input[Action.Input.Fields[0].Name] is { } name)
                input[ActionForm.Confirm] = name.DeepClone();
            return input;
        }
    }

    /// <summary>What is typed to confirm: the name of what is taken away.</summary>
    public string? Typed => !Action.Destructive || Plan is null ? null : Plan.Before?["name"]?.GetValue<string>() ?? Plan.Subject[(Plan.Subject.LastIndexOf('/') + 1)..];
}

/// <summary>Every action as a page, made from its one declaration: a form, the plan in words, a confirmation.</summary>
public static class ActionPages
{
    public static void MapActionPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/actions", (HttpContext context, ActionRunner runner, string? q) => Portal.Page<ActionsPage>(context, new
        {
            Text = q?.Trim(),
            Found = ActionForm.Matching(runner.All.Select(handler => handler.Definition), q ?? ""),
            Total = runner.All.Count(),
        })).ExcludeFromDescription();
        routes.MapGet("/actions/{name}", Ask).ExcludeFromDescription();
        routes.MapPost("/actions/{name}/plan", Plan).ExcludeFromDescription();
        routes.MapPost("/actions/{name}", Run).ExcludeFromDescription();
    }

    private static async Task<IResult> Ask(HttpContext context, ActionRunner runner, string name, IOrganisation organisation, CancellationToken cancellation)
    {
        var handler = Find(runner, name);
        var schema = ActionForm.Asked(handler.Definition);
        var view = new ActionView(handler.Definition, ActionForm.Given(schema, context.Request.Query), NewKey())
        {
            Back = ActionForm.LocalPath(context.Request.Query[ActionForm.Back]),
        };
        // A link that says everything leads straight to the plan, which changes nothing; unless it only says what there is now.
        if (!context.Request.Query.ContainsKey(ActionForm.Filled) && schema.Validate(view.Values).Problems.Count == 0) view = await Planned(context, runner, handler, view, organisation, cancellation);
        return await Show(context, view);
    }

    private static async Task<IResult> Plan(HttpContext context, ActionRunner runner, IAntiforgery antiforgery, string name, IOrganisation organisation, CancellationToken cancellation)
    {
        var (handler, view, _) = await Posted(context, runner, antiforgery, name, cancellation);
        return await Show(context, await Planned(context, runner, handler, view with { Key = NewKey() }, organisation, cancellation));
    }

    private static async Task<IResult> Run(HttpContext context, ActionRunner runner, IAntiforgery antiforgery, string name, IOrganisation organisation, CancellationToken cancellation)
    {
        var (handler, view, form) = await Posted(context, runner, antiforgery, name, cancellation);
        if (view.Key.Length is 0 or > 200) throw new Problem(400, "bad-request", "The form carries no idempotency key.", null, "Open the page again and send its form.");
        // What has to be typed is found anew, not taken from the form. Where nothing can be planned, running is refused below, or was done already.
        if (handler.Definition.Destructive && await Planned(context, runner, handler, view, organisation, cancellation) is { Typed: { } typed } planned && form[ActionForm.Confirm] != typed)
            return await Show(context, planned with { Mistyped = $"Type {typed} exactly." }, StatusCodes.Status422UnprocessableEntity);
        ActionAnswer answer;
        try
        {
            answer = await runner.Run(name, view.Values, context.Principal(), view.Key, cancellation);
        }
        catch (Problem refused)
        {
            // What was refused may be sent again once it is mended, and is then something else.
            return await Show(context, await Refused(context, handler, view with { Key = NewKey() }, refused, organisation, cancellation));
        }
        if (answer.Operation is { } operation) return Results.Redirect("/operations/" + operation);
        if (answer.Secret is null && view.Back is { } back) return Results.Redirect(back);
        return await Show(context, view with { Answer = answer });
    }

    private static async Task<(ActionHandler Handler, ActionView View, IFormCollection Form)> Posted(
        HttpContext context, ActionRunner runner, IAntiforgery antiforgery, string name, CancellationToken cancellation)
    {
        await antiforgery.ValidateRequestAsync(context);
        var handler = Find(runner, name);
        var form = await context.Request.ReadFormAsync(cancellation);
        var view = new ActionView(handler.Definition, FormInput.Read(handler.Definition.Input, form), form[ActionForm.Key].ToString()) { Back = ActionForm.LocalPath(form[ActionForm.Back]) };
        return (handler, view, form);
    }

    private static async Task<ActionView> Planned(HttpContext context, ActionRunner runner, ActionHandler handler, ActionView view, IOrganisation organisation, CancellationToken cancellation)
    {
        try
        {
            var plan = await runner.Plan(handler.Definition.Name, view.AsConfirmed, context.Principal(), cancellation);
            return view with { Plan = plan, Subject = plan.Subject, Owner = await Owner(handler, new ActionCall(handler.Definition, context.Principal(), handler.Definition.Input.Validate(view.AsConfirmed).Input), plan.Subject, organisation, cancellation) };
        }
        catch (Problem refused)
        {
            return await Refused(context, handler, view, refused, organisation, cancellation);
        }
    }

    private static async Task<ActionView> Refused(HttpContext context, ActionHandler handler, ActionView view, Problem refused, IOrganisation organisation, CancellationToken cancellation)
    {
        var principal = context.Principal();
        var (input, problems) = handler.Definition.Input.Validate(view.AsConfirmed);
        var call = new ActionCall(handler.Definition, principal, input);
        var subject = problems.Count == 0 ? await handler.Subject(call, cancellation) : null;
        return view with
        {
            Refusal = refused,
            Subject = subject,
            Owner = subject is null ? null : await Owner(handler, call, subject, organisation, cancellation),
            MayBreakGlass = refused.Code == "not-owner" && principal.Kind == PrincipalKind.Person && subject is not null && organisation.Exists(subject),
        };
    }

    private static async Task<string?> Owner(ActionHandler handler, ActionCall call, string subject, IOrganisation organisation, CancellationToken cancellation) =>
        Rights.OwnerOf(subject, organisation, await handler.OwnerWhenUnknown(call, cancellation));

    private static Task<IResult> Show(HttpContext context, ActionView view, int? status = null) =>
        Portal.Page<ActionPage>(context, new { View = view, context.Principal().Teams }, status ?? view.Refusal?.Status ?? StatusCodes.Status200OK);

    private static ActionHandler Find(ActionRunner runner, string name) =>
        runner.All.FirstOrDefault(handler => handler.Definition.Name == name) ?? throw Problem.NotFound("action", name, "They are listed under Actions.");

    public static string NewKey() => Guid.CreateVersion7().ToString("n");
}
