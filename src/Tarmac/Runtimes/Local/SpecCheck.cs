using Tarmac.Model.Runtimes;

namespace Tarmac.Runtimes.Local;

/// <summary>What a spec must fulfil before a folder is made for it.</summary>
internal static class SpecCheck
{
    private const int LongestId = 120;

    public static void CheckId(string id)
    {
        if (id.Length is 0 or > LongestId || !char.IsAsciiLetterOrDigit(id[0]) || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            throw LocalRuntimeException.InvalidSpec(
                $"\"{id}\" cannot name a process.", "id",
                $"Use 1 to {LongestId} letters, digits, dots, dashes and underscores, beginning with a letter or digit.");
    }

    public static void Check(ProcessSpec spec)
    {
        CheckId(spec.Id);
        if (spec.Program.Length == 0)
            throw LocalRuntimeException.InvalidSpec("There is no program to run.", "program", "Name a program.");
        if (!Path.IsPathFullyQualified(spec.WorkingDirectory))
            throw LocalRuntimeException.InvalidSpec(
                $"The working directory \"{spec.WorkingDirectory}\" is not a full path.", "workingDirectory", "Give it from the root.");
        foreach (var text in spec.Arguments.Prepend(spec.Program))
            if (text.Contains('\0'))
                throw LocalRuntimeException.InvalidSpec("A program or argument holds a NUL character.", "arguments", "Remove it.");
        foreach (var (name, value) in spec.Environment)
            if (name.Length == 0 || name.Contains('=') || name.Contains('\0') || value.Contains('\0'))
                throw LocalRuntimeException.InvalidSpec(
                    $"\"{name}\" cannot be an environment variable.", "environment", "A name has no = and neither name nor value a NUL character.");
        if (spec.Log.FileBytes < 1)
            throw LocalRuntimeException.InvalidSpec("The log must be allowed at least one byte.", "log.fileBytes", "Give a size above zero.");
    }
}
