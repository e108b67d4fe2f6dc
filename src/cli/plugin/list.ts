/** `kubectl plugin list`. upstream: kubectl/pkg/cmd/plugin/plugin.go */
import { statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { UsageError } from '../../base/errors'
import { goQuote } from '../../base/field'
import type { Factory } from '../factory'
import { commandLine, findCommand } from '../flags/find'
import type { Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import { pluginsOf } from './found'

export interface Options {
  readonly io: IOStreams
  readonly nameOnly: boolean
}

export const toOptions = ({ flags }: Invocation<'plugin list'>, { io }: Factory): Options => ({ io, nameOnly: flags['name-only'] })

/** Throws UsageError when there is no plugin, or something is odd with one. */
export function run({ io, nameOnly }: Options): void {
  const errors: string[] = []
  const plugins = pluginsOf(io, line => io.stderr(line))
  if (plugins.length > 0) io.stdout('The following compatible plugins are available:\n\n')
  else errors.push('error: unable to find any kubectl plugins in your PATH')
  const seen = new Map<string, string>()
  let warnings = 0
  for (const path of plugins) {
    io.stdout(`${nameOnly ? basename(path) : path}\n`)
    for (const problem of problemsOf(path, io.cwd, seen)) {
      io.stderr(`  - ${problem}\n`)
      warnings++
    }
  }
  if (warnings === 1) errors.push('error: one plugin warning was found')
  else if (warnings > 1) errors.push(`error: ${warnings} plugin warnings were found`)
  if (errors.length > 0) throw new UsageError(errors.join('\n'))
}

/** upstream: CommandOverrideVerifier */
function problemsOf(path: string, cwd: string, seen: Map<string, string>): string[] {
  const problems: string[] = []
  const name = basename(path)
  const mode = statSync(resolve(cwd, path), { throwIfNoEntry: false })?.mode
  if (mode === undefined) problems.push(`error: unable to identify ${path} as an executable file: stat ${path}: no such file or directory`)
  else if ((mode & 0o111) === 0) problems.push(`warning: ${path} identified as a kubectl plugin, but it is not executable`)
  const other = seen.get(name)
  if (other === undefined) seen.set(name, path)
  else problems.push(`warning: ${path} is overshadowed by a similarly named plugin: ${other}`)
  try {
    const { command } = findCommand('kubectl', name.split('-').slice(1))
    problems.push(`warning: ${name} overwrites existing command: ${goQuote(commandLine(command.path))}`)
  } catch {
    // No command of that name.
  }
  return problems
}
