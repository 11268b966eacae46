using System.CommandLine;
using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Hosting;

/// <summary>Scripts that make a shell ask this program for completions (<c>tarmac "[suggest:POSITION]" LINE</c>).</summary>
internal sealed class CompletionCommand : Verb
{
    private readonly Argument<string> shell;

    public CompletionCommand() : base("completion", "Print the completion script of a shell.",
        "source <(tarmac completion bash)", "tarmac completion zsh > \"${fpath[1]}/_tarmac\"", "tarmac completion fish | source", "tarmac completion powershell | Out-String | Invoke-Expression")
    {
        shell = With(new Argument<string>("shell") { Description = "The shell: bash, zsh, fish or powershell." });
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "powershell");
    }

    protected override Task<int> Run(Invocation run)
    {
        Console.Out.Write(run.Get(shell) switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            "fish" => Fish,
            _ => PowerShell,
        });
        return Task.FromResult(ExitCode.Ok);
    }

    private const string Bash = """
        # bash completion of tarmac
        _tarmac() {
          local current=${COMP_WORDS[COMP_CWORD]} IFS=$'\n'
          # COMP_WORDS breaks words at colons and equal signs; the program gets the line as it was typed.
          mapfile -t COMPREPLY < <(compgen -W "$("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "$current")
          [[ ${#COMPREPLY[@]} -gt 0 ]] || mapfile -t COMPREPLY < <(compgen -f -- "$current")
        }
        complete -o filenames -F _tarmac tarmac

        """;

    private const string Zsh = """
        #compdef tarmac
        # zsh completion of tarmac
        _tarmac() {
          local -a suggestions
          suggestions=("${(@f)$("${words[1]}" "[suggest:${#BUFFER}]" "$BUFFER" 2>/dev/null)}")
          suggestions=("${(@)suggestions:#}")
          if (( ${#suggestions} )); then compadd -a suggestions; else _files; fi
        }
        if [[ ${funcstack[1]} == _tarmac ]]; then _tarmac "$@"; else compdef _tarmac tarmac; fi

        """;

    private const string Fish = """
        # fish completion of tarmac
        function __tarmac_suggest
          set -l line (commandline -cp)
          tarmac "[suggest:"(string length -- $line)"]" "$line" 2>/dev/null
        end
        complete -c tarmac -a '(__tarmac_suggest)'

        """;

    private const string PowerShell = """
        # PowerShell completion of tarmac
        Register-ArgumentCompleter -Native -CommandName tarmac -ScriptBlock {
          param($wordToComplete, $commandAst, $cursorPosition)
          tarmac "[suggest:$cursorPosition]" "$commandAst" 2>$null | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
            [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
          }
        }

        """;
}
