/** Runs typical commands before the snapshot is taken, so that the bytecode of what every start needs is inside it: what a process compiles itself costs it more than loading. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { main } from '../commands/main'
import { aggregatedDiscovery } from '../src/apiserver/discovery'
import { Registry } from '../src/apiserver/registry'
import type { Access } from '../src/cli/access'
import type { IOStreams } from '../src/cli/io-streams'
import { decodeKubeconfig } from '../src/cli/kubeconfig/model'
import { createRestMapper } from '../src/cli/rest-mapper'
import { glance } from '../src/cluster/glance'
import { lateKinds } from '../src/kinds/registry'
import { forgetShapes } from '../src/kinds/schema/fields/entries'
import { readYaml } from '../src/base/yaml/reader'
import { openThere } from './access'

/** One for each command: who listens to an interrupt keeps all that the command had, and the snapshot would hold it. */
const nowhere = (): IOStreams => ({
  stdin: { async *[Symbol.asyncIterator]() {} },
  stdout: () => {},
  stderr: () => {},
  stdinIsTerminal: false,
  stdoutIsTerminal: false,
  columns: 80,
  env: { HOME: '/nonexistent', KUBERC: 'off', PATH: '' },
  cwd: '/nonexistent',
  interrupt: new AbortController().signal,
})

const noAccess: Access = {
  // Some file has to be there; nothing of it is read or written.
  glance: () => (playing() ? glance(__filename) : undefined),
  open: (target, options) => (target.kind === 'file' && playing() ? openThere({ ...target, path: __filename }, options) : Promise.reject(new Error('no cluster while warming up'))),
  create: () => Promise.reject(new Error('no cluster while warming up')),
  serve: () => Promise.reject(new Error('no cluster while warming up')),
  programs: '/nonexistent',
  runProgram: () => Promise.reject(new Error('no program while warming up')),
}

const COMMANDS = [['--help'], ['get', 'pods', '-n', 'x', '-o', 'yaml'], ['apply', '-f', 'x.yaml'], ['get', '--bogus'], ['delete', 'pod/x', '--now'], ['__complete', 'get', '-'], ['__complete', 'g']]

/** A command line, and what SQLite answered when the build ran it: statement, method, result. */
interface Run {
  readonly words: readonly string[]
  readonly answers: readonly (readonly [sql: string, method: string, result: unknown])[]
}
interface Recorded {
  readonly kubeconfig: string
  readonly runs: readonly Run[]
}

/** Where the driver looks for another one. */
const DRIVER = Symbol.for('kubottle.driver')
const world = globalThis as unknown as Record<symbol, unknown>
const playing = (): boolean => world[DRIVER] !== undefined

/** A driver that gives each statement the results that it had, in their order. */
function player({ answers }: Run): { readonly Database: new () => object } {
  const left = new Map<string, unknown[]>()
  for (const [sql, method, result] of answers) {
    const key = `${method} ${sql}`
    left.set(key, [...(left.get(key) ?? []), decoded(result)])
  }
  const next = (method: string, sql: string): unknown => left.get(`${method} ${sql}`)?.shift()
  let inTransaction = false
  const statement = (sql: string): object => {
    const moved = (): void => void (inTransaction = /^BEGIN/.test(sql) || (inTransaction && !/^(COMMIT|ROLLBACK)/.test(sql)))
    const self = {
      get: () => next('get', sql) ?? undefined,
      all: () => next('all', sql) ?? [],
      run: () => (moved(), next('run', sql) ?? { changes: 0, lastInsertRowid: 0 }),
      iterate: () => ((next('all', sql) ?? []) as unknown[]).values(),
      pluck: () => self, raw: () => self, expand: () => self, bind: () => self, safeIntegers: () => self,
    }
    return self
  }
  return {
    Database: class {
      readonly open = true
      readonly prepare = statement
      get inTransaction(): boolean {
        return inTransaction
      }
      exec(): void {}
      close(): void {}
    },
  }
}

function decoded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decoded)
  const { base64 } = (value ?? {}) as { base64?: string }
  return typeof base64 === 'string' ? Buffer.from(base64, 'base64') : value
}

/** What the build wrote beside the bundle, if it did. */
function recorded(): Recorded | undefined {
  try {
    return JSON.parse(readFileSync(join(__dirname, 'warm-up.json'), 'utf8')) as Recorded
  } catch {
    return undefined
  }
}

/** Throws when a command that ran for the build does not run here: its code would not be in the snapshot. */
export async function warmUp(): Promise<void> {
  const played = recorded()
  const run = (words: readonly string[]): Promise<number> => main(['kubectl', ...words], nowhere(), { now: () => 0 }, noAccess).catch(() => 1)
  for (const one of played?.runs ?? []) {
    world[DRIVER] = player(one)
    const code = await run(one.words.slice(1))
    if (code !== 0) throw new Error(`warming up: ${one.words.join(' ')}: exit code ${code}`)
  }
  delete world[DRIVER]
  // A command that needs a part beside the bundle ends there.
  for (const words of COMMANDS) await run(words)
  if (played !== undefined) decodeKubeconfig(readYaml(played.kubeconfig))
  const registry = new Registry(lateKinds())
  const { api, apis } = aggregatedDiscovery(registry.customResources())
  const mapper = createRestMapper([api, apis])
  for (const word of ['po', 'deployments.apps', 'svc']) mapper.resourceFor(word)
  mapper.category('all')
  // What was learnt of the played objects is of no use to others.
  forgetShapes()
}
