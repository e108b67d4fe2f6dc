/** Which command an argv means, before its flags are read. upstream: cobra Command.Find, stripFlags, SuggestionsFor */
import { goQuote } from '../../base/field'
import { UsageError } from '../../base/errors'
import type { CommandDefinition } from './definition'
import { define, globals, kubectlCommand } from './definition'
import { OWN_SUMMARIES, ownCommand } from './own'
import { COMMANDS } from './table.gen'

export type Program = 'kubectl' | 'kubottle'

export interface Found {
  readonly command: CommandDefinition
  /** argv without the words of the command. */
  readonly rest: readonly string[]
}

/** In the order in which kubectl adds them, which is that of its suggestions. upstream: kubectl/pkg/cmd/cmd.go */
const ROOT_ORDER = ['create', 'expose', 'run', 'set', 'explain', 'get', 'edit', 'delete', 'rollout', 'scale', 'autoscale', 'certificate', 'cluster-info', 'top', 'cordon', 'uncordon', 'drain', 'taint',
  'describe', 'logs', 'attach', 'exec', 'port-forward', 'proxy', 'cp', 'auth', 'debug', 'events', 'diff', 'apply', 'patch', 'replace', 'wait', 'kustomize', 'label', 'annotate', 'completion',
  'config', 'plugin', 'version', 'api-versions', 'api-resources', 'options', 'kuberc']

/** Words that are no near miss of the command's name but mean it. upstream: cobra Command.SuggestFor */
const SUGGEST_FOR: Readonly<Record<string, readonly string[]>> = {
  top: ['stats'], get: ['list', 'ls'], describe: ['inspect'], delete: ['rm', 'remove'],
}

/** Of `kubectl help`, which is followed by the words of a command. It is no child of the root's. */
export const HELP = 'help'

let childrenByPath: Map<string, string[]> | undefined
/** Paths of a command's subcommands, '' for the root. */
export function childrenOf(path: string): readonly string[] {
  if (childrenByPath === undefined) {
    childrenByPath = new Map([['', [...ROOT_ORDER, 'alpha']]])
    for (const child of Object.keys(COMMANDS)) {
      const parent = child.slice(0, Math.max(0, child.lastIndexOf(' ')))
      if (parent !== '') childrenByPath.set(parent, [...(childrenByPath.get(parent) ?? []), child])
    }
  }
  return childrenByPath.get(path) ?? []
}

/** The command's words as a person types them: `kubectl create deployment`. */
export function commandLine(path: string): string {
  return path.startsWith('kubottle') || path === 'kubectl' ? path : `kubectl ${path}`
}

/** Throws UsageError where kubectl says `unknown command`. */
export function findCommand(program: Program, argv: readonly string[]): Found {
  const root = kubectlCommand('kubectl') as CommandDefinition
  let command = root
  let rest = argv
  for (let path = ''; ;) {
    const words = withoutFlags(rest, command)
    const next = words[0]
    if (next === undefined) return { command, rest }
    const child = childCommand(program, path, next)
    if (child === undefined) {
      if (command === root) throw new UsageError(`unknown command ${goQuote(next)} for "${program}"${suggestions(program, next)}`)
      return { command, rest }
    }
    rest = withoutFirst(rest, command, next)
    command = child
    path = child.path
    if (path.startsWith('kubottle ')) return { command, rest }
  }
}

function childCommand(program: Program, parent: string, word: string): CommandDefinition | undefined {
  if (parent === '' && word === HELP) return define(HELP, 'kubectl help [command] [flags] [options]', [], [], globals())
  if (parent === '' && program === 'kubottle') {
    const own = ownCommand(`kubottle ${word}`)
    if (own !== undefined) return own
  }
  for (const path of childrenOf(parent)) {
    if (path.slice(path.lastIndexOf(' ') + 1) === word) return kubectlCommand(path)
  }
  if (parent === '') return undefined
  return childrenOf(parent).map(kubectlCommand).find(c => c?.aliases.includes(word))
}

/** Whether the word is a flag whose value is the next word, as far as this level knows: of `--help` it does not. */
function takesNext(word: string, command: CommandDefinition): boolean {
  if (word.includes('=')) return false
  const flag = word.startsWith('--') ? command.flags.get(word.slice(2)) : command.shorthands.get(word.slice(1))
  return word.startsWith('-') && (word.startsWith('--') || word.length === 2) && (flag === undefined || flag.name === HELP || flag.alone === undefined)
}

function withoutFlags(argv: readonly string[], command: CommandDefinition): string[] {
  const words: string[] = []
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string
    if (word === '--') break
    if (takesNext(word, command)) {
      if (i + 2 >= argv.length) break
      i++
    } else if (word !== '' && !word.startsWith('-')) words.push(word)
  }
  return words
}

function withoutFirst(argv: readonly string[], command: CommandDefinition, word: string): readonly string[] {
  for (let i = 0; i < argv.length && argv[i] !== '--'; i++) {
    if (takesNext(argv[i] as string, command)) i++
    else if (argv[i] === word) return [...argv.slice(0, i), ...argv.slice(i + 1)]
  }
  return argv
}

const MAX_DISTANCE = 2

function suggestions(program: Program, typed: string): string {
  const own = program === 'kubottle' ? [...OWN_SUMMARIES.keys()].map(path => path.slice('kubottle '.length)) : []
  const close: string[] = []
  for (const name of [...own, ...ROOT_ORDER]) {
    if (distance(typed.toLowerCase(), name) <= MAX_DISTANCE || name.startsWith(typed.toLowerCase())) close.push(name)
    if (SUGGEST_FOR[name]?.includes(typed.toLowerCase())) close.push(name)
  }
  return close.length === 0 ? '' : `\n\nDid you mean this?\n${close.map(name => `\t${name}`).join('\n')}`
}

/** Levenshtein. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      row.push(a[i - 1] === b[j - 1] ? (previous[j - 1] as number) : 1 + Math.min(previous[j - 1] as number, previous[j] as number, row[j - 1] as number))
    }
    previous = row
  }
  return previous[b.length] as number
}
