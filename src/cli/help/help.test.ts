/** Every command has help in kubectl's layout, and each example is a line that we understand ourselves. */
import { describe, expect, it } from 'vitest'
import { kubectlCommand, type CommandDefinition } from '../flags/definition'
import { childrenOf, findCommand } from '../flags/find'
import { parseFlags } from '../flags/parse'
import { COMMANDS } from '../flags/table.gen'
import { CHECKS } from '../usage/checks'
import { createInvocation } from '../invocation'
import { memoryStreams } from '../streams.testing'
import { examplesOf } from './examples'
import { helpText } from './help'
import { SUMMARIES } from './summaries'

/** Those of which upstream's help has no examples either. */
const WITHOUT_EXAMPLES = new Set(['kubectl', 'create secret', 'create service', 'set', 'certificate', 'top', 'auth', 'config'])
const paths = Object.keys(COMMANDS).filter(path => path !== '(global)')
/** Words as a shell makes them, quotes taken off. */
const wordsOf = (line: string): string[] => (line.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? []).map(word => word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'))
const linesOf = (path: string): string[] => (examplesOf(path) ?? '').split('\n').filter(line => line.trim() !== '' && !line.startsWith('  #'))

describe.each(paths.map(path => [path]))('%s', path => {
  const command = kubectlCommand(path) as CommandDefinition
  const text = helpText('kubectl', command, memoryStreams())

  it('says what it does, how it is used, and what its flags mean', () => {
    if (path === 'kubectl' || path === 'options') return expect(text.length).toBeGreaterThan(500)
    expect(SUMMARIES[path]).toMatch(/^[A-Z].{8,}[^.]$/)
    expect(text.startsWith(`${SUMMARIES[path]}.\n\n`)).toBe(true)
    expect(text).toContain(`\n\nUsage:\n  ${command.usage}\n\n`)
    for (const [name, flag] of command.flags) if (!command.globals.has(name) && name !== 'help' && flag.deprecated === undefined) expect(text).toMatch(new RegExp(`\\n    (-., )?--${name}=[^\\n]*:\\n\\t\\S[^\\n]+\\n`))
    for (const child of childrenOf(path)) expect(text).toMatch(new RegExp(`\\n  ${child.split(' ').at(-1)} +[A-Z]`))
  })

  it.skipIf(WITHOUT_EXAMPLES.has(path))('has examples that hold', () => {
    const lines = linesOf(path)
    expect(lines.length).toBeGreaterThan(0)
    if (path !== 'options') expect(text).toContain(`\n\nExamples:\n${examplesOf(path)}\n\n`)
    for (const line of lines) {
      const argv = wordsOf(line.slice(line.indexOf('kubectl ') + 'kubectl '.length).replace(/ > .*|\)$/, ''))
      const found = findCommand('kubectl', argv)
      expect([line, found.command.path === path || found.command.path.startsWith(`${path} `)]).toEqual([line, true])
      const invocation = createInvocation(found.command, parseFlags(found.command, found.rest), memoryStreams(), { now: () => 0 })
      expect([...found.command.flags.values()].filter(f => f.required && !invocation.changed.has(f.name))).toEqual([])
      // A group that only has subcommands is not run by itself.
      if (childrenOf(found.command.path).length === 0) CHECKS[found.command.path]?.(invocation)
    }
  })
})

it('has no examples of what does not exist', () => {
  const known = new Set(paths)
  for (const path of WITHOUT_EXAMPLES) expect([path, examplesOf(path)]).toEqual([path, undefined])
  expect(paths.filter(path => examplesOf(path) !== undefined).length).toBe(known.size - WITHOUT_EXAMPLES.size)
})
