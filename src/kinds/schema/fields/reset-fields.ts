/** Fields that a request to a resource or subresource sets back to what was stored, and therefore never owns. upstream: the registry strategies' GetResetFields */
import { EMPTY, type FieldSet, setOfPaths } from './field-set'

export interface ResetFields {
  readonly set: FieldSet
  /** The names of whole top-level fields, and of fields of metadata. */
  readonly top: ReadonlySet<string>
  readonly metadata: ReadonlySet<string>
  /** Some lie deeper, so that the short ways do not apply. */
  readonly deep: boolean
}

/** Paths of field names, `resetFields('status', 'metadata.deletionTimestamp')`. */
export function resetFields(...paths: readonly string[]): ResetFields {
  const metadata = paths.filter(path => /^metadata\.[^.]+$/.test(path))
  const top = paths.filter(path => !path.includes('.'))
  return {
    set: paths.length === 0 ? EMPTY : setOfPaths(paths.map(path => path.split('.').map(name => `f:${name}`))),
    top: new Set(top),
    metadata: new Set(metadata.map(path => path.slice('metadata.'.length))),
    deep: metadata.length + top.length < paths.length,
  }
}

export const NO_RESET: ResetFields = resetFields()

/** What a status write resets besides `spec`. */
const STATUS_RESETS: Record<string, readonly string[]> = {
  'v1/Pod': ['metadata.deletionTimestamp', 'metadata.ownerReferences'],
  'apps/v1/Deployment': ['metadata.labels'],
  'apiregistration.k8s.io/v1/APIService': ['metadata'],
  'flowcontrol.apiserver.k8s.io/v1/FlowSchema': ['metadata'],
  'flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfiguration': ['metadata'],
  'resource.k8s.io/v1/ResourceClaim': ['metadata'],
  'certificates.k8s.io/v1/CertificateSigningRequest': ['status.conditions'],
}

export interface ResetQuestion {
  readonly apiVersion: string
  readonly kind: string
  /** '' for the resource itself. */
  readonly subresource: string
  /** Whether the resource has a subresource `status`. */
  readonly hasStatus: boolean
  /** A resource of a CustomResourceDefinition. */
  readonly custom?: boolean
}

const known = new Map<string, ResetFields>()

/** What a write to this resource or subresource resets. One object an answer. */
export function resetFieldsOf({ apiVersion, kind, subresource, hasStatus, custom = false }: ResetQuestion): ResetFields {
  const key = `${apiVersion}/${kind}/${subresource} ${hasStatus ? 's' : ''}${custom ? 'c' : ''}`
  let fields = known.get(key)
  if (fields === undefined) known.set(key, (fields = resetFields(...resetPaths(`${apiVersion}/${kind}`, subresource, hasStatus, custom))))
  return fields
}

function resetPaths(name: string, subresource: string, hasStatus: boolean, custom: boolean): readonly string[] {
  const request = name === 'certificates.k8s.io/v1/CertificateSigningRequest'
  if (subresource === 'status') return ['spec', ...(custom ? ['metadata'] : STATUS_RESETS[name] ?? [])]
  if (subresource === 'approval') return ['spec', 'status.certificate']
  if (subresource !== '' || !hasStatus) return []
  return request ? ['spec', 'status'] : ['status']
}
