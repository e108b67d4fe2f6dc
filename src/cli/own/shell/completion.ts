/** What Tab offers: what `kubectl __complete` says within commands of kubectl, else commands and files. */
import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Candidate } from './columns'
import type { Completion } from './editor'
import { assignmentsOf, lastCommand, quoted, type Word } from './words'

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** As `alias` prints them. */
  readonly aliases: string
  /** Verbs of kubectl that are commands of their own here. */
  readonly verbs: readonly string[]
  /** Answers of the hidden command for these words. */
  kubectl(words: readonly string[]): Promise<string>
}

/** Bits of the last line of those answers. */
const DIRECTIVE = { error: 1, noSpace: 2, noFiles: 4, byExtension: 8 }

const BUILTINS = ['alias', 'bg', 'break', 'case', 'cd', 'command', 'continue', 'do', 'done', 'echo', 'eval', 'exec', 'exit', 'export', 'for', 'if', 'history', 'jobs', 'kill', 'local', 'printf', 'pwd', 'read', 'set', 'shift', 'source', 'test', 'then', 'time', 'trap', 'type', 'unalias', 'unset', 'until', 'wait', 'while']
const MOST_EXPANSIONS = 10

export async function completionAt(text: string, at: number, around: Surroundings): Promise<Completion | undefined> {
  const { words, target } = lastCommand(text.slice(0, at))
  const word = words.at(-1) as Word
  if (word.text.startsWith('$') && word.expands && /^\$\{?\w*$/.test(word.text)) return variables(word, around)
  if (target) return files(word, around, false)
  const expanded = withAliases(words, around)
  const [command = ''] = expanded
  if (expanded.length === 1) return word.text.includes('/') ? files(word, around, false) : commands(word, around)
  const program = command.slice(command.lastIndexOf('/') + 1)
  if (program === 'kubectl') return ofKubectl(word, expanded.slice(1), around)
  if (around.verbs.includes(command)) return ofKubectl(word, expanded, around)
  if (command === 'unalias') return offered(word, [...assignmentsOf(around.aliases).keys()].map(plain))
  return files(word, around, command === 'cd')
}

const plain = (word: string): Candidate => ({ word, text: '' })

/** The words with the command's alias, and that one's, in its place. */
function withAliases(words: readonly Word[], { aliases, env }: Surroundings): string[] {
  const known = assignmentsOf(aliases)
  const valued = ({ text, expands }: Word): string => (expands ? text.replace(/\$(\w+)|\$\{(\w+)\}/g, (whole, a?: string, b?: string) => env[a ?? b ?? ''] ?? whole) : text)
  let texts = words.map(valued)
  for (let i = 0; i < MOST_EXPANSIONS && texts.length > 1; i++) {
    const value = known.get(texts[0] as string)
    if (value === undefined) break
    const begun = lastCommand(`${value} `).words.slice(0, -1).map(valued)
    if (begun[0] === texts[0]) return [...begun, ...texts.slice(1)]
    texts = [...begun, ...texts.slice(1)]
  }
  return texts
}

async function ofKubectl(word: Word, words: readonly string[], around: Surroundings): Promise<Completion | undefined> {
  const lines = (await around.kubectl(words)).split('\n').filter(line => line !== '')
  const directive = Number(/^:(\d+)$/.exec(lines.pop() ?? '')?.[1] ?? DIRECTIVE.error)
  if ((directive & DIRECTIVE.error) !== 0) return undefined
  // What is offered for `--flag=va` is a value alone.
  const typed = words.at(-1) as string
  const prefix = /^--?[^=]+=/.exec(typed)?.[0] ?? ''
  const all = lines.map((line): Candidate => {
    const [first = '', text = ''] = line.split('\t')
    return { word: prefix !== '' && !first.startsWith(prefix) ? prefix + first : first, text }
  })
  if ((directive & DIRECTIVE.byExtension) !== 0) return files(word, around, false, all.map(c => c.word))
  const fitting = all.filter(c => c.word.startsWith(typed))
  if (fitting.length === 0 && (directive & DIRECTIVE.noFiles) === 0) return files(word, around, false, undefined, prefix)
  return offered(word, fitting, (directive & DIRECTIVE.noSpace) !== 0)
}

/** `withoutBlank`: more is to be typed behind the word. */
function offered(word: Word, candidates: readonly Candidate[], withoutBlank = false): Completion {
  const fitting = candidates.filter(c => c.word.startsWith(word.text))
  const before = word.open
  return {
    from: word.from, to: word.to, candidates: fitting,
    textFor({ word: whole }, alone) {
      const text = before + quoted(whole, before)
      return !alone || withoutBlank || /[=/]$/.test(whole) ? text : `${text}${before} `
    },
  }
}

function variables(word: Word, { env }: Surroundings): Completion {
  const braced = word.text.startsWith('${')
  const names = Object.keys(env).filter(name => name.startsWith(word.text.replace(/^\$\{?/, ''))).sort()
  return { from: word.from, to: word.to, candidates: names.map(plain), textFor: ({ word: name }, alone) => `${word.open}${braced ? '${' : '$'}${name}${braced && alone ? '}' : ''}` }
}

function commands(word: Word, { env, aliases, verbs, cwd }: Surroundings): Completion {
  const found = new Set([...BUILTINS, 'kubectl', 'kubottle', ...verbs, ...assignmentsOf(aliases).keys()])
  if (word.text !== '') for (const folder of (env['PATH'] ?? '').split(':')) for (const entry of entries(resolve(cwd, folder))) if (entry.startsWith(word.text)) found.add(entry)
  return offered(word, [...found].sort().map(plain))
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Files below the folder that the word names; `extensions`: of these alone. `prefix` stands before the path (`--from-file=`). */
function files(word: Word, { env, cwd }: Surroundings, foldersOnly: boolean, extensions?: readonly string[], prefix = ''): Completion {
  const typed = word.text.slice(prefix.length)
  // What comes after a key, as in `--from-file=key=path`.
  const path = typed.slice(typed.lastIndexOf('=') + 1)
  const kept = prefix + typed.slice(0, typed.length - path.length)
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const name = path.slice(folder.length)
  const home = env['HOME'] ?? ''
  const real = resolve(cwd, folder.startsWith('~/') ? join(home, folder.slice(2)) : folder)
  const found = entries(real).filter(e => e.startsWith(name) && (name.startsWith('.') || !e.startsWith('.'))).sort()
  const all = found.map(entry => ({ entry, isFolder: isFolder(join(real, entry)) }))
  const fitting = all.filter(({ entry, isFolder: folderToo }) => folderToo || (!foldersOnly && (extensions === undefined || extensions.some(x => entry.endsWith(`.${x}`)))))
  const candidates = fitting.map(({ entry, isFolder: folderToo }) => plain(folderToo ? `${entry}/` : entry))
  return {
    from: word.from, to: word.to, candidates,
    textFor({ word: entry }, alone) {
      const text = word.open + quoted(kept + folder + entry, word.open)
      return !alone || entry.endsWith('/') ? text : `${text}${word.open} `
    },
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
