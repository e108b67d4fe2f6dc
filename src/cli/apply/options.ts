/** `kubectl apply`: from flags to what it works with. upstream: kubectl/pkg/cmd/apply/apply.go ToOptions, Validate */
import type { Clock } from '../../base/clock'
import { UsageError } from '../../base/errors'
import type { Client } from '../../client/client'
import type { Session } from '../access'
import type { Factory } from '../factory'
import { filesOf } from '../files'
import type { DryRun, FieldValidation, Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import type { PrintObject } from '../print-flags'
import { toPrinter } from '../print-flags'
import type { Recorder } from '../record'
import { createRecorder } from '../record'
import type { ResourceBuilder } from '../resource-builder/builder'
import type { ResourceQuery } from '../resource-builder/query'
import type { DeletionPolicy } from '../delete/cascade'
import { cascadeOf } from '../delete/cascade'
import type { RestMapper } from '../rest-mapper'
import { ApplySet } from './apply-set'
import type { PruneKind } from './prune-kinds'
import { parsePruneKinds } from './prune-kinds'

export interface Options {
  readonly query: ResourceQuery
  readonly builder: ResourceBuilder
  readonly client: Client
  readonly session: Session
  readonly mapper: RestMapper
  readonly io: IOStreams
  readonly dryRun: DryRun
  readonly fieldValidation: FieldValidation
  readonly fieldManager: string
  readonly serverSide: boolean
  readonly forceConflicts: boolean
  readonly subresource: string
  readonly overwrite: boolean
  /** Patches are made as the server describes its types. */
  readonly openApiPatch: boolean
  readonly record: Recorder
  /** Objects are printed whole, all together at the end. */
  readonly printsObjects: boolean
  print(object: object, operation: string): void
  /** --force: what cannot be patched is deleted and made anew. */
  readonly force: boolean
  readonly timeoutMs: number
  readonly gracePeriod: number
  readonly cascade: DeletionPolicy
  /** What is applied belongs to this set. */
  readonly applySet: ApplySet | undefined
  readonly clock: Clock
  readonly prune: { readonly kinds: readonly PruneKind[]; readonly selector: string } | undefined
}

const CLIENT_SIDE_MANAGER = 'kubectl-client-side-apply'
export const SERVER_SIDE_MANAGER = 'kubectl'

/** Throws UsageError, and whatever opening the cluster throws. */
export async function toOptions(invocation: Invocation<'apply'>, factory: Factory): Promise<Options> {
  const { flags, changed } = invocation
  const dryRun = invocation.dryRun()
  const serverSide = flags['server-side']
  const cascade = cascadeOf(flags.cascade, factory.io)
  const fieldValidation = invocation.fieldValidation()
  const mapper = await factory.mapper()
  const { name: namespace, explicit: enforceNamespace } = factory.namespace()
  // upstream: the flag is there where the environment says KUBECTL_APPLYSET=true
  const { applyset = '' } = flags as { readonly applyset?: string }
  const applySet = applyset === '' ? undefined : ApplySet.parse(applyset, mapper, enforceNamespace ? namespace : '', factory.clock)
  const kinds = flags.prune ? parsePruneKinds(flags['prune-allowlist'], mapper) : []
  const client = await factory.client()
  validate(flags, dryRun, applySet !== undefined)
  if (applySet !== undefined) await checkApplySet(applySet, flags, kinds.length, client)
  let printer: { operation: string; print: PrintObject } | undefined
  return {
    query: { ...filesOf(flags), namespace, enforceNamespace, validate: fieldValidation !== 'Ignore', ...(flags.selector === '' ? {} : { labelSelector: flags.selector }) },
    builder: factory.builder(),
    client,
    session: await factory.session(),
    mapper,
    io: factory.io,
    dryRun, fieldValidation, serverSide, cascade,
    fieldManager: changed.has('field-manager') ? flags['field-manager'] : serverSide ? SERVER_SIDE_MANAGER : CLIENT_SIDE_MANAGER,
    forceConflicts: flags['force-conflicts'],
    subresource: flags.subresource,
    overwrite: flags.overwrite,
    openApiPatch: flags['openapi-patch'],
    record: createRecorder(invocation),
    printsObjects: flags.output !== '' && flags.output !== 'name',
    print(object, operation) {
      if (printer?.operation !== operation) printer = { operation, print: toPrinter(flags, factory.io, { operation, dryRun }) }
      printer.print(object)
    },
    force: flags.force,
    timeoutMs: flags.timeout,
    gracePeriod: flags['grace-period'],
    applySet,
    clock: factory.clock,
    prune: flags.prune && applySet === undefined ? { kinds, selector: flags.selector } : undefined,
  }
}

async function checkApplySet(applySet: ApplySet, { prune, all, selector }: Invocation<'apply'>['flags'], pruneKinds: number, client: Client): Promise<void> {
  if (!prune) throw new UsageError('--applyset requires --prune')
  await applySet.validate(client)
  if (all) throw new UsageError('--all is incompatible with --applyset')
  if (selector !== '') throw new UsageError('--selector is incompatible with --applyset')
  if (pruneKinds > 0) throw new UsageError('--prune-allowlist is incompatible with --applyset')
}

function validate(flags: Invocation<'apply'>['flags'], dryRun: DryRun, isSet: boolean): void {
  const { all, selector, force, prune } = flags
  const serverSide = flags['server-side']
  const fail = (message: string): never => {
    throw new UsageError(message)
  }
  if (flags['force-conflicts'] && !serverSide) fail('--force-conflicts only works with --server-side')
  if (dryRun === 'client' && serverSide) fail("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)")
  if (serverSide && force) fail('--force cannot be used with --server-side')
  if (dryRun === 'server' && force) fail('--dry-run=server cannot be used with --force')
  if (all && selector !== '') fail('cannot set --all and --selector at the same time')
  if (prune) {
    if (force) fail('--force cannot be used with --prune')
    if (!isSet && !all && selector === '') fail('all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector')
    if (!isSet && serverSide) fail("--prune is in alpha and doesn't currently work on objects created by server-side apply")
  }
  if (flags.subresource !== '' && !serverSide) fail('--subresource can only be specified for --server-side')
}
