/** `kubectl set resources`. upstream: kubectl/pkg/cmd/set/set_resources.go */
import { UsageError } from '../../base/errors'
import { canonicalQuantity } from '../../base/quantity'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import type { Recorder } from '../record'
import { createRecorder } from '../record'
import type { ChangeOptions, Fetched } from './change'
import { changesOf, fetchAll, sendChanges } from './change'
import { toChangeOptions } from './options'
import { selectContainers, withPodSpec } from './pod-spec'

type Amounts = Readonly<Record<string, string>>

export interface Options extends ChangeOptions {
  readonly infos: readonly Fetched[]
  readonly containers: string
  readonly limits: Amounts
  readonly requests: Amounts
  readonly record: Recorder
}

/** Throws UsageError. */
export async function toOptions(invocation: Invocation<'set resources'>, factory: Factory): Promise<Options> {
  const { args, flags } = invocation
  const options = toChangeOptions(invocation as Invocation, factory, { operation: 'resource requirements updated', failure: 'failed to patch resources update to pod template ', resources: args })
  const infos = await fetchAll(options)
  if (flags.local && options.dryRun === 'server') throw new UsageError('cannot specify --local and --dry-run=server - did you mean --dry-run=client?')
  if (flags.all && flags.selector !== '') throw new UsageError('cannot set --all and --selector at the same time')
  if (flags.limits === '' && flags.requests === '') throw new UsageError('you must specify an update to requests or limits (in the form of --requests/--limits)')
  return { ...options, infos, containers: flags.containers, limits: parseAmounts(flags.limits), requests: parseAmounts(flags.requests), record: createRecorder(invocation as Invocation) }
}

/** `cpu=100m,memory=64Mi`. Throws UsageError. */
function parseAmounts(text: string): Amounts {
  if (text === '') return {}
  return Object.fromEntries(text.split(',').map(statement => {
    const [name, value, more] = statement.split('=')
    if (name === undefined || value === undefined || more !== undefined) throw new UsageError(`Invalid argument syntax ${statement}, expected <resource>=<value>`)
    try {
      return [name, canonicalQuantity(value)]
    } catch (error) {
      throw new UsageError((error as Error).message)
    }
  }))
}

export async function run(options: Options): Promise<void> {
  const errors: unknown[] = []
  const changes = changesOf(options.infos, object => {
    let found = false
    const after = withPodSpec(object, spec => {
      for (const container of [...selectContainers(spec.containers, options.containers), ...selectContainers(spec.initContainers, options.containers)]) {
        found = true
        const resources = (container.resources ??= {})
        if (Object.keys(options.limits).length > 0) resources.limits = { ...resources.limits, ...options.limits }
        if (Object.keys(options.requests).length > 0) resources.requests = { ...resources.requests, ...options.requests }
      }
      if (!found) errors.push(new UsageError(`error: unable to find container named ${options.containers}`))
    })
    return found ? options.record(after) : undefined
  })
  await sendChanges(changes, options, errors)
}
