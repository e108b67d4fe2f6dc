/** `kubottle load`: declares what pods use, and what else is measured of an object. */
import { UsageError } from '../../base/errors'
import { milliValueOfQuantity, QuantityError } from '../../base/quantity'
import { LOAD, METRIC_PREFIX } from '../../client/metrics'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import { nameText } from '../print/name'
import { refOf } from '../resource-builder/info'
import { ownControl } from './control'

export interface Options {
  readonly factory: Factory
  readonly resources: readonly string[]
  readonly selector: string | undefined
  readonly remove: boolean
  /** Of each container, '' for the first: its resources. */
  readonly loads: ReadonlyMap<string, Readonly<Record<string, string>>>
  readonly measures: Readonly<Record<string, string>>
}

/** Throws UsageError for an amount that is none. */
export function toOptions(invocation: Invocation<'kubottle load'>, factory: Factory): Options {
  const { args, flags } = invocation
  const loads = new Map<string, Record<string, string>>()
  const measures: Record<string, string> = {}
  for (const pair of args.filter(a => a.includes('='))) {
    const [, container = '', name = '', amount = ''] = /^(?:([^:=]*):)?([^=]*)=(.*)$/.exec(pair) ?? []
    if (!isAmount(amount)) throw new UsageError(`${JSON.stringify(pair)}: ${JSON.stringify(amount)} is no amount, write 200m, 1.5 or 64Mi`)
    if (name === 'cpu' || name === 'memory') loads.set(container, { ...loads.get(container), [name]: amount })
    else if (name === '' || container !== '') throw invocation.usageError(`expected cpu=QUANTITY, memory=QUANTITY or METRIC=QUANTITY, got ${JSON.stringify(pair)}`)
    else measures[name] = amount
  }
  const resources = args.filter(a => !a.includes('='))
  if (!flags.remove && loads.size === 0 && Object.keys(measures).length === 0) throw invocation.usageError('what is used is expected, such as cpu=200m')
  return { factory, resources: resources.length === 0 && flags.selector !== '' ? ['pods'] : resources, selector: flags.selector || undefined, remove: flags.remove, loads, measures }
}

function isAmount(text: string): boolean {
  try {
    return milliValueOfQuantity(text) >= 0
  } catch (e) {
    if (e instanceof QuantityError) return false
    throw e
  }
}

/** Throws StatusError for what is not there, UsageError for a cluster that is not in a file. */
export async function run({ factory, resources, selector, remove, loads, measures }: Options): Promise<void> {
  await ownControl(factory)
  const { infos, errors } = await factory.builder().infos({ args: resources, namespace: factory.namespace().name, validate: false, ...(selector === undefined ? {} : { labelSelector: selector }) })
  if (errors.length > 0) throw errors[0] as Error
  const client = await factory.client()
  const load = [...loads].map(([container, amounts]) => `${container === '' ? '' : `${container}:`}${Object.entries(amounts).map(([name, amount]) => `${name}=${amount}`).join(',')}`).join(';')
  for (const info of infos) {
    const before = info.object?.metadata.annotations ?? {}
    const own = Object.keys(before).filter(a => a === LOAD || a.startsWith(METRIC_PREFIX))
    const annotations = {
      ...(remove ? Object.fromEntries(own.map(a => [a, null])) : {}),
      ...(load === '' ? {} : { [LOAD]: load }),
      ...Object.fromEntries(Object.entries(measures).map(([name, amount]) => [`${METRIC_PREFIX}${name}`, amount])),
    }
    const changed = await client.patch(info.resource, refOf(info), 'merge', { metadata: { annotations } }, { fieldManager: 'kubottle' })
    factory.io.stdout(nameText(changed, remove && load === '' ? 'idle' : 'loaded'))
  }
}
