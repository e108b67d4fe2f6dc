/** What the person's shell is told, so that kubectl within it is answered by this process: see docs/decisions/0007. */
import { singleQuoted } from './words'

export type Dialect = 'bash' | 'sh'

/**
 * Descriptor 5 is the terminal (or the stdin that the shell was given), 6 leads to us and 7 from us. kubectl is a function that hands its
 * words over and waits for the exit code, wherever its streams are still the shell's own: in a pipeline it is the program.
 */
const FUNCTIONS = String.raw`
__kb_seq=0
__kb_ret() { return "$1"; }
__kb_call() {
  if __kb_own; then
    __kb_seq=$((__kb_seq+1))
    { printf 'run\0%s\0%s\0' "$__kb_seq" "$PWD"; export -p; printf '\0'; printf '%s\0' "$#" "$@"; } >&6
    while read -r __kb_i __kb_s <&7; do
      [ "$__kb_i" = "$__kb_seq" ] || continue
      [ "$__kb_s" = process ] && break
      return "$__kb_s"
    done
  fi
  command "$@"
}
__kb_end() { jobs >/dev/null 2>&1; { printf 'end\0%s\0%s\0%s\0' "$1" "$2" "$PWD"; export -p; printf '\0'; alias; printf '\0'; } >&6; }
kubectl() { __kb_call kubectl "$@"; }
kubottle() { __kb_call kubottle "$@"; }
`

const OWN_TERMINAL = String.raw`
history() { __kb_call history "$@"; }
__kb_own() { [ -t 0 ] && [ -t 1 ] && [ -t 2 ]; }
`

// A part of a pipeline or a job in the background is another process.
const OWN_STREAMS = String.raw`
__kb_own() {
  [ -r /proc/self/stat ] && read -r __kb_p __kb_q </proc/self/stat && [ "$__kb_p" = "$$" ] &&
    [ /proc/self/fd/0 -ef /proc/self/fd/5 ] && [ /proc/self/fd/1 -ef /proc/self/fd/8 ] && [ /proc/self/fd/2 -ef /proc/self/fd/9 ]
}
`

/**
 * A shell that reads a script is not taken back to its prompt by Ctrl-C: the trap returns from the line, and from each function on the
 * way, by skipping their commands. And it ends at what an interactive one survives (an unset variable that is asked for): then it begins anew as it was.
 */
const BASH = String.raw`
shopt -s expand_aliases checkwinsize
exec 8<&0
__kb_two() { return 2; }
trap 'case $__kb in run) __kb=int; shopt -s extdebug; set -T; trap "[ -z \"\$BASH_SOURCE\" ] || __kb_two" DEBUG; return 130;; esac' INT
exit() { __kb_exit=1; builtin exit "$@"; }
logout() { exit "$@"; }
__kb_gone() {
  # A job that is killed at once has this trap, too.
  [ -z "$__kb_exit" ] && [ "${'$'}{BASHPID:-$$}" = "$$" ] || return
  __kb_state=$(declare -p; declare -f; alias -p)
  printf 'again\0%s\0' "$1" >&6
  export __kb_state
  exec "$BASH" --norc --noprofile <&8
}
trap '__kb_gone $?' EXIT
command_not_found_handle() { printf 'kubottle: %s: command not found\n' "$1" >&2; return 127; }
`

export interface Beginning {
  readonly dialect: Dialect
  readonly interactive: boolean
  /** Files that are read if they are there. */
  readonly files: readonly string[]
  /** Verbs of kubectl that are commands of their own wherever no other command is called so. */
  readonly verbs: readonly string[]
}

/** What comes before everything else. */
export function beginning({ dialect, interactive, files, verbs }: Beginning): string {
  const reading = files.map(f => `[ ! -r ${singleQuoted(f)} ] || . ${singleQuoted(f)}\n`).join('')
  const names = dialect === 'bash' ? verbs : verbs.filter(v => /^\w+$/.test(v))
  return [
    FUNCTIONS,
    interactive ? OWN_TERMINAL : OWN_STREAMS,
    interactive && dialect === 'bash' ? BASH : dialect === 'bash' ? 'shopt -s expand_aliases\n' : '',
    reading,
    `for __kb_v in ${names.join(' ')}; do command -v "$__kb_v" >/dev/null 2>&1 || eval "$__kb_v() { __kb_call kubectl $__kb_v \\"\\$@\\"; }"; done\n`,
  ].join('')
}

/** After the shell has begun anew: what it held. */
export const restoredText = (): string => 'eval "$__kb_state" 2>/dev/null; unset __kb_state __kb_exit; __kb=\n'

/** One line, and what tells of its end. `last` is what `$?` is at its beginning; `dot` a file that evaluates `$__kb_text`. */
export function lineText(dialect: Dialect, id: number, text: string, last: number, dot: string): string {
  const run = dialect === 'bash' ? `. ${singleQuoted(dot)} <&5` : 'command eval "$__kb_text" <&5'
  const after = dialect === 'bash' ? 'case $__kb in int) trap - DEBUG; shopt -u extdebug; set +T; __kb_last=130;; esac; ' : ''
  // On one line, which is read whole: nothing of it is left for a shell that begins anew.
  return `__kb_text=${singleQuoted(text)} __kb=run\n{ __kb_ret ${last}; ${run}; __kb_last=$?; ${after}__kb=; __kb_end ${id} "$__kb_last"; }\n`
}

/** The content of that file. */
export const dotText = (): string => 'eval "$__kb_text"\n'
/** Ends the shell. */
export const endText = (code: number): string => `__kb_exit=1; exit ${code}\n`
/** Tells of the end of a line that Ctrl-C has ended, for a shell that forgets then what it was told. */
export const probeText = (id: number): string => `\n__kb_end ${id} 130\n`
/** Runs its first argument in a shell that has our streams. */
export const wholeText = (): string => '__kb_text=$1; shift; eval "$__kb_text"\n'

/** Whether more lines are needed to make a command of it: what the shell says of it, or how it ends. */
export function isUnfinished(text: string, said: string): boolean {
  if (/(^|[^\\])(\\\\)*\\$/.test(text)) return true
  for (const [, , name] of text.matchAll(/<<-?\s*(['"]?)([A-Za-z_]\w*)\1/g)) {
    if (!text.split('\n').slice(1).some(line => line.replace(/^\t+/, '') === name)) return true
  }
  return /unexpected EOF|unexpected end of file|Unterminated quoted string|end of file unexpected|EOF in backquote|Missing '}'|unterminated/.test(said)
}

/** Whether it is worth asking. */
export const mayBeUnfinished = (text: string): boolean => /['"`\\(){}|]|&&\s*$|<<|\b(if|for|while|until|case|select|function)\b|\[\[/.test(text)
