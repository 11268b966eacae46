using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Web;

namespace Tarmac.Delivery;

/// <summary>The states of operations and environments as people read them.</summary>
public static class DeliveryWords
{
    public static (Status Status, string Word) OfOperation(string state) => state switch
    {
        OperationState.Succeeded => (Status.Ok, "Done"),
        OperationState.Failed => (Status.Failed, "Failed"),
        OperationState.Running => (Status.Running, "Running"),
        OperationState.Canceled => (Status.Stopped, "Canceled"),
        _ => (Status.Waiting, "Waiting"),
    };

    public static (Status Status, string Word) OfEnvironment(string state) => state switch
    {
        "running" => (Status.Ok, "Running"),
        "starting" => (Status.Running, "Starting"),
        "backing-off" => (Status.Failed, "Keeps ending"),
        "stopped" => (Status.Stopped, "Stopped"),
        "failed" => (Status.Failed, "Failed"),
        "lost" => (Status.Failed, "Lost"),
        _ => (Status.Unknown, state),
    };
}
