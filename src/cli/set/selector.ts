/** `kubectl set selector`. upstream: kubectl/pkg/cmd/set/set_selector.go */
import { UsageError } from '../../base/errors'
import type { LabelSelectorObject } from '../../base/label-selector'
import { parseToLabelSelectorObject } from '../../base/label-selector'
import type { KubeObject } from '../../kinds/kind'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import type { Recorder } from '../record'
import { createRecorder } from '../record'
import { refOf } from '../resource-builder/info'
import type { ChangeOptions } from './change'
import { changesOf } from './change'
import { toChangeOptions } from './options'

export interface Options extends ChangeOptions {
  readonly selector: LabelSelectorObject
  readonly resourceVersion: string
  readonly record: Recorder
}

/** Throws UsageError. */
export function toOptions(invocation: Invocation<'set selector'>, factory: Factory): Options {
  const { args, flags } = invocation
  let selector: LabelSelectorObject
  try {
    selector = parseToLabelSelectorObject(args.at(-1) as string)
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
  const options = toChangeOptions(invocation as Invocation, factory, { operation: 'selector updated', failure: '', resources: args.slice(0, -1) })
  return { ...options, selector, resourceVersion: flags['resource-version'], record: createRecorder(invocation as Invocation) }
}

export async function run(options: Options): Promise<void> {
  const { resourceVersion } = options
  await options.builder.forEachFetched(options.query, async info => {
    const { resourceVersion: version, ...rest } = info.object.metadata
    const before: KubeObject = resourceVersion === '' ? info.object : { ...info.object, metadata: rest }
    const [change] = changesOf([{ ...info, object: before }], object => {
      const selected = withSelector(object, options.selector)
      return options.record(resourceVersion === '' ? selected : { ...selected, metadata: { ...selected.metadata, resourceVersion } })
    })
    if (change?.problem !== undefined) throw new UsageError(change.problem)
    if (change?.after === undefined) return
    if (options.local || options.dryRun === 'client') return options.print(change.after)
    options.print(await (await options.client()).patch(info.resource, refOf(info), 'strategic', change.patch, { dryRun: options.dryRun === 'server', fieldManager: options.fieldManager }))
  })
}

/** upstream: updateSelectorForObject */
function withSelector(object: KubeObject, { matchLabels = {}, matchExpressions = [] }: LabelSelectorObject): KubeObject {
  if (object.kind !== 'Service' || object.apiVersion !== 'v1') throw new Error('setting a selector is only supported for Services')
  if (matchExpressions.length > 0) throw new Error(`match expression [${matchExpressions.map(e => `{${e.key} ${e.operator} [${(e.values ?? []).join(' ')}]}`).join(' ')}] not supported on this object`)
  return { ...object, spec: { ...(object as { spec?: object }).spec, selector: { ...matchLabels } } } as KubeObject
}
