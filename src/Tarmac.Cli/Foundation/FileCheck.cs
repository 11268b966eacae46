using System.CommandLine;
using Tarmac.Model.Problems;

namespace Tarmac.Cli.Foundation;

/// <param name="Sound">What the file is, for when nothing is wrong with it.</param>
internal sealed record CheckedFile(IReadOnlyList<InputProblem> Problems, IReadOnlyList<InputProblem> Warnings, string Sound);

/// <summary>A verb that checks files offline; a folder stands for every file of the usual name below it.</summary>
internal abstract class FileCheck : Verb
{
    private static readonly EnumerationOptions Below = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint };
    private readonly string usual;
    private readonly Argument<string[]> paths;

    protected FileCheck(string what, string usual, params string[] examples) : base("check", $"Checks {what}; 1 with findings. Needs no platform.", examples)
    {
        this.usual = usual;
        paths = With(new Argument<string[]>("files") { Description = $"Files, or folders for each {usual} below them; {usual} when none is named.", Arity = ArgumentArity.ZeroOrMore });
    }

    protected abstract CheckedFile Check(string text, string file);

    protected override Task<int> Run(Invocation run)
    {
        var findings = new FileFindings(run.Terminal);
        foreach (var path in run.Get(paths) is { Length: > 0 } named ? named : [usual])
            foreach (var file in Files(path))
                findings.Add(file, Read(file));
        return Task.FromResult(findings.Tell());
    }

    // A folder without any is named itself, and so is a finding: it cannot be read as a file.
    private string[] Files(string path) =>
        Directory.Exists(path) && Directory.EnumerateFiles(path, usual, Below).Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } files ? files : [path];

    private CheckedFile Read(string file)
    {
        try
        {
            if (Directory.Exists(file)) throw CliProblem.Unreadable(file, $"No {usual} lies in it or below.");
            return Check(FileFindings.Text(file), file);
        }
        catch (CliProblem unreadable)
        {
            return new([new(CliCodes.FileUnreadable, unreadable.Details.Text("detail")!, file, Cure: unreadable.Details.Text("cure"))], [], "");
        }
    }
}
