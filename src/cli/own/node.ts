/** `kubottle node`: simulated machines are switched off and on, join and leave, run short of something, and are given static pods. */
import { readFileSync } from 'node:fs'
import { UsageError } from '../../base/errors'
import { milliValueOfQuantity, QuantityError } from '../../base/quantity'
import { readYaml } from '../../base/yaml/reader'
import { yamlText } from '../../base/yaml/writer'
import { machine, MANIFEST_PREFIX, PRESSURE, SHORTAGES, shortagesOf, type Shortage } from '../../kinds/core/node/machine'
import { POWER } from '../../kinds/core/node/power'
import type { Node, Taint } from '../../kinds/schema/types/core.v1'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import { resourceOf } from '../resource-of'
import { ownControl } from './control'

/** One thing to be done to one node. */
export type Action =
  | { readonly verb: 'stop' | 'shutdown' | 'start' | 'remove' }
  | { readonly verb: 'add'; readonly labels: Readonly<Record<string, string>>; readonly taints: readonly Taint[]; readonly cpu?: string; readonly memory?: string; readonly hostname?: string }
  | { readonly verb: 'pressure'; readonly shortages: readonly Shortage[]; readonly off: boolean }
  | { readonly verb: 'static'; readonly name: string; readonly manifest: string }

export interface Options {
  readonly factory: Factory
  readonly action: Action
  readonly names: readonly string[]
  readonly wait: boolean
}

/** Longer than it takes to notice that a node is silent (50 s), or to forget that it was short of something (5 min). */
const NOTICED_WITHIN_MS = 120_000
const FORGOTTEN_WITHIN_MS = 360_000
const VERBS = ['stop', 'start', 'add', 'remove', 'pressure', 'static']

type Given = Invocation<'kubottle node'>

/** Throws UsageError. */
export function toOptions(invocation: Given, factory: Factory): Options {
  const { args: [verb = '', ...names], flags } = invocation
  if (!VERBS.includes(verb)) throw invocation.usageError(`one of ${VERBS.join(', ')} is expected, got ${JSON.stringify(verb)}`)
  if (names.length === 0) throw invocation.usageError('the name of a node is expected')
  const done = (action: Action, nodes = names): Options => ({ factory, action, names: nodes, wait: flags.wait })
  if (verb === 'add') return done(addition(invocation))
  if (verb === 'pressure') return done({ verb, shortages: shortages(names.slice(1), invocation), off: flags.off }, names.slice(0, 1))
  if (verb === 'static') return done(manifest(names.slice(1), invocation), names.slice(0, 1))
  return done({ verb: verb === 'stop' && flags.graceful ? 'shutdown' : (verb as 'stop' | 'start' | 'remove') })
}

function addition({ flags, usageError }: Given): Action {
  const quantity = (name: 'cpu' | 'memory'): Partial<Record<'cpu' | 'memory', string>> => {
    const text = flags[name]
    if (text === '') return {}
    try {
      if (milliValueOfQuantity(text) > 0) return { [name]: text }
    } catch (e) {
      if (!(e instanceof QuantityError)) throw e
    }
    throw new UsageError(`--${name}: ${JSON.stringify(text)} is no amount, write 4 or 8Gi`)
  }
  const taints = flags.taint.map((text): Taint => {
    const [, key, value, effect] = /^([^=:]+)(?:=([^:]*))?:(NoSchedule|PreferNoSchedule|NoExecute)$/.exec(text) ?? []
    if (key === undefined || effect === undefined) throw usageError(`invalid taint spec: ${text}`)
    return { key, ...(value === undefined || value === '' ? {} : { value }), effect }
  })
  return { verb: 'add', labels: flags.labels, taints, ...quantity('cpu'), ...quantity('memory'), ...(flags['hostname-override'] === '' ? {} : { hostname: flags['hostname-override'] }) }
}

function shortages(words: readonly string[], { usageError }: Given): readonly Shortage[] {
  const given = SHORTAGES.filter(s => words.includes(s))
  if (given.length === 0 || given.length !== words.length) throw usageError(`what the node is short of is expected: ${SHORTAGES.join(', ')}`)
  return given
}

/** Of a file with a Pod: what becomes the node's own file. */
function manifest(names: readonly string[], { flags, usageError }: Given): Action {
  if (flags.remove) {
    const [name] = names
    if (name === undefined || names.length > 1) throw usageError('the name of a static pod is expected')
    return { verb: 'static', name, manifest: '' }
  }
  if (flags.filename === '') throw usageError('the manifest of a pod is expected (-f), or --remove NAME')
  let given: unknown
  try {
    given = readYaml(readFileSync(flags.filename === '-' ? 0 : flags.filename, 'utf8'))
  } catch (e) {
    throw new UsageError(`error: ${flags.filename}: ${(e as Error).message}`)
  }
  const { kind, metadata } = (given ?? {}) as { kind?: unknown; metadata?: { name?: unknown } }
  if (kind !== 'Pod' || typeof metadata?.name !== 'string') throw new UsageError(`${flags.filename} holds no Pod with a name`)
  return { verb: 'static', name: metadata.name, manifest: yamlText(given) }
}

/** Throws StatusError for a node that is not there; UsageError for a cluster that is not in a file. */
export async function run({ factory, action, names, wait }: Options): Promise<void> {
  await ownControl(factory)
  for (const name of names) {
    const done = await act(name, action, factory, wait)
    factory.io.stdout(`node/${name} ${done}\n`)
  }
}

const NODE = resourceOf<Node>('v1', 'Node')

async function act(name: string, action: Action, factory: Factory, wait: boolean): Promise<string> {
  const { client, waitUntil } = await factory.session()
  const annotate = async (annotations: Readonly<Record<string, string | null>>): Promise<unknown> => client.patch(NODE, { metadata: { name } }, 'merge', { metadata: { annotations } }, { fieldManager: 'kubottle' })
  const status = async (type: string): Promise<string | undefined> => (await client.get(NODE, name)).status?.conditions?.find(c => c.type === type)?.status
  switch (action.verb) {
    case 'stop': case 'shutdown': case 'start': {
      const stops = action.verb !== 'start'
      await annotate({ [POWER]: action.verb === 'stop' ? 'off' : stops ? 'shutdown' : null })
      if (wait) await waitUntil(async () => ((await status('Ready')) !== 'True') === stops && (action.verb !== 'shutdown' || (await client.get(NODE, name)).metadata.annotations?.[POWER] === 'off'), NOTICED_WITHIN_MS)
      return stops ? 'stopped' : 'started'
    }
    case 'add': {
      await add(name, action, factory)
      if (wait) await waitUntil(async () => (await status('Ready')) === 'True', NOTICED_WITHIN_MS)
      return 'added'
    }
    case 'remove': {
      await annotate({ [POWER]: 'off' })
      await client.delete(NODE, { metadata: { name } })
      return 'removed'
    }
    case 'pressure': {
      const before = shortagesOf(await client.get(NODE, name))
      const now = SHORTAGES.filter(s => (action.shortages.includes(s) ? !action.off : before.includes(s)))
      await annotate({ [PRESSURE]: now.length === 0 ? null : now.join() })
      const types = { memory: 'MemoryPressure', disk: 'DiskPressure', pid: 'PIDPressure' }
      if (wait)
        await waitUntil(async () => {
          for (const s of action.shortages) if ((await status(types[s])) !== (action.off ? 'False' : 'True')) return false
          return true
        }, FORGOTTEN_WITHIN_MS)
      return `${action.off ? 'has enough' : 'is short of'} ${action.shortages.join(' and ')}${action.off ? ' again' : ''}`
    }
    case 'static': {
      await annotate({ [MANIFEST_PREFIX + action.name]: action.manifest })
      return `${action.manifest === '' ? 'lost' : 'got'} the static pod ${action.name}`
    }
  }
}

async function add(name: string, { labels, taints, cpu, memory, hostname }: Extract<Action, { verb: 'add' }>, factory: Factory): Promise<void> {
  const { client } = await factory.session()
  const { items } = await client.list(NODE)
  const index = freeIndex(items)
  const made = machine(name, index, { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) })
  const { status } = made
  const addresses = (status?.addresses ?? []).map(a => (a.type === 'Hostname' && hostname !== undefined ? { ...a, address: hostname } : a))
  const metadata = { ...made.metadata, labels: { ...made.metadata.labels, ...(hostname === undefined ? {} : { 'kubernetes.io/hostname': hostname }), ...labels } }
  const spec = taints.length === 0 ? made.spec : { ...made.spec, taints: [...taints] }
  const created = await client.create(NODE, { ...made, metadata, spec, status: { ...status, addresses } } as Node, { fieldManager: 'kubelet' })
  if (created.status?.nodeInfo === undefined) await client.update(NODE, { ...created, status: { ...status, addresses } } as Node, { subresource: 'status', fieldManager: 'kubelet' })
}

/** The first pod network and machine address that no node has. */
function freeIndex(nodes: readonly Node[]): number {
  const taken = new Set(nodes.flatMap(n => [n.spec?.podCIDR, ...(n.status?.addresses ?? []).map(a => a.address)]))
  let index = 0
  for (;; index++) {
    const { spec, status } = machine('', index)
    if (!taken.has(spec?.podCIDR) && status?.addresses?.every(a => a.type !== 'InternalIP' || !taken.has(a.address)) === true) return index
  }
}
