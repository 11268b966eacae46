using System.Text.Json.Nodes;
using Tarmac.Delivery;
using Tarmac.Delivery.Git;
using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;

namespace Tarmac.Roads;

/// <summary>Renders a road, makes the repository in one piece, and decides the first deploy.</summary>
public sealed class CreateOperation(RoadShelf shelf, Repositories repositories, Pushes pushes, DeliveryCatalog catalog, Database database, Whereabouts whereabouts) : OperationKind(KindName)
{
    public const string KindName = "create";

    public static OperationRequest Request(JsonObject input, Principal principal, DateTimeOffset at, string host)
    {
        var name = input["name"]!.GetValue<string>();
        var asked = (JsonObject)input.DeepClone();
        asked["by"] = principal.DisplayName;
        asked["at"] = at.ToUnixTimeSeconds();
        return new OperationRequest(KindName, ServiceName.Repository(name), $"Create {name} from {input["road"]}", asked, principal.Ref, Host: host);
    }

    public override IReadOnlyList<(string Name, string Title)> Steps =>
        [("repository", "Make the repository"), ("catalog", "Register it in the catalog"), ("deploy", "Decide the first deploy")];

    public override IReadOnlyList<NextStep> Next(Operation operation)
    {
        var road = shelf.All().FirstOrDefault(road => road.Name == operation.Input["road"]!.GetValue<string>());
        return
        [
            new("Clone it", Command: $"git clone {whereabouts.Url}/git/{operation.Input["name"]}.git"),
            .. (road?.Then ?? []).Select(step => new NextStep(step)),
        ];
    }

    public override async Task<JsonObject?> Run(OperationRun run)
    {
        var input = run.Operation.Input;
        var name = input["name"]!.GetValue<string>();
        await run.Step("repository", async cancellation =>
        {
            var road = shelf.Find(input["road"]!.GetValue<string>());
            var asked = (JsonObject)input.DeepClone();
            var files = CreateService.Render(road, asked).Files.Select(file => new RepositoryFile(file.Path, file.Content, file.Executable)).ToList();
            var author = CommitAuthor.Of(run.Operation.Principal, input["by"]!.GetValue<string>(), DateTimeOffset.FromUnixTimeSeconds(input["at"]!.GetValue<long>()));
            await repositories.Create(name, files, $"Create {name} from the road {road.Name} {road.Version}\n", author, cancellation);
            run.Log($"Made the repository {name} with {files.Count} files");
        });
        await run.Step("catalog", async cancellation =>
        {
            await catalog.Announce(name, cancellation);
            run.Log($"Registered {ServiceName.Entity(name)}, owned by {input["owner"]}");
        });
        if (!input["deploy"]!.GetValue<bool>())
        {
            // Noted as decided, so that the reconciler does not take the first commit for a push it missed.
            var head = await repositories.Head(name, run.Stopping);
            await run.Write(session => ServiceNames.Settle(session, name, head!));
            return new JsonObject { ["service"] = name };
        }
        var deploy = await run.Step("deploy", async cancellation => new JsonObject { ["operation"] = await pushes.Accept(name, run.Operation.Principal, cancellation) });
        return new JsonObject { ["service"] = name, ["deploy"] = deploy["operation"]?.DeepClone() };
    }

    /// <summary>A service whose repository could not be made does not keep its name.</summary>
    public override async Task CleanUp(OperationRun run, CancellationToken cancellation)
    {
        var name = run.Operation.Input["name"]!.GetValue<string>();
        if (repositories.Exists(name)) return;
        await database.Write(session => ServiceNames.GiveBack(session, name), cancellation);
    }
}
