using System.Text;
using Tarmac.Model.Problems;
using YamlDotNet.Core;

namespace Tarmac.Model.Yaml;

/// <summary>One sound document of a text. <paramref name="Line"/> is where it starts, its <c>---</c> line if it has one.</summary>
public sealed record YamlDocument(YamlNode Root, int Line)
{
    /// <summary>True for a document that holds nothing (or just null).</summary>
    public bool IsEmpty => Root is YamlScalar { Kind: YamlScalarKind.Null };
}

/// <summary>One document as it stands in the text. <paramref name="Root"/> is null when it holds nothing or cannot be read.</summary>
internal sealed record YamlPart(string Text, int Line, YamlNode? Root, IReadOnlyList<InputProblem> Problems);

/// <summary>The sound documents of a text, and what was wrong with the others.</summary>
public sealed record YamlReadResult(IReadOnlyList<YamlDocument> Documents, IReadOnlyList<InputProblem> Problems);

/// <summary>
/// Reads YAML 1.2 (core schema, merge keys off, as Backstage does) from text of unknown origin. Never throws for any text:
/// whatever is wrong becomes an <see cref="InputProblem"/> with line and column, and costs only the document it is in.
/// </summary>
public static class YamlReader
{
    private const int MostProblems = 1000;

    /// <param name="text">The whole text; JSON is YAML too.</param>
    /// <param name="file">The name for messages, as the author knows it.</param>
    /// <param name="limits">What the text may cost; <see cref="YamlLimits.Default"/> when null.</param>
    public static YamlReadResult Read(string text, string file, YamlLimits? limits = null)
    {
        var documents = new List<YamlDocument>();
        var problems = new List<InputProblem>();
        foreach (var part in Parts(text, file, limits ?? YamlLimits.Default))
        {
            if (part is { Root: { } root, Problems.Count: 0 }) documents.Add(new(root, part.Line));
            problems.AddRange(part.Problems);
        }
        return new(documents, problems);
    }

    /// <summary>The documents one after the other, sound or not, so that a large text never stands in memory as one tree.</summary>
    internal static IEnumerable<YamlPart> Parts(string text, string file, YamlLimits limits)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (TooLarge(text, limits) is { } size)
        {
            yield return new("", 1, null, [new(YamlCodes.TooLarge, $"The file has {size} bytes; at most {limits.Bytes} are read.", file,
                Cure: "Split it into several files, or move generated data out of it.")]);
            yield break;
        }

        var problems = 0;
        var budget = new YamlBudget(limits);
        foreach (var (part, line) in YamlSplitter.Split(text))
        {
            var builder = new YamlTreeBuilder(part, line, file, budget);
            var root = Build(builder);
            problems += builder.Problems.Count;
            if (problems >= MostProblems) builder.Problems.Add(builder.SyntaxProblem($"reading stopped after {MostProblems} problems.", 1, 1));
            yield return new(part, line, root, builder.Problems);
            if (budget.Spent || problems >= MostProblems) yield break;
        }
    }

    private static YamlNode? Build(YamlTreeBuilder builder)
    {
        try
        {
            return builder.Build();
        }
        catch (YamlRefusedException refused)
        {
            builder.Problems.Add(refused.Problem);
        }
        catch (YamlException error)
        {
            // "Did not find expected ..." begins at the mapping or list that it is about, which may be pages above; it ends where it happened.
            var at = error.Message.Contains("did not find expected", StringComparison.Ordinal) ? error.End : error.Start;
            builder.Problems.Add(builder.SyntaxProblem(Reason(error), (int)at.Line, (int)at.Column));
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or FormatException
                                          or OverflowException or IndexOutOfRangeException or NotSupportedException)
        {
            // The parser answers some broken texts (a closing brace too many, for one) with framework exceptions instead of its own.
            builder.Problems.Add(builder.SyntaxProblemAfterLastEvent());
        }
        return null;
    }

    private static string Reason(YamlException error)
    {
        // The parser puts "(Line: 1, Col: 2, Idx: 3) - (...): " in front; we have our own place.
        var message = error.InnerException is YamlException inner ? inner.Message : error.Message;
        var start = message.StartsWith('(') ? message.LastIndexOf("): ", StringComparison.Ordinal) : -1;
        return (start < 0 ? message : message[(start + 3)..]).TrimEnd('.') + ".";
    }

    private static long? TooLarge(string text, YamlLimits limits)
    {
        // UTF-8 is never shorter than the number of UTF-16 units, so a huge text is refused without walking it.
        if (text.Length > limits.Bytes) return text.Length;
        var bytes = Encoding.UTF8.GetByteCount(text);
        return bytes > limits.Bytes ? bytes : null;
    }
}
