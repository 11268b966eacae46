namespace Tarmac.Tests;

public sealed class SkeletonTests
{
    [Fact]
    public void Runs() => Assert.True(Environment.Version.Major >= 10);
}
