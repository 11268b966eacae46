using System.Text.RegularExpressions;
using Tarmac.Model.Yaml;

namespace Tarmac.Catalog.Definitions;

/// <param name="Line">The first line is 1.</param>
public sealed record OutlineEntry(int Line, string What, string Name);

/// <summary>What is in a definition and on which line: the channels of an AsyncAPI, the types of a GraphQL schema, the calls and messages of a protocol buffer.</summary>
internal static partial class DefinitionOutline
{
    private const int Most = 200;

    public static IReadOnlyList<OutlineEntry> Of(string format, string text, IReadOnlyList<string> lines) => format switch
    {
        "asyncapi" => Channels(text),
        "graphql" => Matching(lines, GraphQlType()),
        "grpc" => Matching(lines, ProtocolBuffer()),
        _ => [],
    };

    private static List<OutlineEntry> Channels(string text) =>
        YamlReader.Read(text, "definition").Documents is [{ Root: YamlMapping root }, ..] && root["channels"] is YamlMapping channels
            ? [.. channels.Entries.Take(Most).Select(channel => new OutlineEntry(channel.Line, "channel", channel.Key))] : [];

    private static List<OutlineEntry> Matching(IReadOnlyList<string> lines, Regex pattern) =>
        [.. lines.Index().Select(line => (Line: line.Index + 1, Match: pattern.Match(line.Item))).Where(line => line.Match.Success).Take(Most)
            .Select(line => new OutlineEntry(line.Line, line.Match.Groups[1].Value, line.Match.Groups[2].Value))];

    [GeneratedRegex(@"^\s{0,8}(type|input|enum|interface|union|scalar) ([A-Za-z_]\w{0,100})", RegexOptions.NonBacktracking)]
    private static partial Regex GraphQlType();

    [GeneratedRegex(@"^\s{0,8}(service|rpc|message|enum) ([A-Za-z_]\w{0,100})", RegexOptions.NonBacktracking)]
    private static partial Regex ProtocolBuffer();
}
