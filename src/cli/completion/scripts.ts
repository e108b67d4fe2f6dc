/** `kubectl completion`: functions for shells that ask `kubectl __complete` for every word. upstream: kubectl/pkg/cmd/completion, cobra's GenBashCompletionV2 and its kin */
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'

export interface Options {
  readonly shell: 'bash' | 'zsh' | 'fish' | 'powershell'
  readonly io: IOStreams
}

export const toOptions = ({ args }: Invocation<'completion'>, { io }: Factory): Options => ({ shell: args[0] as Options['shell'], io })

export function run({ shell, io }: Options): void {
  io.stdout(shell === 'zsh' ? `#compdef kubectl\ncompdef _kubectl kubectl\n${HEAD}${ZSH}` : `${HEAD}${{ bash: BASH, fish: FISH, powershell: POWERSHELL }[shell]}`)
}

/** As kubectl begins every such script. */
const HEAD = `
# Copyright 2016 The Kubernetes Authors.
#
# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# You may obtain a copy of the License at
#
#     http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS,
# WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
# See the License for the specific language governing permissions and
# limitations under the License.

`

// The last line of an answer is `:` and a sum: 1 error, 2 no space after the word, 4 no file names, 8 files that end so.
const BASH = `# bash completion for kubectl

__start_kubectl()
{
    local line=\${COMP_LINE:0:COMP_POINT} cur before out directive
    line=\${line#"\${line%%[![:space:]]*}"}
    cur=\${line##*[[:space:]]}
    before=\${line%"$cur"}
    COMPREPLY=()
    # The shell takes off quotes and expands what stands before the word.
    out=$(eval "\${before%%[[:space:]]*} __complete \${before#*[[:space:]]} "'"$cur"' 2>/dev/null) || return
    directive=\${out##*:}
    out=\${out%:*}
    (( directive & 1 )) && return
    if [[ $(type -t compopt) == builtin ]]; then
        (( directive & 2 )) && compopt -o nospace
        (( directive & 4 )) && compopt +o default
        (( directive & 8 )) && compopt -o filenames
    fi

    # A word begins anew after each of COMP_WORDBREAKS.
    local typed=$cur prefix="" cut="" ending
    if [[ $cur == -*=* ]]; then
        typed=\${cur#*=}
        [[ $COMP_WORDBREAKS == *=* ]] || prefix=\${cur%%=*}=
    fi
    [[ $COMP_WORDBREAKS == *:* && $typed == *:* ]] && cut=\${typed%"\${typed##*:}"}
    if (( directive & 8 )); then
        while IFS= read -r ending; do
            COMPREPLY+=("$prefix$ending")
        done < <(compgen -d -- "$typed"; for ending in $out; do compgen -f -X "!*.$ending" -- "$typed"; done)
        return
    fi

    local -a names=() texts=()
    local candidate width=0 i
    while IFS= read -r candidate; do
        [[ -n $candidate && $candidate == "$typed"* ]] || continue
        names+=("$prefix\${candidate:\${#cut}}")
        texts+=("")
        if [[ $candidate == *$'\\t'* ]]; then
            texts[-1]=\${candidate#*$'\\t'}
            names[-1]=\${names[-1]%%$'\\t'*}
        fi
        (( \${#names[-1]} > width )) && width=\${#names[-1]}
    done <<< "$out"
    # What they are is shown where several are listed: not where they are put in one after the other (37, 42).
    if (( \${#names[@]} > 1 && COMP_TYPE != 37 && COMP_TYPE != 42 )); then
        for i in "\${!names[@]}"; do
            [[ -n \${texts[i]} ]] && printf -v 'names[i]' '%-*s  (%.*s)' "$width" "\${names[i]}" "$(( COLUMNS - width - 6 > 20 ? COLUMNS - width - 6 : 20 ))" "\${texts[i]}"
        done
    fi
    COMPREPLY=("\${names[@]}")
}

complete -o default -F __start_kubectl kubectl
`

const ZSH = String.raw`# zsh completion for kubectl

_kubectl()
{
    local out directive line
    local -a candidates options
    out=$("${'${words[1]}'}" __complete "${'${(@Q)words[2,CURRENT-1]}'}" "${'${words[CURRENT]}'}" 2>/dev/null) || return 1
    directive=${'${out##*:}'}
    out=${'${out%:*}'}
    (( directive & 1 )) && return 1
    [[ ${'${words[CURRENT]}'} == -*=* ]] && compset -P '-*='
    if (( directive & 8 )); then
        _files -g "*.(${'${(j:|:)${(@f)out}}'})"
        return
    fi
    for line in "${'${(@f)out}'}"; do
        [[ -z $line ]] && continue
        line=${'${line//:/\\\\:}'}
        candidates+=("${'${line/$\'\\t\'/:}'}")
    done
    (( directive & 2 )) && options=(-S '')
    if (( ${'${#candidates}'} > 0 )); then
        _describe -V 'kubectl' candidates "${'${options[@]}'}"
    elif (( (directive & 4) == 0 )); then
        _files
    fi
}

# Sourced, not autoloaded: nothing to complete yet.
if [ "$funcstack[1]" = "_kubectl" ]; then
    _kubectl
fi
`

const FISH = String.raw`# fish completion for kubectl

function __kubectl_candidates
    set -l before (commandline -opc)
    set -l word (commandline -ct)
    set -l out ($before[1] __complete $before[2..-1] "$word" 2>/dev/null)
    or return 1
    set -l directive (string sub -s 2 -- $out[-1])
    set -l found $out[1..-2]
    if test (math "floor($directive / 8) % 2") -eq 1; or test (count $found) -eq 0; and test (math "floor($directive / 4) % 2") -eq 0
        __fish_complete_path (string replace -r -- '^-[^=]*=' '' "$word")
        return
    end
    set -l flag (string match -r -- '^-[^=]*=' "$word")
    printf '%s\n' "$flag"$found
end

complete -c kubectl -e
complete -c kubectl -f -k -a '(__kubectl_candidates)'
`

const POWERSHELL = String.raw`# powershell completion for kubectl

Register-ArgumentCompleter -CommandName 'kubectl' -Native -ScriptBlock {
    param($WordToComplete, $CommandAst, $CursorPosition)
    $Words = @($CommandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $CursorPosition -or ($_.Extent.EndOffset -eq $CursorPosition -and $WordToComplete -eq '') } | ForEach-Object { $_.Extent.Text })
    $Program = $Words[0]
    $Before = @($Words | Select-Object -Skip 1)
    $Last = if ($WordToComplete -eq '') { '""' } else { $WordToComplete }
    $Out = @(Invoke-Expression "$Program __complete $($Before -join ' ') $Last" 2>$null)
    if ($Out.Count -eq 0) { return }
    $Directive = [int]($Out[-1].TrimStart(':'))
    # Of an error nothing follows; endings of files are left to the completion of files.
    if (($Directive -band 9) -ne 0) { return }
    $Space = if (($Directive -band 2) -ne 0) { '' } else { ' ' }
    $Out | Select-Object -SkipLast 1 | ForEach-Object {
        $Name, $Text = $_.Split([char]9, 2)
        if (-not $Text) { $Text = $Name }
        [System.Management.Automation.CompletionResult]::new("$Name$Space", $Name, 'ParameterValue', $Text)
    }
}
`
