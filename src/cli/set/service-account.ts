/** `kubectl set serviceaccount`. upstream: kubectl/pkg/cmd/set/set_serviceaccount.go */
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import type { Recorder } from '../record'
import { createRecorder } from '../record'
import type { ChangeOptions, Fetched } from './change'
import { changesOf, fetchAll, sendChanges } from './change'
import { toChangeOptions } from './options'
import { withPodSpec } from './pod-spec'

export interface Options extends ChangeOptions {
  readonly infos: readonly Fetched[]
  readonly name: string
  readonly record: Recorder
}

/** Throws UsageError. */
export async function toOptions(invocation: Invocation<'set serviceaccount'>, factory: Factory): Promise<Options> {
  const { args, flags } = invocation
  // With --local only files count, and the last argument is the name.
  const options = toChangeOptions(invocation as Invocation, factory, { operation: 'serviceaccount updated', failure: 'failed to patch ServiceAccountName ', resources: flags.local ? [] : args.slice(0, -1) })
  return { ...options, infos: await fetchAll(options), name: args.at(-1) as string, record: createRecorder(invocation as Invocation), sendsEmpty: true }
}

export async function run(options: Options): Promise<void> {
  await sendChanges(changesOf(options.infos, object => options.record(withPodSpec(object, spec => {
    spec.serviceAccountName = options.name
  }))), options)
}
