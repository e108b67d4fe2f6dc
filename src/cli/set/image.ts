/** `kubectl set image`. upstream: kubectl/pkg/cmd/set/set_image.go */
import { UsageError } from '../../base/errors'
import { goQuote } from '../../base/field'
import type { Container } from '../../kinds/schema/types/core.v1'
import { SeveralErrors } from '../errors'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import type { Recorder } from '../record'
import { createRecorder } from '../record'
import { parsePairs } from '../annotate/annotate'
import { resourcesAndPairs } from '../usage/checks'
import type { ChangeOptions, Fetched } from './change'
import { changesOf, fetchAll, sendChanges } from './change'
import { toChangeOptions } from './options'
import { withPodSpec } from './pod-spec'

export interface Options extends ChangeOptions {
  readonly infos: readonly Fetched[]
  /** Image by container name; `*` for all. */
  readonly images: Readonly<Record<string, string>>
  readonly record: Recorder
}

/** Throws UsageError. */
export async function toOptions(invocation: Invocation<'set image'>, factory: Factory): Promise<Options> {
  const { flags } = invocation
  const { resources, pairs } = resourcesAndPairs(invocation.args, 'image')
  const images = parseImages(pairs)
  const options = toChangeOptions(invocation as Invocation, factory, { operation: 'image updated', failure: 'failed to patch image update to pod template: ', resources })
  const infos = await fetchAll(options)
  const problems: string[] = []
  const names = Object.keys(images)
  if (flags.all && flags.selector !== '') problems.push('cannot set --all and --selector at the same time')
  if (names.length < 1) problems.push('at least one image update is required')
  else if (names.length > 1 && names.includes('*')) problems.push('all containers are already specified by *, but saw more than one container_name=container_image pairs')
  if (flags.local && options.dryRun === 'server') problems.push('cannot specify --local and --dry-run=server - did you mean --dry-run=client?')
  if (problems.length > 0) throw problems.length === 1 ? new UsageError(problems[0] as string) : new SeveralErrors(problems.map(p => new UsageError(p)))
  return { ...options, infos, images, record: createRecorder(invocation as Invocation) }
}

function parseImages(pairs: readonly string[]): Record<string, string> {
  const { set, remove } = parsePairs(pairs, 'image')
  if (remove.length > 0) throw new UsageError(`invalid image format: ${remove.map(name => `${name}-`).join(', ')}`)
  return set
}

export async function run(options: Options): Promise<void> {
  const errors: unknown[] = []
  const changes = changesOf(options.infos, object => options.record(withPodSpec(object, spec => {
    for (const [name, image] of Object.entries(options.images)) {
      const containers = [...(spec.initContainers ?? []), ...spec.containers].filter(c => name === '*' || c.name === name)
      for (const container of containers as Container[]) container.image = image
      if (containers.length === 0) errors.push(new UsageError(`error: unable to find container named ${goQuote(name)}`))
    }
  })))
  await sendChanges(changes, options, errors)
}
