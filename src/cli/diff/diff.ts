/** `kubectl diff`: what the server has, and what it would have after an apply. upstream: kubectl/pkg/cmd/diff/diff.go */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createDraw } from '../../base/draw'
import { ExitError, UsageError } from '../../base/errors'
import { goQuote } from '../../base/field'
import { StatusError } from '../../base/status'
import type { Client } from '../../client/client'
import type { KubeObject } from '../../kinds/kind'
import { apiVersionOf } from '../../kinds/kind'
import type { Session } from '../access'
import { patch } from '../apply/patcher'
import { SERVER_SIDE_MANAGER } from '../apply/options'
import { prunable } from '../apply/prune'
import type { PruneKind } from '../apply/prune-kinds'
import { parsePruneKinds } from '../apply/prune-kinds'
import type { Factory } from '../factory'
import { filesOf } from '../files'
import type { Invocation } from '../invocation'
import { klogWarnings } from '../klog'
import { LAST_APPLIED, withAnnotations } from '../last-applied'
import { yamlText } from '../../base/yaml/writer'
import { withoutManagedFields } from '../print-flags'
import type { ResourceBuilder } from '../resource-builder/builder'
import type { Info } from '../resource-builder/info'
import type { ResourceQuery } from '../resource-builder/query'
import type { RestMapper } from '../rest-mapper'
import { masked } from './secrets'
import type { Pair } from './unified'
import { unifiedDiff } from './unified'

export interface Options {
  readonly query: ResourceQuery
  readonly builder: ResourceBuilder
  readonly client: Client
  readonly session: Session
  readonly mapper: RestMapper
  readonly factory: Factory
  readonly serverSide: boolean
  readonly forceConflicts: boolean
  readonly fieldManager: string
  readonly showManagedFields: boolean
  readonly showSecrets: boolean
  /** How many objects are looked at together. */
  readonly concurrency: number
  readonly prune: { readonly kinds: readonly PruneKind[]; readonly selector: string } | undefined
}

/** Throws UsageError, and whatever opening the cluster throws. */
export async function toOptions(invocation: Invocation<'diff'>, factory: Factory): Promise<Options> {
  const { flags, changed } = invocation
  const serverSide = flags['server-side']
  if (flags['force-conflicts'] && !serverSide) throw new UsageError('--force-conflicts only works with --server-side')
  const { name: namespace, explicit } = factory.namespace()
  const mapper = await factory.mapper()
  return {
    query: { ...filesOf(flags), namespace, enforceNamespace: explicit, validate: false, ...(flags.selector === '' ? {} : { labelSelector: flags.selector }) },
    builder: factory.builder(),
    client: await factory.client(),
    session: await factory.session(),
    mapper, factory, serverSide, concurrency: flags.concurrency,
    forceConflicts: flags['force-conflicts'],
    fieldManager: changed.has('field-manager') ? flags['field-manager'] : serverSide ? SERVER_SIDE_MANAGER : 'kubectl-client-side-apply',
    showManagedFields: flags['show-managed-fields'],
    showSecrets: flags['show-secrets'],
    prune: flags.prune ? { kinds: parsePruneKinds(flags['prune-allowlist'], mapper), selector: flags.selector } : undefined,
  }
}

/** Exits with 1 when something differs. Throws ExitError, StatusError, UsageError. */
export async function run(options: Options): Promise<void> {
  const pairs: Pair[] = []
  const uids = new Set<string>()
  const namespaces = new Set<string>()
  const look = async (info: Info, at: number): Promise<void> => {
    const { live, merged } = await versionsOf(info as Fetched, options)
    if (live !== undefined) uids.add(live.metadata.uid ?? '')
    if (info.namespace !== '') namespaces.add(info.namespace)
    pairs[at] = pairOf(info.resource, live, merged, options)
    if (live?.metadata.deletionTimestamp !== undefined) options.factory.io.stderr(`Warning: Detected changes to resource ${info.name} which is currently being deleted.\n`)
  }
  await visitTogether(options, look)
  if (options.prune !== undefined) {
    for await (const { resource, object } of prunable(options.prune, { ...options, warn: klogWarnings(options.factory, options.factory.io) }, { uids, namespaces })) {
      pairs.push({ name: fileOf(resource, object), from: yamlText({ apiVersion: apiVersionOf(resource), kind: resource.kind, ...object }), to: undefined })
    }
  }
  await show(pairs.filter(pair => pair !== undefined), options.factory)
}

/** Objects one after another, or so many at once as was asked for; the first failure in their order is told. */
async function visitTogether({ builder, query, concurrency }: Options, look: (info: Info, at: number) => Promise<void>): Promise<void> {
  let at = 0
  if (concurrency <= 1) return builder.forEach(query, info => look(info, at++))
  const running: Promise<unknown>[] = []
  const flush = async (): Promise<void> => {
    const failed = (await Promise.all(running.splice(0))).find(error => error !== undefined)
    if (failed !== undefined) throw failed
  }
  await builder.forEach(query, async info => {
    running.push(look(info, at++).then(() => undefined, (error: unknown) => error))
    if (running.length >= concurrency) await flush()
  })
  await flush()
}

type Fetched = Info & { readonly object: KubeObject }

const MAX_RETRIES = 4

/** Tried again while others change the object meanwhile; the last time without regard to them. */
async function versionsOf(info: Fetched, options: Options): Promise<{ live: KubeObject | undefined; merged: KubeObject }> {
  const { factory: { io, clock }, client } = options
  for (let tries = 1; ; tries++) {
    const live = await liveOf(info, client, options.showManagedFields)
    const { group, version, kind } = info.resource
    if (tries === MAX_RETRIES) klogWarnings({ clock }, io)(`diff.go:723] Object (${group}/${version}, Kind=${kind}: ${info.name}) keeps changing, diffing without lock`)
    try {
      return { live, merged: await mergedOf(info, live, tries === MAX_RETRIES, options) }
    } catch (error) {
      if (tries === MAX_RETRIES || !(error instanceof StatusError) || error.reason !== 'Conflict') throw error
    }
  }
}

async function liveOf({ resource, name, namespace }: Info, client: Client, managedFields: boolean): Promise<KubeObject | undefined> {
  try {
    return await client.get(resource, name, namespace === '' ? undefined : namespace, { managedFields })
  } catch (error) {
    if (error instanceof StatusError && error.reason === 'NotFound') return undefined
    throw error
  }
}

async function mergedOf(info: Fetched, live: KubeObject | undefined, withoutLock: boolean, options: Options): Promise<KubeObject> {
  const { client, session, fieldManager, forceConflicts } = options
  if (options.serverSide) return client.apply(info.resource, info.object, { fieldManager, force: forceConflicts, dryRun: true })
  if (live === undefined) {
    const { resourceVersion: _, ...metadata } = info.object.metadata
    return client.create(info.resource, { ...info.object, metadata }, { dryRun: true, fieldManager })
  }
  const modified = withAnnotations(info.object, { [LAST_APPLIED]: undefined })
  const patched = await patch(info, live, modified, {
    client, session, fieldManager, dryRun: 'server', fieldValidation: undefined, overwrite: true, openApiPatch: true,
    force: false, timeoutMs: 0, gracePeriod: -1, cascade: 'Background',
    resourceVersion: withoutLock ? undefined : live.metadata.resourceVersion,
  })
  return patched.object
}

/** `apps.v1.Deployment.default.web` */
function fileOf({ group, version, kind }: Info['resource'], { metadata: { namespace = '', name } }: KubeObject): string {
  return `${group === '' ? '' : `${group}.`}${version}.${kind}.${namespace}.${name}`
}

function pairOf(resource: Info['resource'], live: KubeObject | undefined, merged: KubeObject, { showManagedFields, showSecrets }: Options): Pair {
  const bare = (object: KubeObject): KubeObject => (showManagedFields ? object : (withoutManagedFields(object) as KubeObject))
  const isSecret = resource.kind === 'Secret' && resource.version === 'v1'
  const sides = isSecret && !showSecrets ? masked(live, merged) : { from: live, to: merged }
  return { name: fileOf(resource, merged), from: sides.from === undefined ? undefined : yamlText(bare(sides.from)), to: yamlText(bare(sides.to)) }
}

/** With the program that KUBECTL_EXTERNAL_DIFF names, else by ourselves. */
async function show(pairs: readonly Pair[], factory: Factory): Promise<void> {
  const { io, clock } = factory
  const external = io.env['KUBECTL_EXTERNAL_DIFF'] ?? ''
  if (external !== '') return showWith(external, pairs, factory)
  const draw = createDraw(String(clock.now()))
  const folder = io.env['TMPDIR'] || '/tmp'
  const text = unifiedDiff(pairs, { from: join(folder, `LIVE-${draw.uint32('diff', 'LIVE')}`), to: join(folder, `MERGED-${draw.uint32('diff', 'MERGED')}`), nowMs: clock.now() })
  io.stdout(text)
  if (text !== '') throw new ExitError('', 1)
}

/** As programs say that a signal has ended them. */
const KILLED = 128

async function showWith(external: string, pairs: readonly Pair[], { io, access }: Factory): Promise<void> {
  const [program = '', ...words] = external.split(' ')
  const folder = io.env['TMPDIR'] || '/tmp'
  mkdirSync(folder, { recursive: true })
  const [from, to] = [mkdtempSync(join(folder, 'LIVE-')), mkdtempSync(join(folder, 'MERGED-'))]
  try {
    for (const { name, from: before, to: after } of pairs) {
      // What is not there yet is an empty file; what will be gone is none.
      writeFileSync(join(from, name), before ?? '', { mode: 0o600 })
      if (after !== undefined) writeFileSync(join(to, name), after, { mode: 0o600 })
    }
    if (program === '') throw new UsageError('failed to run "": exec: no command')
    // Upstream passes on only what is plainly an argument, behind the folders.
    const code = await access.runProgram([program, from, to, ...words.filter(word => /^[a-zA-Z0-9-=]+$/.test(word))], { env: io.env, cwd: io.cwd }).catch(error => {
      throw error instanceof UsageError ? new UsageError(`failed to run ${goQuote(program)}: executable file not found in $PATH`) : error
    })
    // A program that was killed counts as one that found differences.
    if (code === 1 || code === KILLED) throw new ExitError('', 1)
    if (code > 1) throw new UsageError(`failed to run ${goQuote(program)}: exit status ${code}`)
  } finally {
    for (const path of [from, to]) rmSync(path, { recursive: true, force: true })
  }
}
