/** Every flag of the table has a case that shows its effect, or stands in the list of exceptions with a reason; every case holds. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commands } from '../../commands/registry'
import { kubectlCommand, parseSpec } from '../../src/cli/flags/definition'
import { COMMANDS, SPECS } from '../../src/cli/flags/table.gen'
import { bothLines, holds, type Effect } from './case'
import { EXCEPTIONS } from './exceptions'
import { Stage, wordsOf } from './stage'
import { TABLE } from './table'

const flagsOf = (path: string) => {
  const [, , numbers = ''] = (COMMANDS[path] as string).split('\t')
  return numbers === '' ? [] : numbers.split(',').map(n => parseSpec(SPECS[Number(n)] as string)).filter(f => f.deprecated === undefined)
}
const paths = Object.keys(COMMANDS)
const needsKustomize = (effect: Effect, name: string, path: string): boolean => name === 'kustomize' || path === 'kustomize'

/** Ctrl-C aside, and a command that a line runs in a container. */
const FAILED = /(^|\n)exit (?!130)\d+\n$/
/** Ctrl-C ends with 1, too. */
const FAILED_BEFORE_ITS_END = /(^|\n)error: [^]*exit (?!130)\d+\n$/

describe('the table of flags', () => {
  const listed = paths.flatMap(path => flagsOf(path).map(flag => `${path} --${flag.name}`))
  it('has a case or a reason for each', () => {
    expect(listed).toHaveLength(948)
    const missing = listed.filter(entry => {
      const [path, name] = entry.split(' --') as [string, string]
      return (TABLE[path]?.[name] === undefined) === (EXCEPTIONS[entry] === undefined)
    })
    expect(missing).toEqual([])
    expect(Object.keys(EXCEPTIONS).filter(entry => !listed.includes(entry))).toEqual([])
    expect(Object.entries(TABLE).flatMap(([path, effects]) => Object.keys(effects).map(name => `${path} --${name}`)).filter(entry => !listed.includes(entry))).toEqual([])
    expect(listed.length - Object.keys(EXCEPTIONS).length).toBeGreaterThanOrEqual(930)
  })

  it('shows each flag itself in a line of its command', () => {
    for (const [path, effects] of Object.entries(TABLE)) {
      for (const [name, { line }] of Object.entries(effects)) {
        const short = kubectlCommand(path === '(global)' ? 'get' : path)?.flags.get(name)?.short
        const { given } = bothLines(line)
        expect([path, given.startsWith(`--${name}`) || (short !== undefined && given.startsWith(`-${short}`))]).toEqual([path, true])
        if (path !== '(global)') expect(wordsOf(line).join(' ').replace(/\[\[.*?\]\] ?/g, '').startsWith(`kubectl ${path}`), line).toBe(true)
      }
    }
  })
})

describe('flags have their effect', () => {
  const stage = new Stage()
  const without = new Map<string, string>()
  beforeAll(() => stage.prepare(), 120_000)
  afterAll(() => stage.close())

  for (const [path, effects] of Object.entries(TABLE)) {
    describe(`kubectl ${path}`, () => {
      for (const [name, effect] of Object.entries(effects)) {
        it.skipIf(!commands.has('kustomize') && needsKustomize(effect, name, path))(`--${name}`, { timeout: 30_000 }, async () => {
          const { withFlag, withoutFlag } = bothLines(effect.line)
          const key = JSON.stringify([withoutFlag, effect.before, effect.then, effect.file, effect.wire, effect.env, effect.stdin, effect.ask])
          const plain = without.get(key) ?? (await stage.see(withoutFlag, effect))
          without.set(key, plain)
          const seen = await stage.see(withFlag, effect)
          if (typeof effect.with === 'string') expect(seen.trimEnd(), withFlag).toBe(effect.with.trimEnd())
          else expect(seen, withFlag).toMatch(effect.with)
          const failed = effect.interruptMs === undefined ? FAILED : FAILED_BEFORE_ITS_END
          // What diff finds is not a failure.
          if (effect.fails === undefined && path === 'diff') expect(seen, withFlag).not.toMatch(/(^|\n)error: /)
          else if (effect.fails === undefined) expect(seen, `${withFlag}: a refusal is no effect`).not.toMatch(failed)
          else expect(seen, withFlag).toMatch(failed)
          expect({ line: withoutFlag, plain, holds: holds(effect.with, plain) }).toMatchObject({ holds: false })
          if (effect.without === undefined) expect(plain, withoutFlag).not.toMatch(effect.interruptMs === undefined ? /(^|\n)exit \d+\n$/ : FAILED_BEFORE_ITS_END)
          else if (typeof effect.without === 'string') expect(plain.trimEnd(), withoutFlag).toBe(effect.without.trimEnd())
          else expect(plain, withoutFlag).toMatch(effect.without)
        })
      }
    })
  }
})
