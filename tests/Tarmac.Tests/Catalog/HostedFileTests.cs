using Tarmac.Catalog.Sources;

namespace Tarmac.Tests.Catalog;

public sealed class HostedFileTests
{
    [Theory]
    [InlineData("https://github.com/shop/vouchers/blob/main/a/catalog-info.yaml", "https://github.com/shop/vouchers", "main", "a/catalog-info.yaml")]
    [InlineData("https://github.com/shop/vouchers/blob/HEAD/**/catalog-info.yaml", "https://github.com/shop/vouchers", null, "**/catalog-info.yaml")]
    [InlineData("https://git.shop.example:8443/retail/till/vouchers/-/blob/main/catalog-info.yaml", "https://git.shop.example:8443/retail/till/vouchers", "main", "catalog-info.yaml")]
    [InlineData("https://git.shop.example/shop/vouchers/src/branch/release/a%20b.yaml", "https://git.shop.example/shop/vouchers", "release", "a b.yaml")]
    [InlineData("https://dev.azure.com/shop/Till%20team/_git/vouchers?path=/deploy/catalog-info.yaml&version=GBmain", "https://dev.azure.com/shop/Till%20team/_git/vouchers", "main", "deploy/catalog-info.yaml")]
    [InlineData("https://dev.azure.com/shop/till/_git/vouchers?path=/catalog-info.yaml", "https://dev.azure.com/shop/till/_git/vouchers", null, "catalog-info.yaml")]
    public void The_address_a_git_host_shows_a_file_at_names_repository_branch_and_path(string address, string repository, string? branch, string path) =>
        Assert.Equal(new HostedFile(repository, branch, path), HostedFile.Of(address));

    [Theory]
    [InlineData("https://github.com/shop/vouchers")]
    [InlineData("https://github.com/shop/vouchers/blob/main")]
    [InlineData("https://github.com/shop/vouchers/tree/main/a")]
    [InlineData("https://files.shop.example/catalog-info.yaml")]
    [InlineData("https://files.shop.example/a/b/c/blob/main/catalog-info.yaml")]
    [InlineData("https://noor:pass@github.com/shop/vouchers/blob/main/catalog-info.yaml")]
    [InlineData("https://dev.azure.com/shop/till/_git/vouchers?path=/catalog-info.yaml&version=GC0123456789abcdef")]
    [InlineData("https://dev.azure.com/shop/till/_git/vouchers")]
    [InlineData("/srv/blob/main/catalog-info.yaml")]
    [InlineData("")]
    public void Every_other_address_is_none(string address) => Assert.Null(HostedFile.Of(address));

    [Theory]
    [InlineData("https://github.com/shop/vouchers.git", "main", true)]
    [InlineData("https://github.com/Shop/vouchers/", null, true)]
    [InlineData("https://github.com/shop/vouchers", "release", false)]
    [InlineData("https://github.com/shop/vouchers-two", "main", false)]
    [InlineData("https://git.shop.example/shop/vouchers", "main", false)]
    [InlineData("/srv/vouchers.git", "main", false)]
    public void It_is_in_a_source_of_the_same_repository_and_branch(string location, string? branch, bool isIn) =>
        Assert.Equal(isIn, HostedFile.Of("https://github.com/shop/vouchers/blob/main/catalog-info.yaml")!.IsIn(location, branch));
}
