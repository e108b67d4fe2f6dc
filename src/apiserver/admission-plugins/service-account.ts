/** ServiceAccount: every pod runs as one, with its token mounted. upstream: plugin/pkg/admission/serviceaccount */
import { forbiddenRequest } from '../../base/status'
import { serviceAccount } from '../../kinds/core/service-account/kind'
import type { Container, Pod, ServiceAccount, Volume, VolumeMount } from '../../kinds/schema/types/core.v1'
import type { AdmissionEnv, AdmissionPlugin, Attributes } from '../admission'

export const TOKEN_MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'
const TOKEN_SECONDS = 3607
const MIRROR = 'kubernetes.io/config.mirror'
const ENFORCE_MOUNTABLE_SECRETS = 'kubernetes.io/enforce-mountable-secrets'

export const serviceAccountAdmission: AdmissionPlugin = {
  name: 'ServiceAccount',
  operations: ['CREATE'],
  resources: ['pods'],
  admit(a, env) {
    if (a.kind.group !== '' || a.kind.plural !== 'pods' || a.subresource !== '') return
    const pod = a.object as Pod
    if (pod.metadata.annotations?.[MIRROR] !== undefined) return refuseMirror(a, pod)
    const { spec } = pod
    if ((spec.serviceAccountName ?? '') === '') spec.serviceAccountName = 'default'
    spec.serviceAccount = spec.serviceAccountName as string
    const account = env.lister.get(serviceAccount, spec.serviceAccountName as string, a.namespace)
    if (account === undefined)
      throw forbiddenRequest(a.kind, a.name, `error looking up service account ${a.namespace}/${spec.serviceAccountName}: serviceaccount "${spec.serviceAccountName}" not found`)
    if (mountsToken(pod, account)) mountToken(pod, env)
    if ((spec.imagePullSecrets ?? []).length === 0 && account.imagePullSecrets !== undefined && account.imagePullSecrets.length > 0) spec.imagePullSecrets = account.imagePullSecrets.map(s => ({ ...s }))
  },
  validate(a, env) {
    if (a.kind.group !== '' || a.kind.plural !== 'pods' || a.subresource !== '') return
    const pod = a.object as Pod
    if (pod.metadata.annotations?.[MIRROR] !== undefined) return refuseMirror(a, pod)
    const account = env.lister.get(serviceAccount, pod.spec.serviceAccountName ?? '', a.namespace)
    if (account?.metadata.annotations?.[ENFORCE_MOUNTABLE_SECRETS] === 'true') limitSecrets(a, pod, account)
  },
}

function refuseMirror(a: Attributes, { spec }: Pod): void {
  const refuse = (why: string): never => {
    throw forbiddenRequest(a.kind, a.name, why)
  }
  if ((spec.serviceAccountName ?? '') !== '') refuse('a mirror pod may not reference service accounts')
  for (const v of spec.volumes ?? []) {
    if (v.secret !== undefined) refuse('a mirror pod may not reference secrets')
    if (v.projected?.sources?.some(s => s.serviceAccountToken !== undefined) === true) refuse('a mirror pod may not use ServiceAccountToken volume projections')
  }
}

/** The pod's word counts before the account's. */
function mountsToken({ spec }: Pod, account: ServiceAccount): boolean {
  return spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true
}

function mountToken(pod: Pod, { draw }: AdmissionEnv): void {
  const { spec } = pod
  const existing = spec.volumes?.find(v => v.name.startsWith('kube-api-access-'))
  const name = existing?.name ?? `kube-api-access-${draw.suffix(`${pod.metadata.namespace}/${pod.metadata.name}`, 'token volume', 5)}`
  const mount: VolumeMount = { name, readOnly: true, mountPath: TOKEN_MOUNT_PATH }
  let needed = false
  const add = (containers: Container[] | undefined): void => {
    for (const c of containers ?? []) {
      if (c.volumeMounts?.some(m => m.mountPath === TOKEN_MOUNT_PATH) === true) continue
      c.volumeMounts = [...(c.volumeMounts ?? []), { ...mount }]
      needed = true
    }
  }
  add(spec.initContainers)
  add(spec.containers)
  if (needed && existing === undefined) spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)]
}

function tokenVolume(name: string): Volume {
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
      ],
      defaultMode: 0o644,
    },
  }
}

function limitSecrets(a: Attributes, { spec }: Pod, account: ServiceAccount): void {
  const allowed = new Set((account.secrets ?? []).map(s => s.name))
  const refuse = (why: string): never => {
    throw forbiddenRequest(a.kind, a.name, why)
  }
  const name = account.metadata.name
  for (const v of spec.volumes ?? [])
    if (v.secret !== undefined && !allowed.has(v.secret.secretName)) refuse(`volume with secret.secretName="${v.secret.secretName}" is not allowed because service account ${name} does not reference that secret`)
  for (const [what, containers] of [['init container', spec.initContainers], ['container', spec.containers]] as const)
    for (const c of containers ?? [])
      for (const e of c.env ?? []) {
        const secret = e.valueFrom?.secretKeyRef?.name
        if (secret !== undefined && !allowed.has(secret)) refuse(`${what} ${c.name} with envVar ${e.name} referencing secret.secretName="${secret}" is not allowed because service account ${name} does not reference that secret`)
      }
  const pulls = new Set((account.imagePullSecrets ?? []).map(s => s.name))
  for (const [i, s] of (spec.imagePullSecrets ?? []).entries())
    if (!pulls.has(s.name)) refuse(`imagePullSecrets[${i}].name="${s.name}" is not allowed because service account ${name} does not reference that imagePullSecret`)
}
