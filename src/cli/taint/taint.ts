/** `kubectl taint`. upstream: kubectl/pkg/cmd/taint */
import { ExitError, UsageError } from '../../base/errors'
import { isLabelValue, isQualifiedName } from '../../base/validation'
import type { Client } from '../../client/client'
import type { KubeObject } from '../../kinds/kind'
import { createTwoWayMergePatch } from '../../kinds/schema/strategic-diff'
import { typeNamed } from '../../kinds/schema/table'
import type { Node, Taint } from '../../kinds/schema/types/core.v1'
import { SeveralErrors } from '../errors'
import type { Factory } from '../factory'
import type { DryRun, FieldValidation, Invocation } from '../invocation'
import { toPrinter } from '../print-flags'
import type { ResourceBuilder } from '../resource-builder/builder'
import { refOf } from '../resource-builder/info'
import type { ResourceQuery } from '../resource-builder/query'
import { splitTaints } from '../usage/checks'

export interface Options {
  readonly query: ResourceQuery
  readonly builder: ResourceBuilder
  readonly client: () => Promise<Client>
  readonly add: readonly Taint[]
  /** Without effect: all of the key. */
  readonly remove: readonly { readonly key: string; readonly effect: string }[]
  readonly overwrite: boolean
  readonly dryRun: DryRun
  readonly fieldManager: string
  readonly fieldValidation: FieldValidation
  print(object: object, operation: string): void
}

/** Throws UsageError. */
export async function toOptions(invocation: Invocation<'taint'>, factory: Factory): Promise<Options> {
  const { flags } = invocation
  const dryRun = invocation.dryRun()
  const { resources, pairs } = splitTaints(invocation.args)
  const { add, remove } = parseTaints(pairs, invocation)
  const [type = '', ...names] = resources
  const mapper = await factory.mapper()
  let kind: string
  try {
    kind = mapper.resourceFor(type.toLowerCase()).kind
  } catch (error) {
    // Told by the mapper, whose errors stand without a prefix here.
    throw new ExitError((error as Error).message.replace(type.toLowerCase().split('.')[0] as string, type.toLowerCase()), 1)
  }
  if (kind !== 'Node') throw new UsageError(`invalid resource type ${type.toLowerCase()}, only node types are supported`)
  const conflicts = add.flatMap(a => remove.filter(r => r.key === a.key && (r.effect === '' || r.effect === a.effect)).map(r => `${r.key}=${r.effect}`))
  if (conflicts.length > 0) throw new UsageError(`can not both modify and remove the following taint(s) in the same command: ${conflicts.join(', ')}`)
  if (flags.all && flags.selector !== '') throw new UsageError("setting 'all' parameter with a non empty selector is prohibited")
  if (!flags.all && flags.selector === '' && names.length === 0) throw new UsageError("at least one resource name must be specified since 'all' parameter is not set")
  return {
    query: { args: flags.all || flags.selector !== '' ? ['nodes'] : ['nodes', ...names], namespace: factory.namespace().name, selectAll: flags.all, ...(flags.selector === '' ? {} : { labelSelector: flags.selector }) },
    builder: factory.builder(),
    client: factory.client,
    add, remove, dryRun,
    overwrite: flags.overwrite,
    fieldManager: flags['field-manager'],
    fieldValidation: invocation.fieldValidation(),
    print: (object, operation) => toPrinter(flags, factory.io, { operation, typed: true })(object),
  }
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

function parseTaints(specs: readonly string[], invocation: Invocation<'taint'>): { add: Taint[]; remove: { key: string; effect: string }[] } {
  const add: Taint[] = []
  const remove: { key: string; effect: string }[] = []
  for (const spec of specs) {
    const taint = parseTaint(spec.endsWith('-') ? spec.slice(0, -1) : spec, invocation)
    if (spec.endsWith('-')) {
      remove.push({ key: taint.key, effect: taint.effect })
      continue
    }
    if (taint.effect === '') throw invocation.usageError(`invalid taint spec: ${spec}`)
    if (add.some(t => t.key === taint.key && t.effect === taint.effect)) throw invocation.usageError(`duplicated taints with the same key and effect: {${taint.key} ${taint.value ?? ''} ${taint.effect} <nil>}`)
    add.push(taint)
  }
  return { add, remove }
}

/** `key=value:Effect`. Throws UsageError. */
function parseTaint(spec: string, invocation: Invocation<'taint'>): Taint {
  const [pair = '', effect = '', more] = spec.split(':')
  const fail = (why: string): never => {
    throw invocation.usageError(why)
  }
  if (more !== undefined) fail(`invalid taint spec: ${spec}`)
  if (spec.includes(':') && !EFFECTS.includes(effect)) fail(`invalid taint effect: ${effect}, unsupported taint effect`)
  let [key = '', value = '', rest]: (string | undefined)[] = spec.includes(':') ? pair.split('=') : [pair]
  if (rest !== undefined) fail(`invalid taint spec: ${spec}`)
  const wrong = isLabelValue(value)
  if (wrong.length > 0) fail(`invalid taint spec: ${spec}, ${wrong.join('; ')}`)
  const problems = isQualifiedName(key)
  if (problems.length > 0) fail(`invalid taint spec: ${spec}, ${problems.join('; ')}`)
  return { key, ...(value === '' ? {} : { value }), effect }
}

export async function run(options: Options): Promise<void> {
  const type = typeNamed('core.v1.Node')
  await options.builder.forEachFetched(options.query, async info => {
    const node = info.object as KubeObject as Node
    const { operation, taints } = changed(node, options)
    const after = { ...node, spec: { ...node.spec, taints } }
    if (options.dryRun === 'client') return options.print(after, operation)
    const patch = createTwoWayMergePatch(type, node as never, after as never)
    const { dryRun, fieldManager, fieldValidation } = options
    options.print(await (await options.client()).patch(info.resource, refOf(info), 'strategic', patch, { dryRun: dryRun === 'server', fieldManager, fieldValidation }), operation)
  })
}

/** New taints come first, then what stays of the old. upstream: reorganizeTaints */
function changed({ metadata, spec }: Node, { add, remove, overwrite }: Options): { operation: string; taints: Taint[] } {
  const old = spec?.taints ?? []
  const same = (a: { key: string; effect: string }) => (b: Taint): boolean => a.key === b.key && a.effect === b.effect
  if (!overwrite) {
    const taken = add.filter(a => old.some(same(a))).map(a => a.key)
    if (taken.length > 0) throw new UsageError(`node ${metadata.name} already has ${taken.join(',')} taint(s) with same effect(s) and --overwrite is false`)
  }
  let taints = [...add, ...old.filter(o => !add.some(same(o)))]
  const added = taints.length !== old.length
  let removed = false
  const errors: UsageError[] = []
  for (const gone of remove) {
    const left = taints.filter(t => t.key !== gone.key || (gone.effect !== '' && t.effect !== gone.effect))
    removed = left.length !== taints.length
    taints = left
    if (!removed) errors.push(new UsageError(`taint ${JSON.stringify(gone.effect === '' ? gone.key : `${gone.key}:${gone.effect}`)} not found`))
  }
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new SeveralErrors(errors)
  return { operation: (added && removed) || overwrite ? 'modified' : added ? 'tainted' : 'untainted', taints }
}
