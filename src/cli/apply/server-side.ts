/** `kubectl apply --server-side`, and what moves an object there that was applied by the client before. upstream: kubectl/pkg/cmd/apply/apply.go, client-go/util/csaupgrade */
import { UsageError } from '../../base/errors'
import { StatusError } from '../../base/status'
import type { KubeObject } from '../../kinds/kind'
import { lastApplied, LAST_APPLIED } from '../last-applied'
import { readRaw } from '../raw-path'
import type { Info } from '../resource-builder/info'
import type { Options } from './options'
import { SERVER_SIDE_MANAGER } from './options'

const LAST_APPLIED_MANAGER = 'kubectl-last-applied'

const CONFLICT_ADVICE = `
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`

interface ManagedEntry {
  readonly manager?: string
  readonly operation?: string
  readonly subresource?: string
  readonly apiVersion?: string
  readonly fieldsType?: string
  readonly time?: string
  readonly fieldsV1?: Record<string, unknown>
}

/** Applies on the server. Throws StatusError, or UsageError with advice after a conflict. */
export async function applyServerSide(info: Info & { readonly object: KubeObject }, options: Options): Promise<KubeObject> {
  const { client, fieldManager, forceConflicts: force, fieldValidation, dryRun, subresource } = options
  const write = { dryRun: dryRun === 'server', fieldManager, fieldValidation }
  const apply = (): Promise<KubeObject> => client.apply(info.resource, info.object, { ...write, force, ...(subresource === '' ? {} : { subresource }) })
  let object: KubeObject
  try {
    object = await apply()
  } catch (error) {
    if (error instanceof StatusError && error.reason === 'Conflict') throw new UsageError(`${error.message}${CONFLICT_ADVICE}`)
    throw error
  }
  return lastApplied(object) === undefined || dryRun === 'server' ? object : migrate(info, object, options, apply)
}

/** The object carries what client-side apply noted: the note gets an owner, and the fields a new one. */
async function migrate(info: Info, applied: KubeObject, options: Options, apply: () => Promise<KubeObject>): Promise<KubeObject> {
  const { client, io, fieldManager, fieldValidation } = options
  const advice = 'This is non-fatal and will be retried next time you apply.'
  let object = applied
  const attempt = async (what: string, work: () => Promise<boolean>): Promise<boolean> => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof StatusError)) throw error
      io.stderr(`Warning: ${what}. ${advice} Error: ${error.message}\n`)
      return false
    }
  }
  const saved = await attempt(`failed to migrate ${LAST_APPLIED} for Server-Side Apply`, async () => {
    if (fieldManager !== SERVER_SIDE_MANAGER || owners(await entriesOf(), 'Apply').length > 0) return true
    const { apiVersion, kind, metadata } = object
    const note = { apiVersion, kind, metadata: { name: metadata.name, ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }), annotations: { [LAST_APPLIED]: lastApplied(object) as string } } }
    object = await client.apply(info.resource, note as KubeObject, { fieldManager: LAST_APPLIED_MANAGER, fieldValidation, force: undefined })
    return true
  })
  if (!saved) return object
  const migrated = await attempt('server rejected managed fields migration to Server-Side Apply', async () => {
    const entries = await entriesOf()
    const names = new Set(owners(entries, 'Update').map(e => e.manager ?? ''))
    const upgraded = upgradeManagers(entries, names, fieldManager)
    if (upgraded === undefined) return false
    const patch = [
      { op: 'replace', path: '/metadata/managedFields', value: upgraded },
      { op: 'replace', path: '/metadata/resourceVersion', value: object.metadata.resourceVersion },
    ]
    object = await client.patch(info.resource, object, 'json', patch, { fieldManager, fieldValidation })
    return true
  })
  if (migrated) {
    await attempt('failed to re-apply configuration after performing Server-Side Apply migration', async () => {
      object = await apply()
      return true
    })
  }
  return object

  async function entriesOf(): Promise<readonly ManagedEntry[]> {
    // A cluster in a file answers without them.
    const full = object.metadata.managedFields === undefined ? await readRaw(client, info.resource, info.name, info.namespace) : object
    return (full.metadata.managedFields as readonly ManagedEntry[] | undefined) ?? []
  }
}

/** Entries of the operation that own the note. upstream: csaupgrade.FindFieldsOwners */
function owners(entries: readonly ManagedEntry[], operation: 'Apply' | 'Update'): ManagedEntry[] {
  return entries.filter(e => {
    if (e.operation !== operation) return false
    const annotations = ((e.fieldsV1?.['f:metadata'] as Record<string, unknown> | undefined)?.['f:annotations'] ?? {}) as Record<string, unknown>
    return Object.hasOwn(annotations, `f:${LAST_APPLIED}`)
  })
}

/** One Apply entry of the new manager with all that the old ones owned by updates; undefined when there is nothing to move. upstream: csaupgrade.UpgradeManagedFields */
function upgradeManagers(entries: readonly ManagedEntry[], clientSide: ReadonlySet<string>, manager: string): ManagedEntry[] | undefined {
  const isOld = (e: ManagedEntry): boolean => clientSide.has(e.manager ?? '') && e.operation === 'Update' && (e.subresource ?? '') === ''
  if (!entries.some(isOld)) return undefined
  const isNew = (e: ManagedEntry): boolean => e.manager === manager && e.operation === 'Apply' && (e.subresource ?? '') === ''
  const existing = entries.find(isNew)
  const first = existing ?? entries.find(isOld)
  const fieldsV1 = [...entries.filter(isOld), ...(existing === undefined ? [] : [existing])].reduce<Record<string, unknown>>((all, e) => union(all, e.fieldsV1 ?? {}), {})
  const made = { ...first, manager, operation: 'Apply', fieldsV1 }
  return entries.flatMap(e => (e === first ? [made] : isOld(e) ? [] : [e]))
}

/** Sets of fields as FieldsV1 writes them. */
function union(a: Record<string, unknown>, b: Record<string, unknown>): Record<string, unknown> {
  const out = { ...a }
  for (const [key, value] of Object.entries(b)) out[key] = union((out[key] ?? {}) as Record<string, unknown>, value as Record<string, unknown>)
  return out
}
