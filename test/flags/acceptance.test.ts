/** Every flag of every command takes the forms of value that pflag gives its type, and refuses others in pflag's words; a sample is compared with the real kubectl. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createDraw } from '../../src/base/draw'
import { globals, kubectlCommand, type CommandDefinition, type FlagDefinition, type FlagType, type FlagValue } from '../../src/cli/flags/definition'
import { FlagError, parseFlags } from '../../src/cli/flags/parse'
import { COMMANDS } from '../../src/cli/flags/table.gen'
import { runReal } from '../conformance/programs'
import { realKubectl } from '../conformance/real-kubectl'

/** What a type takes, with what comes of it. */
const GOOD: Readonly<Record<FlagType, readonly (readonly [text: string, value: FlagValue])[]>> = {
  b: [['true', true], ['false', false], ['1', true], ['0', false], ['t', true], ['F', false], ['TRUE', true], ['False', false]],
  s: [['', ''], ['a', 'a'], ['a=b,c', 'a=b,c'], ['-x', '-x']],
  i: [['0', 0], ['-3', -3], ['0x1f', 31], ['0b11', 3], ['1_000', 1000]],
  l: [['0', 0], ['-3', -3], ['0x1f', 31], ['4294967296', 4294967296]],
  j: [['0', 0], ['-3', -3], ['0o17', 15]],
  d: [['0', 0], ['1m30s', 90_000], ['-1s', -1000], ['1.5h', 5_400_000]],
  g: [['0', 0], ['2s', 2000]],
  v: [['', ''], ['loader=6', 'loader=6'], ['a=1,b*=2', 'a=1,b*=2']],
  S: [['a', ['a']], ['a,b', ['a', 'b']], ['"a,b",c', ['a,b', 'c']], ['', []]],
  A: [['a', ['a']], ['a,b', ['a,b']], ['', ['']]],
  M: [['a=b', { a: 'b' }], ['a=b,c=d=e', { a: 'b', c: 'd=e' }]],
  m: [['a=b', { a: 'b' }]],
}
/** What it refuses, with what is said. */
const BAD: Readonly<Record<FlagType, readonly (readonly [text: string, why: string])[]>> = {
  b: [['maybe', 'strconv.ParseBool: parsing "maybe": invalid syntax'], ['', 'strconv.ParseBool: parsing "": invalid syntax'], ['yes', 'strconv.ParseBool: parsing "yes": invalid syntax']],
  s: [],
  i: [['two', 'strconv.ParseInt: parsing "two": invalid syntax'], ['1.5', 'strconv.ParseInt: parsing "1.5": invalid syntax'], ['99999999999999999999', 'strconv.ParseInt: parsing "99999999999999999999": value out of range'], ['', 'strconv.ParseInt: parsing "": invalid syntax']],
  l: [['two', 'strconv.ParseInt: parsing "two": invalid syntax'], ['99999999999999999999', 'strconv.ParseInt: parsing "99999999999999999999": value out of range']],
  j: [['two', 'strconv.ParseInt: parsing "two": invalid syntax'], ['3000000000', 'strconv.ParseInt: parsing "3000000000": value out of range']],
  d: [['soon', 'time: invalid duration "soon"'], ['5', 'time: missing unit in duration "5"'], ['5 s', 'time: unknown unit " s" in duration "5 s"'], ['', 'time: invalid duration ""']],
  g: [['soon', 'parse error'], ['5', 'parse error']],
  v: [['loader', 'syntax error: expect comma-separated list of filename=N'], ['loader=x', 'syntax error: expect comma-separated list of filename=N']],
  S: [['a"b', 'parse error on line 1, column 2: bare " in non-quoted-field']],
  A: [],
  M: [['a', 'a must be formatted as key=value']],
  m: [],
}

interface Form {
  readonly words: readonly string[]
  readonly expected: { readonly value: FlagValue } | { readonly problem: string }
}

/** Ways to write a value, by pflag's rules. upstream: pflag FlagSet.parseLongArg, parseSingleShortArg */
function* formsOf(flag: FlagDefinition, command: CommandDefinition): Generator<Form> {
  const { name, short } = flag
  const shown = short === undefined ? `"--${name}"` : `"-${short}, --${name}"`
  const goodForms = function* (text: string, value: FlagValue): Generator<Form> {
    yield { words: [`--${name}=${text}`], expected: { value } }
    if (flag.alone === undefined) yield { words: [`--${name}`, text], expected: { value } }
    if (short === undefined) return
    if (text !== '') yield { words: [`-${short}=${text}`], expected: { value } }
    if (flag.alone === undefined) yield { words: [`-${short}`, text], expected: { value } }
    if (flag.alone === undefined && text !== '') yield { words: [`-${short}${text}`], expected: { value } }
  }
  for (const [text, value] of GOOD[flag.type]) yield* goodForms(text, value)
  for (const [text, why] of BAD[flag.type]) {
    const problem = `invalid argument "${text.replaceAll('"', '\\"')}" for ${shown} flag: ${why}`
    yield { words: [`--${name}=${text}`], expected: { problem } }
    if (flag.alone === undefined) yield { words: [`--${name}`, text], expected: { problem } }
    if (short !== undefined && text !== '') yield { words: [`-${short}=${text}`], expected: { problem } }
  }
  if (flag.alone === undefined) {
    yield { words: [`--${name}`], expected: { problem: `flag needs an argument: --${name}` } }
    if (short !== undefined) yield { words: [`-${short}`], expected: { problem: `flag needs an argument: '${short}' in -${short}` } }
  } else {
    const value = flag.type === 'b' ? flag.alone === 'true' : flag.alone
    yield { words: [`--${name}`], expected: { value } }
    yield { words: [`--${name}`, 'word'], expected: { value } }
    if (short !== undefined) yield { words: [`-${short}`], expected: { value } }
  }
  if (name.includes('-')) yield { words: [`--${name.replaceAll('-', '_')}=${GOOD[flag.type][0]?.[0] ?? ''}`], expected: { value: GOOD[flag.type][0]?.[1] as FlagValue } }
  if (command.flags.get(`no-${name}`) === undefined) yield { words: [`--no-${name}`], expected: { problem: `unknown flag: --no-${name}` } }
  yield { words: [`---${name}`], expected: { problem: `bad flag syntax: ---${name}` } }
  // Letters that need no value may stand before one.
  const before = [...command.shorthands.values()].find(f => f.type === 'b' && f.short !== 'h' && f !== flag)
  if (before !== undefined && short !== undefined) {
    const [text, value] = GOOD[flag.type].find(([t]) => t !== '') as readonly [string, FlagValue]
    yield { words: [flag.alone === undefined ? `-${before.short}${short}${text}` : `-${before.short}${short}=${text}`], expected: { value } }
    yield { words: [`-${short === before.short ? '' : before.short}?`], expected: { problem: `unknown shorthand flag: '?' in -?` } }
  }
}

const paths = Object.keys(COMMANDS).filter(path => path !== '(global)')
const own = (command: CommandDefinition): readonly FlagDefinition[] => [...command.flags.values()].filter(f => !command.globals.has(f.name))
const walked = [...paths.map(path => kubectlCommand(path) as CommandDefinition).map(command => ({ command, flags: own(command) })), { command: kubectlCommand('get') as CommandDefinition, flags: globals() }]
const cases = walked.flatMap(({ command, flags }) => flags.flatMap(flag => [...formsOf(flag, command)].map(form => ({ command, flag, ...form }))))

function answer(command: CommandDefinition, flag: FlagDefinition, words: readonly string[]): Form['expected'] {
  try {
    return { value: parseFlags(command, words).flags[flag.name] as FlagValue }
  } catch (error) {
    if (!(error instanceof FlagError)) throw error
    return { problem: error.message }
  }
}

it('walks the whole table', () => {
  expect(new Set(walked.flatMap(({ command, flags }) => flags.map(f => `${command.path} ${f.name}`))).size).toBeGreaterThan(948)
  expect(cases.length).toBeGreaterThan(8000)
})

it.each(walked.map(({ command }, i) => [i === walked.length - 1 ? '(global)' : command.path, i] as const))('flags of %s', (_, i) => {
  const { command, flags } = walked[i] as (typeof walked)[number]
  for (const flag of flags) for (const { words, expected } of formsOf(flag, command)) expect({ words, answer: answer(command, flag, words) }).toEqual({ words, answer: expected })
})

const found = realKubectl()
const SAMPLE = 300
const TOGETHER = 4

describe.skipIf('missing' in found)(`the real kubectl${'missing' in found ? `: ${found.missing}` : ''}`, () => {
  const home = mkdtempSync(join(tmpdir(), 'kubottle-acceptance-'))
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  it(`says the same of ${SAMPLE} of them`, { timeout: 120_000 }, async () => {
    const draw = createDraw('acceptance')
    const some = Array.from({ length: SAMPLE }, (_, i) => cases[draw.uint32('case', String(i)) % cases.length] as (typeof cases)[number])
    const wrong: object[] = []
    const next = some.values()
    await Promise.all(Array.from({ length: TOGETHER }, async () => {
      for (const { command, words, expected } of next) {
        const line = [...(command.path === 'kubectl' ? [] : command.path.split(' ')), ...words]
        // What is accepted is not done: help comes before.
        const { code, stderr } = await runReal((found as { path: string }).path, 'value' in expected ? [...line, '--help'] : line, home, {})
        const said = stderr.split('\n').find(text => text.startsWith('error: '))?.slice('error: '.length)
        const wanted = 'value' in expected ? { code: 0, said: undefined } : { code: command.path === 'diff' ? 2 : 1, said: expected.problem }
        if (code !== wanted.code || said !== wanted.said) wrong.push({ line: line.join(' '), real: { code, said }, wanted })
      }
    }))
    expect(wrong).toEqual([])
  })
})
