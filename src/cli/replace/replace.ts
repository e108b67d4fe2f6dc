/** `kubectl replace`. upstream: kubectl/pkg/cmd/replace/replace.go */
import { UsageError } from '../../base/errors'
import { StatusError } from '../../base/status'
import type { Client } from '../../client/client'
import type { KubeObject } from '../../kinds/kind'
import type { Session } from '../access'
import { cascadeOf } from '../delete/cascade'
import type { Options as DeleteOptions } from '../delete/delete'
import { run as runDelete } from '../delete/delete'
import { SeveralErrors, withSource } from '../errors'
import type { Factory } from '../factory'
import { filesOf, noFiles } from '../files'
import type { DryRun, FieldValidation, Invocation } from '../invocation'
import { saveConfig } from '../last-applied'
import type { PrintObject } from '../print-flags'
import { toPrinter } from '../print-flags'
import type { Recorder } from '../record'
import { createRecorder } from '../record'
import type { ResourceBuilder } from '../resource-builder/builder'
import type { Info } from '../resource-builder/info'
import { refOf } from '../resource-builder/info'
import type { ResourceQuery } from '../resource-builder/query'

export interface Options {
  readonly query: ResourceQuery
  readonly builder: ResourceBuilder
  readonly client: () => Promise<Client>
  readonly session: () => Promise<Session>
  readonly saveConfig: boolean
  readonly record: Recorder
  readonly subresource: string
  readonly dryRun: DryRun
  readonly fieldManager: string
  readonly fieldValidation: FieldValidation
  readonly print: PrintObject
  /** --force: how what is there is deleted first. */
  readonly force: DeleteOptions | undefined
}

/** Throws UsageError. */
export async function toOptions(invocation: Invocation<'replace'>, factory: Factory): Promise<Options> {
  const { flags } = invocation
  const dryRun = invocation.dryRun()
  const fieldValidation = invocation.fieldValidation()
  const print = toPrinter(flags, factory.io, { operation: 'replaced', dryRun })
  const cascade = cascadeOf(flags.cascade, factory.io)
  const { name: namespace, explicit } = factory.namespace()
  const grace = flags['grace-period'] === 0 ? 1 : flags['grace-period']
  validate(flags, grace, dryRun)
  const query = { ...filesOf(flags), namespace, enforceNamespace: explicit }
  const builder = once(factory.builder())
  return {
    query: { ...query, validate: fieldValidation !== 'Ignore', ...(flags.subresource === '' ? {} : { subresource: flags.subresource }) },
    builder,
    client: factory.client,
    session: factory.session,
    saveConfig: flags['save-config'],
    record: createRecorder(invocation),
    subresource: flags.subresource,
    dryRun, fieldValidation, print,
    fieldManager: flags['field-manager'],
    force: !flags.force ? undefined : {
      query: { ...query, validate: false },
      builder,
      client: factory.client,
      session: factory.session,
      io: factory.io,
      dryRun: 'none',
      gracePeriod: grace,
      cascade,
      ignoreNotFound: true,
      wait: flags.wait || flags['grace-period'] === 0,
      timeoutMs: flags.timeout,
      nameOnly: flags.output === 'name',
      quiet: false,
      interactive: false,
      warnClusterScope: false,
    },
  }
}

/** Standard input can be read once: what it said is kept for the second time. */
function once(builder: ResourceBuilder): ResourceBuilder {
  let known: Promise<{ infos: Info[]; failure: unknown }> | undefined
  return {
    ...builder,
    forEach(query, visit) {
      if (!query.filenames?.includes('-')) return builder.forEach(query, visit)
      known ??= (async () => {
        const infos: Info[] = []
        const failure = await builder.forEach(query, async info => void infos.push(info)).catch((e: unknown) => e)
        return { infos, failure }
      })()
      return known.then(async ({ infos, failure }) => {
        const errors: unknown[] = failure === undefined ? [] : failure instanceof SeveralErrors ? [...failure.errors] : [failure]
        for (const info of infos) await visit(info).catch((e: unknown) => void errors.push(e))
        if (errors.length > 0) throw new SeveralErrors(errors)
      })
    },
  }
}

function validate(flags: Invocation<'replace'>['flags'], grace: number, dryRun: DryRun): void {
  const fail = (message: string): never => {
    throw new UsageError(message)
  }
  if (grace >= 0 && !flags.force) fail('--grace-period must have --force specified')
  if (flags.timeout !== 0 && !flags.force) fail('--timeout must have --force specified')
  if (flags.force && dryRun !== 'none') fail('--dry-run can not be used when --force is set')
  if (noFiles(flags)) fail('must specify --filename to replace')
  if (flags.raw === '') return
  if (flags.filename.length !== 1) fail('--raw can only use a single local file or stdin')
  if (/^https?:\/\//.test(flags.filename[0] as string)) fail('--raw cannot read from a url')
  if (flags.recursive) fail('--raw and --recursive are mutually exclusive')
  if (flags.output !== '') fail('--raw and --output are mutually exclusive')
}

export async function run(options: Options): Promise<void> {
  if (options.force !== undefined) return forceReplace(options, options.force)
  const { dryRun, fieldManager, fieldValidation, subresource } = options
  await options.builder.forEach(options.query, async info => {
    const object = options.record(saveConfig(options.saveConfig, info.object as KubeObject))
    if (dryRun === 'client') return options.print(object)
    const client = await options.client()
    try {
      const current = object.metadata.resourceVersion ? object : await withVersion(client, info, object, subresource)
      options.print(await client.update(info.resource, current, { dryRun: dryRun === 'server', fieldManager, fieldValidation, ...(subresource === '' ? {} : { subresource }) }))
    } catch (error) {
      throw withSource('replacing', info.source, error)
    }
  })
}

/** An object without a version replaces whatever is there. upstream: Helper.Replace */
async function withVersion(client: Client, info: Info, object: KubeObject, subresource: string): Promise<KubeObject> {
  try {
    const { metadata } = await client.get(info.resource, info.name, info.namespace === '' ? undefined : info.namespace, subresource === '' ? {} : { subresource })
    return { ...object, metadata: { ...object.metadata, resourceVersion: metadata.resourceVersion as string } }
  } catch (error) {
    if (error instanceof StatusError) return object
    throw error
  }
}

const GONE_MS = 300_000

async function forceReplace(options: Options, force: DeleteOptions): Promise<void> {
  const { builder, query, fieldManager, fieldValidation } = options
  await runDelete(force)
  const [client, session] = [await options.client(), await options.session()]
  await builder.forEach(force.query, async info => {
    const gone = await session.waitUntil(async () => !(await exists(client, info)), force.timeoutMs || GONE_MS)
    if (!gone) throw new UsageError('context deadline exceeded')
  })
  let count = 0
  await builder.forEach(query, async info => {
    const { resourceVersion: _, ...metadata } = (info.object as KubeObject).metadata
    const object = options.record(saveConfig(options.saveConfig, { ...(info.object as KubeObject), metadata }))
    const created = await client.create(info.resource, object, { fieldManager, fieldValidation })
    count++
    options.print(created)
  })
  if (count === 0) throw new UsageError('no objects passed to replace')
}

async function exists(client: Client, info: Info): Promise<boolean> {
  try {
    const { metadata } = refOf(info)
    await client.get(info.resource, metadata.name, metadata.namespace)
    return true
  } catch (error) {
    if (error instanceof StatusError && error.reason === 'NotFound') return false
    throw error
  }
}
