import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { CertificateSigningRequest } from '../../kinds/schema/types/certificates.v1'
import type { PersistentVolumeClaim, Pod } from '../../kinds/schema/types/core.v1'
import type { Ingress } from '../../kinds/schema/types/networking.v1'
import { certificateRequest } from '../authentication/request.testing'
import { inMemory, refusal, resource } from '../in-memory.testing'

const claims = resource<PersistentVolumeClaim>('v1', 'PersistentVolumeClaim')
const requests = resource<CertificateSigningRequest>('certificates.k8s.io/v1', 'CertificateSigningRequest')

const claim = (name: string, more: object = {}): PersistentVolumeClaim => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace: 'default' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...more } })
const storageClass = (name: string, isDefault: boolean, more: object = {}) => ({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name, annotations: { 'storageclass.kubernetes.io/is-default-class': String(isDefault) } }, provisioner: 'example.com/p', ...more }) as never
const pod = (more: object): Pod => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default' }, spec: { containers: [{ name: 'c', image: 'nginx' }], ...more } })

describe('default classes', () => {
  it('are given to claims and ingresses that name none', async () => {
    const { make } = await inMemory()
    await make(storageClass('slow', false))
    expect((await make(claim('a'))).spec?.storageClassName).toBeUndefined()
    await make(storageClass('fast', true))
    expect((await make(claim('b'))).spec?.storageClassName).toBe('fast')
    expect((await make(claim('c', { storageClassName: '' }))).spec?.storageClassName).toBe('')
    await make({ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'nginx', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } }, spec: { controller: 'example.com/c' } } as never)
    const ingress = (name: string, annotations: Record<string, string>): Ingress => ({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name, namespace: 'default', annotations }, spec: { defaultBackend: { service: { name: 's', port: { number: 80 } } } } })
    expect((await make(ingress('a', {}))).spec?.ingressClassName).toBe('nginx')
    expect((await make(ingress('b', { 'kubernetes.io/ingress.class': 'other' }))).spec?.ingressClassName).toBeUndefined()
  })
})

describe('PersistentVolumeClaimResize', () => {
  it('lets bound claims of classes that allow it grow', async () => {
    const { make, admin } = await inMemory()
    await make(storageClass('stiff', false))
    await make(storageClass('soft', false, { allowVolumeExpansion: true }))
    const grow = (name: string) => admin.patch(claims, { metadata: { name, namespace: 'default' } }, 'merge', { spec: { resources: { requests: { storage: '2Gi' } } } })
    const bind = async (name: string, storageClassName: string) => {
      await make({ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: `v-${name}` }, spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/v' }, storageClassName } } as never)
      await make(claim(name, { storageClassName, volumeName: `v-${name}` }))
    }
    await bind('stiff', 'stiff')
    expect(await refusal(grow('stiff'))).toBe('persistentvolumeclaims "stiff" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize')
    await bind('soft', 'soft')
    expect((await grow('soft')).spec?.resources?.requests).toEqual({ storage: '2Gi' })
  })
})

describe('RuntimeClass', () => {
  it('gives pods its overhead, node selector and tolerations', async () => {
    const { make } = await inMemory()
    await make({ apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'kata' }, handler: 'kata', overhead: { podFixed: { cpu: '50m' } }, scheduling: { nodeSelector: { kata: 'yes' }, tolerations: [{ key: 'kata', operator: 'Exists' }] } } as never)
    expect(await refusal(make(pod({ runtimeClassName: 'none' })))).toBe('pods "p" is forbidden: pod rejected: RuntimeClass "none" not found')
    expect(await refusal(make(pod({ overhead: { cpu: '1' } })))).toBe('pods "p" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead')
    expect(await refusal(make(pod({ runtimeClassName: 'kata', nodeSelector: { kata: 'no' } })))).toBe('pods "p" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[kata] = yes; pod.spec.nodeSelector[kata] = no')
    const { spec } = await make(pod({ runtimeClassName: 'kata' }))
    expect(spec).toMatchObject({ overhead: { cpu: '50m' }, nodeSelector: { kata: 'yes' } })
    expect(spec.tolerations?.map(t => t.key)).toEqual(['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable', 'kata'])
  })
})

const JANE = Buffer.from(certificateRequest('jane', 'devs')).toString('base64')
const csr = (name: string, more: object = {}): CertificateSigningRequest => ({ apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { name }, spec: { request: JANE, signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'], ...more } })
const approval = (c: CertificateSigningRequest): CertificateSigningRequest => ({ ...c, status: { ...c.status, conditions: [{ type: 'Approved', status: 'True', reason: 'Test' }] } })

describe('certificate requests', () => {
  it('are signed once approved, and the certificate lets its owner in', async () => {
    const { make, admin, as, cluster } = await inMemory()
    const made = await make(csr('jane', { expirationSeconds: 86400 }))
    expect(made.spec).toMatchObject({ username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] })
    await cluster.settle()
    expect((await admin.get(requests, 'jane')).status?.certificate).toBeUndefined()
    await make({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'approver' }, rules: [{ apiGroups: ['certificates.k8s.io'], resources: ['certificatesigningrequests/approval'], verbs: ['update'] }] } as never)
    await make({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: 'approver' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'approver' }, subjects: [{ kind: 'User', name: 'joe' }] } as never)
    expect(await refusal(as('joe').update(requests, approval(made), { subresource: 'approval' }))).toBe('certificatesigningrequests.certificates.k8s.io "jane" is forbidden: user not permitted to approve requests with signerName "kubernetes.io/kube-apiserver-client"')
    await admin.update(requests, approval(made), { subresource: 'approval' })
    await cluster.settle()
    const { status } = await admin.get(requests, 'jane')
    const pem = Buffer.from(status?.certificate ?? '', 'base64').toString()
    expect(new X509Certificate(pem).subject).toBe('O=devs\nCN=jane')
    expect(cluster.actorFor({ clientCertificate: pem }, 'm')).toMatchObject({ user: 'jane', groups: ['devs', 'system:authenticated'] })
  })

  it('fail when the signer does not sign such things', async () => {
    const { make, admin, cluster } = await inMemory()
    const made = await make(csr('odd', { usages: ['server auth'] }))
    await admin.update(requests, approval(made), { subresource: 'approval' })
    await cluster.settle()
    expect((await admin.get(requests, 'odd')).status?.conditions?.map(c => [c.type, c.reason, c.message])).toEqual([['Approved', 'Test', undefined], ['Failed', 'SignerValidationFailure', 'invalid usage for client certificate']])
  })
})
