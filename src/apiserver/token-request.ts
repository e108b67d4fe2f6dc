/** serviceaccounts/token: a signed token for an account, for so long, for these readers, bound to that object. upstream: pkg/registry/core/serviceaccount/storage/token.go */
import { timestamp } from '../base/clock'
import { invalidValue, required, type FieldError } from '../base/field'
import { badRequest, conflict, invalid } from '../base/status'
import type { ObjectRef } from '../client/client'
import { node as nodes } from '../kinds/core/node/kind'
import { pod as pods } from '../kinds/core/pod/kind'
import { secret as secrets } from '../kinds/core/secret/kind'
import type { Kind, KubeObject } from '../kinds/kind'
import type { BoundObjectReference, TokenRequest, TokenRequestSpec } from '../kinds/schema/types/authentication.v1'
import type { Pod, ServiceAccount } from '../kinds/schema/types/core.v1'
import type { RequestState } from './actor'
import { runAdmission } from './admission'
import { API_AUDIENCES } from './authentication/issuer'
import type { TokenGrant } from './authentication/tokens'
import type { ApiServer } from './server'

const DEFAULT_SECONDS = 3600
const MIN_SECONDS = 10 * 60
const MAX_SECONDS = 2 ** 32

/** Throws 400, 404, 409 or 422. */
export async function requestToken(server: ApiServer, kind: Kind<ServiceAccount>, ref: ObjectRef, body: TokenRequest, request: RequestState): Promise<TokenRequest> {
  const { name, namespace } = ref.metadata
  if ((body.metadata?.name ?? '') !== '' && body.metadata.name !== name) throw badRequest(`metadata.name: Invalid value: "${body.metadata.name}": must match the service account name if specified`)
  if ((body.metadata?.namespace ?? '') !== '' && body.metadata.namespace !== namespace) throw badRequest(`metadata.namespace: Invalid value: "${body.metadata.namespace}": must match the service account namespace if specified`)
  const { body: account } = server.stored(kind, namespace, name)
  const spec: TokenRequestSpec = { ...body.spec, expirationSeconds: body.spec?.expirationSeconds ?? DEFAULT_SECONDS }
  if ((spec.audiences ?? []).length === 0) spec.audiences = [...API_AUDIENCES]
  const errors = validate(spec)
  if (errors.length > 0) throw invalid({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, '', errors)
  const object: TokenRequest = { kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', metadata: { name, namespace, creationTimestamp: timestamp(server.clock.now()) } as TokenRequest['metadata'], spec, status: {} }
  await runAdmission(server.plugins, 'validate', { operation: 'CREATE', kind: kind as unknown as Kind, subresource: 'token', namespace, name, object, previous: undefined, request }, server.admissionEnv)
  const grant: TokenGrant = { account, audiences: spec.audiences as string[], seconds: spec.expirationSeconds as number, boundTo: (spec.boundObjectRef ?? undefined) === undefined ? undefined : boundTo(server, spec.boundObjectRef as BoundObjectReference, account) }
  const { token, expiresMs } = server.authenticator.tokens.issue(grant, server.wallMs())
  return { ...object, status: { token, expirationTimestamp: timestamp(expiresMs) } }
}

/** upstream: pkg/apis/authentication/validation */
function validate({ expirationSeconds = 0, audiences = [] }: TokenRequestSpec): FieldError[] {
  const errors: FieldError[] = []
  if (expirationSeconds < MIN_SECONDS) errors.push(invalidValue('spec.expirationSeconds', expirationSeconds, 'may not specify a duration less than 10 minutes'))
  if (expirationSeconds > MAX_SECONDS) errors.push(invalidValue('spec.expirationSeconds', expirationSeconds, 'may not specify a duration larger than 2^32 seconds'))
  audiences.forEach((a, i) => {
    if (a === '') errors.push(required(`spec.audiences[${i}]`, 'must not be empty'))
  })
  return errors
}

function boundTo(server: ApiServer, ref: BoundObjectReference, account: ServiceAccount): NonNullable<TokenGrant['boundTo']> {
  const { kind = '', apiVersion = '', name = '', uid = '' } = ref
  const namespace = account.metadata.namespace
  const found = ((): NonNullable<TokenGrant['boundTo']> => {
    if (apiVersion === 'v1' && kind === 'Pod') {
      const object = server.stored(pods, namespace, name).body as Pod
      if (object.spec.serviceAccountName !== account.metadata.name)
        throw badRequest(`cannot bind token for serviceaccount "${account.metadata.name}" to pod running with different serviceaccount name.`)
      return { kind: 'pod', object }
    }
    if (apiVersion === 'v1' && kind === 'Node') return { kind: 'node', object: server.stored(nodes, undefined, name).body }
    if (apiVersion === 'v1' && kind === 'Secret') return { kind: 'secret', object: server.stored(secrets, namespace, name).body as KubeObject }
    throw badRequest(`cannot bind token to object of type ${goKind(apiVersion, kind)}`)
  })()
  if (uid !== '' && uid !== found.object.metadata.uid)
    throw conflict({ group: '', plural: kind }, name, `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`)
  return found
}

/** As GroupVersionKind prints itself. */
function goKind(apiVersion: string, kind: string): string {
  const slash = apiVersion.indexOf('/')
  const [group, version] = slash < 0 ? ['', apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)]
  return `${group}/${version}, Kind=${kind}`
}
