using System.CommandLine;

namespace Tarmac.Cli.Delivery;

/// <summary>How commands about a service name it and its environment.</summary>
internal static class ServiceOptions
{
    public static Argument<string?> Service() => new("service")
    {
        Description = "The service; that of this repository when not named.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Option<string?> Environment() => new("--environment", "-e") { Description = "Where; dev when not said.", HelpName = "NAME" };
}
