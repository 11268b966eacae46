using System.Text.Json.Nodes;
using Tarmac.Model.Problems;

namespace Tarmac.Workloads;

/// <summary>What one Score file says: a workload, its containers and what it needs. Placeholders are as written.</summary>
/// <param name="Name">DNS label, 2 to 63 characters.</param>
/// <param name="Metadata">All of <c>metadata</c>, the free-form parts too; what <c>${metadata.…}</c> looks into.</param>
/// <param name="Annotations">Of <c>metadata.annotations</c>, in the order of the file.</param>
/// <param name="Hints">Our own annotations, typed.</param>
/// <param name="Ports">Of <c>service.ports</c>, by name, in the order of the file.</param>
/// <param name="Containers">At least one, in the order of the file.</param>
/// <param name="Resources">What it needs from others, by its local name.</param>
public sealed record Workload(
    string Name,
    JsonObject Metadata,
    IReadOnlyDictionary<string, string> Annotations,
    WorkloadHints Hints,
    IReadOnlyDictionary<string, ServicePort> Ports,
    IReadOnlyDictionary<string, Container> Containers,
    IReadOnlyDictionary<string, ResourceNeed> Resources)
{
    /// <summary>The only version of Score there is so far.</summary>
    public const string ApiVersion = "score.dev/v1b1";

    /// <summary>Reads a Score file. Never throws for what the file holds.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="file">The file as its author knows it, for messages.</param>
    public static WorkloadReading Read(string text, string file = "score.yaml") => ScoreFileReader.Read(text, file);
}

/// <summary>A workload, or why there is none; warnings never prevent one.</summary>
public sealed record WorkloadReading(Workload? Workload, IReadOnlyList<InputProblem> Problems, IReadOnlyList<InputProblem> Warnings);

public enum PortProtocol { Tcp, Udp }

/// <param name="Port">What others call.</param>
/// <param name="TargetPort">What the container listens on; the same unless said otherwise.</param>
/// <param name="Protocol">TCP unless said otherwise.</param>
public sealed record ServicePort(int Port, int TargetPort, PortProtocol Protocol);

/// <param name="Image">A dot means: what the build made, supplied when deploying.</param>
/// <param name="Command">Replaces the image's entry point; empty when not given.</param>
/// <param name="Args">Replaces the image's arguments; empty when not given.</param>
/// <param name="Variables">Environment; values may hold placeholders.</param>
/// <param name="Files">By target path.</param>
/// <param name="Volumes">By target path.</param>
/// <param name="Before">Containers that start after this one, and what they wait for.</param>
/// <param name="Limits">The most it may use.</param>
/// <param name="Requests">What must be free for it.</param>
/// <param name="LivenessProbe">Failing means: restart it.</param>
/// <param name="ReadinessProbe">Failing means: send it no traffic.</param>
public sealed record Container(
    string Image,
    IReadOnlyList<string> Command,
    IReadOnlyList<string> Args,
    IReadOnlyDictionary<string, string> Variables,
    IReadOnlyDictionary<string, ContainerFile> Files,
    IReadOnlyDictionary<string, ContainerVolume> Volumes,
    IReadOnlyDictionary<string, ReadyWhen> Before,
    ComputeResources? Limits,
    ComputeResources? Requests,
    Probe? LivenessProbe,
    Probe? ReadinessProbe)
{
    /// <summary>True when the image is what the build made.</summary>
    public bool IsBuilt => Image == ".";
}

/// <summary>Exactly one of content, binary content and source is given.</summary>
/// <param name="Content">Text; placeholders are expanded unless <paramref name="NoExpand"/>.</param>
/// <param name="BinaryContent">Never expanded.</param>
/// <param name="Source">A path next to the Score file.</param>
/// <param name="Mode">Unix mode, when given.</param>
/// <param name="NoExpand">Leave placeholders in the content alone.</param>
public sealed record ContainerFile(string? Content, ReadOnlyMemory<byte>? BinaryContent, string? Source, UnixFileMode? Mode, bool NoExpand);

/// <param name="Source">Usually <c>${resources.NAME}</c>.</param>
/// <param name="Path">A folder inside the volume.</param>
/// <param name="ReadOnly">False unless said otherwise.</param>
public sealed record ContainerVolume(string Source, string? Path, bool ReadOnly);

/// <summary>What a container that starts later waits for.</summary>
public enum ReadyWhen { Started, Healthy, Complete }

/// <param name="Cpu">Thousandths of a processor.</param>
/// <param name="MemoryBytes">Bytes.</param>
public sealed record ComputeResources(long? Cpu, long? MemoryBytes);

/// <summary>At least one way is given; <see cref="Exec"/> is preferred when both are.</summary>
public sealed record Probe(HttpProbe? HttpGet, IReadOnlyList<string>? Exec);

public sealed record HttpProbe(int Port, string Path, string? Host, string Scheme, IReadOnlyList<KeyValuePair<string, string>> Headers);

/// <param name="Type">For example <c>postgres</c>.</param>
/// <param name="Class">A specialisation of the type; <c>default</c> unless said otherwise.</param>
/// <param name="Id">Shared between workloads when given.</param>
/// <param name="Metadata">Free-form, with its annotations.</param>
/// <param name="Params">Free-form; texts may hold placeholders.</param>
public sealed record ResourceNeed(string Type, string Class, string? Id, JsonObject Metadata, JsonObject Params);
