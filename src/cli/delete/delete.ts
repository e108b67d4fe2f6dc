/** `kubectl delete`. upstream: kubectl/pkg/cmd/delete/delete.go */
import { UsageError } from '../../base/errors'
import { StatusError } from '../../base/status'
import type { Client } from '../../client/client'
import type { Session } from '../access'
import { SeveralErrors, withSource } from '../errors'
import type { DryRun } from '../invocation'
import type { IOStreams } from '../io-streams'
import { withDryRun } from '../print-flags'
import { kindName } from '../print/name'
import type { ResourceBuilder } from '../resource-builder/builder'
import type { Info } from '../resource-builder/info'
import type { ResourceQuery } from '../resource-builder/query'
import { apiVersionOf } from '../../kinds/kind'
import { untilDeleted } from '../wait/deleted'
import type { DeletionPolicy } from './cascade'

export interface Options {
  readonly query: ResourceQuery
  readonly builder: ResourceBuilder
  readonly client: () => Promise<Client>
  readonly session: () => Promise<Session>
  readonly io: IOStreams
  readonly dryRun: DryRun
  /** -1: what the object says. */
  readonly gracePeriod: number
  readonly cascade: DeletionPolicy
  readonly ignoreNotFound: boolean
  readonly wait: boolean
  /** 0: as long as it takes. */
  readonly timeoutMs: number
  readonly nameOnly: boolean
  readonly quiet: boolean
  readonly interactive: boolean
  /** The namespace was given, and something without one is deleted. */
  readonly warnClusterScope: boolean
}

/**
 * Who gave no time-out waits for ever on a real cluster and ends it with Ctrl-C. Here a wait is a jump: an object that nothing
 * frees is given this much of the cluster's time.
 */
const WITHOUT_TIMEOUT_MS = 3600_000
const A_WEEK_MS = 168 * 3600_000

const idOf = ({ resource, namespace, name }: Info): string => `${resource.group}/${resource.plural}/${namespace}/${name}`

/** Throws SeveralErrors with all that failed. */
export async function run(options: Options): Promise<void> {
  const { io, dryRun, wait } = options
  let only: ReadonlySet<string> | undefined
  if (options.interactive) {
    only = await preview(options)
    if (only === undefined) return
  }
  const deleted: { readonly info: Info; readonly uid: string | undefined }[] = []
  let warn = options.warnClusterScope
  await forEach(options, async info => {
    if (only !== undefined && !only.has(idOf(info))) return
    if (warn && info.resource.scope === 'Cluster') {
      io.stderr('Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n')
      warn = false
    }
    // Counted even when the request fails, as the wait comes only after success of all.
    const entry = { info, uid: undefined as string | undefined }
    deleted.push(entry)
    if (dryRun !== 'client') entry.uid = await deleteOne(info, options)
    if (!options.quiet) io.stdout(lineOf(info, options))
  })
  if (deleted.length === 0) return io.stdout('No resources found\n')
  if (wait && dryRun === 'none') await untilAllGone(deleted, options)
}

/** Visits everything that is named; NotFound may be no error. */
async function forEach({ builder, query, ignoreNotFound }: Options, visit: (info: Info) => Promise<void>): Promise<void> {
  try {
    await builder.forEach(query, visit)
  } catch (error) {
    const all = error instanceof SeveralErrors ? error.errors : [error]
    const left = ignoreNotFound ? all.filter(e => !(e instanceof StatusError && e.reason === 'NotFound')) : all
    // What is left of a list is still one.
    if (left.length > 0) throw new SeveralErrors(left, left.length < all.length)
  }
}

/** The uid of what is being deleted; '' where the answer says that it is gone, so that whatever has its name now is another. upstream: deleteResources, whose uid of a Status is empty */
async function deleteOne(info: Info, { client, cascade, gracePeriod, dryRun }: Options): Promise<string> {
  const ref = { metadata: { name: info.name, namespace: info.namespace === '' ? undefined : info.namespace } }
  try {
    if (info.resource.scope === 'Namespaced' && info.namespace === '') throw new UsageError('an empty namespace may not be set when a resource name is provided')
    const grace = gracePeriod >= 0 ? { gracePeriodSeconds: gracePeriod } : {}
    const object = await (await client()).delete(info.resource, ref, { propagationPolicy: cascade, dryRun: dryRun === 'server', ...grace })
    return object?.metadata.uid ?? ''
  } catch (error) {
    throw withSource('deleting', info.source, error)
  }
}

/** `deployment.apps "web" deleted from default namespace` */
function lineOf(info: Info, { gracePeriod, nameOnly, dryRun }: Options): string {
  const kind = kindName({ apiVersion: apiVersionOf(info.resource), kind: info.resource.kind })
  if (nameOnly) return `${kind}/${info.name}\n`
  const operation = `${gracePeriod === 0 ? 'force deleted' : 'deleted'}${info.resource.scope === 'Namespaced' ? ` from ${info.namespace} namespace` : ''}`
  return `${kind} "${info.name}" ${withDryRun(operation, dryRun)}\n`
}

/** Asks; undefined: nothing is to be done. */
async function preview(options: Options): Promise<ReadonlySet<string> | undefined> {
  const { io } = options
  const found: Info[] = []
  await forEach(options, async info => void found.push(info))
  if (found.length === 0) {
    io.stdout('No resources found\n')
    return undefined
  }
  io.stdout(`You are about to delete the following ${found.length} resource(s):\n`)
  for (const info of found) io.stdout(`${kindName({ apiVersion: apiVersionOf(info.resource), kind: info.resource.kind })}/${info.name}\n`)
  io.stdout('Do you want to continue? (y/N): ')
  if ((await firstLine(io)).trim().toLowerCase() === 'y') return new Set(found.map(idOf))
  io.stdout('deletion is cancelled\n')
  return undefined
}

async function firstLine(io: IOStreams): Promise<string> {
  let text = ''
  for await (const chunk of io.stdin) {
    text += Buffer.from(chunk).toString('utf8')
    if (text.includes('\n')) break
  }
  return text.split('\n')[0] as string
}

async function untilAllGone(deleted: readonly { readonly info: Info; readonly uid: string | undefined }[], { session, timeoutMs, io }: Options): Promise<void> {
  const opened = await session()
  const endMs = opened.clock.now() + (timeoutMs > 0 ? timeoutMs : opened.timer === undefined ? WITHOUT_TIMEOUT_MS : A_WEEK_MS)
  for (const { info, uid } of deleted) await untilDeleted(opened, info, uid, Math.max(1, endMs - opened.clock.now()), io)
}
