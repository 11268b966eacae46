using Tarmac.Foundation.Web;

namespace Tarmac.Delivery;

/// <summary>The states of environments as people read them; those of operations are in OperationWords.</summary>
public static class DeliveryWords
{
    public static (Status Status, string Word) OfEnvironment(string state) => state switch
    {
        "running" => (Status.Ok, "Running"),
        "starting" => (Status.Running, "Starting"),
        "backing-off" => (Status.Failed, "Keeps ending"),
        "stopped" => (Status.Stopped, "Stopped"),
        "failed" => (Status.Failed, "Failed"),
        "damaged" => (Status.Failed, "Record damaged"),
        "elsewhere" => (Status.Unknown, "On another platform"),
        "lost" => (Status.Failed, "Lost"),
        _ => (Status.Unknown, state),
    };
}
