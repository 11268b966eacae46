using Tarmac.Tests.Foundation.Operations;
using Tarmac.Tests.Foundation.Storage;

namespace Tarmac.Tests;

/// <summary>Starts the tests, or plays the part of another process that a test starts in order to kill it.</summary>
internal static class Program
{
    public static Task<int> Main(string[] arguments) => arguments switch
    {
        ["child", "run-operations", var home] => CrashingPlatform.Run(home),
        ["child", "hold-lock", var file] => LockHolder.Run(file),
        _ when arguments.Contains("--server") || arguments.Contains("--internal-msbuild-node") =>
            Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(arguments),
    };
}
