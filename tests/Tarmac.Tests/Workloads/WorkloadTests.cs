using System.Text;
using Tarmac.Workloads;

namespace Tarmac.Tests.Workloads;

public sealed class WorkloadTests
{
    private const string Small = """
        apiVersion: score.dev/v1b1
        metadata:
          name: vouchers
          annotations:
            tarmac.dev/build: make
            tarmac.dev/test: make check
            tarmac.dev/output: out/site/
            tarmac.dev/start-timeout: 90s
            tarmac.dev/drain-timeout: 1500ms
            tarmac.dev/readiness-path: /health/ready
            example.com/other: kept
        service:
          ports:
            web:
              port: 81
              targetPort: 8080
            metrics:
              port: 9090
        containers:
          main:
            image: .
            command: ["dotnet", "Vouchers.dll"]
            variables:
              GREETING: ${metadata.name}
            files:
              /etc/app.conf:
                mode: "0640"
                content: hello
            resources:
              limits:
                memory: 1.5Gi
                cpu: 250m
            readinessProbe:
              httpGet:
                port: 8080
                path: /health/ready
        resources:
          db:
            type: postgres
        """;

    [Fact]
    public void A_whole_file_is_read_with_its_types()
    {
        var reading = Workload.Read(Small);

        Assert.Empty(reading.Problems);
        Assert.Empty(reading.Warnings);
        var workload = reading.Workload!;
        Assert.Equal("vouchers", workload.Name);
        Assert.Equal(new WorkloadHints("make", "make check", "out/site", TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(1.5), "/health/ready"), workload.Hints);
        Assert.Equal("kept", workload.Annotations["example.com/other"]);
        Assert.Equal(["web", "metrics"], workload.Ports.Keys);
        Assert.Equal(new ServicePort(81, 8080, PortProtocol.Tcp), workload.Ports["web"]);
        Assert.Equal(9090, workload.Ports["metrics"].TargetPort);
        var main = workload.Containers["main"];
        Assert.True(main.IsBuilt);
        Assert.Equal(["dotnet", "Vouchers.dll"], main.Command);
        Assert.Equal("${metadata.name}", main.Variables["GREETING"]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, main.Files["/etc/app.conf"].Mode);
        Assert.Equal(new ComputeResources(250, 1610612736), main.Limits);
        Assert.Equal(("/health/ready", 8080), (main.ReadinessProbe!.HttpGet!.Path, main.ReadinessProbe.HttpGet.Port));
        Assert.Equal(("postgres", "default"), (workload.Resources["db"].Type, workload.Resources["db"].Class));
    }

    [Fact]
    public void Hints_that_are_not_given_are_absent()
    {
        var workload = Workload.Read("apiVersion: score.dev/v1b1\nmetadata: {name: ab}\ncontainers: {main: {image: x}}").Workload!;

        Assert.Equal(new WorkloadHints(null, null, null, null, null, null), workload.Hints);
    }

    [Theory]
    [InlineData("port: 81", "port: \"81\"", WorkloadCodes.Type, 15, "service.ports.web.port")]
    [InlineData("port: 81", "port: 70000", WorkloadCodes.Value, 15, "service.ports.web.port")]
    [InlineData("mode: \"0640\"", "mode: 640", WorkloadCodes.Type, 27, "containers.main.files[\"/etc/app.conf\"].mode")]
    [InlineData("image: .", "imgae: .", WorkloadCodes.Unknown, 21, "containers.main.imgae")]
    [InlineData("image: .", "imgae: .", WorkloadCodes.Missing, 21, "containers.main.image")]
    [InlineData("name: vouchers", "name: v", WorkloadCodes.Value, 3, "metadata.name")]
    [InlineData("name: vouchers", "name: \"vouchers\\n\"", WorkloadCodes.Value, 3, "metadata.name")]
    [InlineData("score.dev/v1b1", "score.dev/v2", WorkloadCodes.Value, 1, "apiVersion")]
    [InlineData("1.5Gi", "1.5 Gi", WorkloadCodes.Value, 31, "containers.main.resources.limits.memory")]
    [InlineData("tarmac.dev/output: out/site/", "tarmac.dev/output: ../x", WorkloadCodes.Value, 7, "metadata.annotations[\"tarmac.dev/output\"]")]
    [InlineData("tarmac.dev/output: out/site/", "tarmac.dev/output: /etc", WorkloadCodes.Value, 7, "metadata.annotations[\"tarmac.dev/output\"]")]
    [InlineData("90s", "soon", WorkloadCodes.Value, 8, "metadata.annotations[\"tarmac.dev/start-timeout\"]")]
    [InlineData("90s", "61m", WorkloadCodes.Value, 8, "metadata.annotations[\"tarmac.dev/start-timeout\"]")]
    [InlineData("tarmac.dev/readiness-path: /h", "tarmac.dev/readiness-path: //evil/h", WorkloadCodes.Value, 10, "metadata.annotations[\"tarmac.dev/readiness-path\"]")]
    public void A_mistake_is_reported_at_its_place(string was, string written, string code, int line, string field)
    {
        var reading = Workload.Read(Small.Replace(was, written, StringComparison.Ordinal), "svc/score.yaml");

        Assert.Null(reading.Workload);
        var problem = Assert.Single(reading.Problems, problem => problem.Code == code);
        Assert.Equal(("svc/score.yaml", line, field), (problem.File, problem.Line, problem.Field));
    }

    [Fact]
    public void All_mistakes_are_reported_at_once()
    {
        var text = Small.Replace("port: 81", "port: x", StringComparison.Ordinal).Replace("image: .", "image: 5", StringComparison.Ordinal);

        Assert.Equal(["service.ports.web.port", "service.ports.web.targetPort", "containers.main.image"],
            Workload.Read(text.Replace("targetPort: 8080", "targetPort: 0", StringComparison.Ordinal)).Problems.Select(problem => problem.Field));
    }

    [Fact]
    public void A_misspelt_hint_is_a_warning_that_names_the_right_ones()
    {
        var reading = Workload.Read(Small.Replace("tarmac.dev/output", "tarmac.dev/ouput", StringComparison.Ordinal));

        Assert.NotNull(reading.Workload);
        Assert.Contains("tarmac.dev/output", Assert.Single(reading.Warnings).Cure, StringComparison.Ordinal);
    }

    [Fact]
    public void Deprecated_lists_are_read_as_their_mapping_form()
    {
        const string text = """
            apiVersion: score.dev/v1b1
            metadata: {name: old-style}
            containers:
              main:
                image: busybox
                files:
                - {target: /etc/a, content: a}
                - {target: /etc/b, binaryContent: AQI=, noExpand: true}
                volumes:
                - {target: /data, source: data, readOnly: true}
            """;

        var reading = Workload.Read(text);

        Assert.Empty(reading.Problems);
        var main = reading.Workload!.Containers["main"];
        Assert.Equal("a", main.Files["/etc/a"].Content);
        Assert.Equal([1, 2], main.Files["/etc/b"].BinaryContent!.Value.ToArray());
        Assert.Equal(new ContainerVolume("data", null, true), main.Volumes["/data"]);
        Assert.Equal([6, 9], reading.Warnings.Select(warning => warning.Line ?? 0));
    }

    [Fact]
    public void One_target_given_twice_in_a_deprecated_list_is_refused()
    {
        var reading = Workload.Read("""
            apiVersion: score.dev/v1b1
            metadata: {name: old-style}
            containers: {main: {image: x, files: [{target: /a, content: a}, {target: /a, content: b}]}}
            """);

        Assert.Equal("containers.main.files[1].target", Assert.Single(reading.Problems).Field);
    }

    [Fact]
    public void A_probe_with_both_ways_is_read_with_a_warning()
    {
        var reading = Workload.Read("""
            apiVersion: score.dev/v1b1
            metadata: {name: both}
            containers: {main: {image: x, livenessProbe: {exec: {command: [a]}, httpGet: {port: 1, path: /}}}}
            """);

        Assert.NotNull(reading.Workload);
        Assert.Single(reading.Warnings);
    }

    [Theory]
    [InlineData("")]
    [InlineData("- a")]
    [InlineData("---\na: 1\n---\nb: 2")]
    [InlineData("apiVersion: [")]
    [InlineData("null")]
    public void What_is_no_workload_at_all_is_refused_in_words(string text)
    {
        var reading = Workload.Read(text);

        Assert.Null(reading.Workload);
        Assert.NotEmpty(reading.Problems);
    }

    [Fact]
    public void An_alias_bomb_is_refused()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++) bomb.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");

        Assert.NotEmpty(Workload.Read(bomb.ToString()).Problems);
    }

    [Theory]
    [InlineData("128", 128L)]
    [InlineData("1K", 1000L)]
    [InlineData("1Ki", 1024L)]
    [InlineData("0.5Gi", 536870912L)]
    [InlineData("1P", 1_000_000_000_000_000L)]
    [InlineData("100Ei", long.MaxValue)]
    [InlineData("1Gb", null)]
    [InlineData("-1", null)]
    [InlineData("01", null)]
    public void Memory_is_counted_in_bytes(string text, long? bytes) => Assert.Equal(bytes, Quantities.MemoryBytes(text));

    [Theory]
    [InlineData("2", 2000L)]
    [InlineData("0.1", 100L)]
    [InlineData("0.0005", 1L)]
    [InlineData("125m", 125L)]
    [InlineData("1.5m", null)]
    [InlineData(".5", null)]
    public void Processors_are_counted_in_thousandths(string text, long? milli) => Assert.Equal(milli, Quantities.CpuMilli(text));
}
