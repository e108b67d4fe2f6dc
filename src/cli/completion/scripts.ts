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

// The last line of an answer is \`:\` and a sum: 1 error, 2 no space after the word, 4 no file names.
const BASH = String.raw`# bash completion for kubectl

__start_kubectl()
{
    local cur words cword out directive line candidate
    COMPREPLY=()
    if declare -F _get_comp_words_by_ref >/dev/null; then
        _get_comp_words_by_ref -n "=:" cur words cword
    else
        words=("${'${COMP_WORDS[@]}'}")
        cword=$COMP_CWORD
        cur=${'${words[cword]}'}
    fi
    out=$("${'${words[0]}'}" __completeNoDesc "${'${words[@]:1:cword-1}'}" "$cur" 2>/dev/null) || return
    directive=${'${out##*:}'}
    out=${'${out%:*}'}
    (( (directive & 1) != 0 )) && return
    (( (directive & 2) != 0 )) && [[ $(type -t compopt) == builtin ]] && compopt -o nospace
    (( (directive & 4) != 0 )) && [[ $(type -t compopt) == builtin ]] && compopt +o default
    local prefix=""
    [[ $cur == --*=* ]] && prefix="${'${cur%%=*}'}="
    while IFS= read -r line; do
        [[ -z $line ]] && continue
        candidate=$line
        [[ $prefix$candidate == "$cur"* || $candidate == "$cur"* ]] && COMPREPLY+=("$candidate")
    done <<< "$out"
    declare -F __ltrim_colon_completions >/dev/null && __ltrim_colon_completions "$cur"
}

complete -o default -F __start_kubectl kubectl
`

const ZSH = String.raw`# zsh completion for kubectl

_kubectl()
{
    local out directive line
    local -a candidates options
    out=$("${'${words[1]}'}" __complete "${'${(@)words[2,CURRENT-1]}'}" "${'${words[CURRENT]}'}" 2>/dev/null) || return 1
    directive=${'${out##*:}'}
    out=${'${out%:*}'}
    (( directive & 1 )) && return 1
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
    if test (count $found) -eq 0; and test (math "floor($directive / 4) % 2") -eq 0
        __fish_complete_path "$word"
        return
    end
    printf '%s\n' $found
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
    if (($Directive -band 1) -ne 0) { return }
    $Space = if (($Directive -band 2) -ne 0) { '' } else { ' ' }
    $Out | Select-Object -SkipLast 1 | ForEach-Object {
        $Name, $Text = $_.Split([char]9, 2)
        if (-not $Text) { $Text = $Name }
        [System.Management.Automation.CompletionResult]::new("$Name$Space", $Name, 'ParameterValue', $Text)
    }
}
`
