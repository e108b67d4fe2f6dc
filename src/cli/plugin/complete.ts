/** Completion of the words of plugins, by programs of their own: kubectl_complete-foo for kubectl-foo. upstream: kubectl/pkg/cmd/plugin/plugin_completion.go */
import { basename } from 'node:path'
import type { Factory } from '../factory'
import { pluginsOf } from './found'
import { lookUp } from './run'

/** Words, each with its text after a tab, and what the shell is to do with them; undefined where no plugin is meant. */
export async function completePlugin(words: readonly string[], { io, access }: Factory): Promise<{ readonly words: readonly string[]; readonly directive: number } | undefined> {
  const plugins = pluginsOf(io).map(path => basename(path).split('-').slice(1).map(part => part.replaceAll('_', '-')))
  const before = words.slice(0, -1)
  const typed = words.at(-1) ?? ''
  const begins = (path: readonly string[], plugin: readonly string[]): boolean => path.every((part, i) => plugin[i] === part)
  const path: string[] = []
  while (path.length < before.length && plugins.some(p => begins([...path, before[path.length] as string], p))) path.push(before[path.length] as string)
  if (path.length === 0) return undefined
  const rest = before.slice(path.length)
  const next = rest.length > 0 ? [] : [...new Set(plugins.filter(p => p.length > path.length && begins(path, p)).map(p => p[path.length] as string))].filter(part => part.startsWith(typed)).sort()
  const found = next.map(part => `${part}\tThe command ${part} is a plugin installed by the user`)
  const name = path.map(part => part.replaceAll('-', '_')).join('-')
  io.stderr(`[Debug] About to look for: kubectl_complete-${name}\n`)
  const program = lookUp(`kubectl_complete-${name}`, io)
  if (program === undefined || access.readProgram === undefined) {
    io.stderr(`[Debug] Plugin kubectl-${name} does not provide a matching completion executable\n`)
    return { words: found, directive: 0 }
  }
  const args = [...rest, typed]
  io.stderr(`[Debug] About to call: ${program} ${args.join(' ')}\n`)
  const { code, stdout } = await access.readProgram([program, ...args], { env: io.env, cwd: io.cwd })
  const lines = code === 0 ? stdout.split('\n').filter(line => line !== '').map(line => line.trim()) : []
  const told = /^:(-?\d+)$/.exec(lines.at(-1) ?? '')
  return { words: [...found, ...(told === null ? lines : lines.slice(0, -1))], directive: told === null ? 0 : Number(told[1]) }
}
