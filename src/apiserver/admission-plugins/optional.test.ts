import { describe, expect, it } from 'vitest'
import type { StatusError } from '../../base/status'
import type { RawResponse } from '../../client/client'
import { readConfig } from '../../cluster/config'
import { createInMemory } from '../../cluster/create'
import { chosenPlugins, refusedChoice } from './choice'

const refused = (enable: string[], disable: string[] = []): string | undefined => refusedChoice({ enable, disable })

describe('the choice of plugins', () => {
  it('knows the real names', () => {
    expect(refused(['AlwaysPullImages', 'NodeRestriction'], ['PodSecurity', 'PersistentVolumeClaimResize'])).toBeUndefined()
    expect(refused(['PodSecurityPolicy'])).toBe('enable-admission-plugins plugin "PodSecurityPolicy" is unknown')
    expect(refused(['Foo'], ['Bar'])).toBe('[enable-admission-plugins plugin "Foo" is unknown, disable-admission-plugins plugin "Bar" is unknown]')
    expect(refused(['Priority', 'LimitRanger'], ['LimitRanger', 'Priority'])).toBe('[LimitRanger Priority] in enable-admission-plugins and disable-admission-plugins overlapped')
    expect(refused(['EventRateLimit'])).toMatch(/^failed to initialize admission: couldn't init admission plugin "EventRateLimit": /)
  })
  it('keeps the order, and what has no name of the real server', () => {
    const all = ['AlwaysAdmit', 'LimitRanger', 'PodSecurity', 'RBACEscalation'].map(name => ({ name, operations: [] as const }))
    const names = (enable: string[], disable: string[]): string[] => chosenPlugins(all, { enable, disable }).map(p => p.name)
    expect(names([], [])).toEqual(['LimitRanger', 'PodSecurity', 'RBACEscalation'])
    expect(names(['AlwaysAdmit'], ['PodSecurity'])).toEqual(['AlwaysAdmit', 'LimitRanger', 'RBACEscalation'])
  })
})

type Json = Record<string, unknown>
async function server(enable: string[], disable: string[] = [], groups: readonly string[] = ['system:masters']) {
  const { config } = readConfig(undefined)
  const cluster = await createInMemory({ config, nodes: [] }, () => Date.UTC(2026, 1, 1), true, { admission: { enable, disable } })
  const send = async (user: { user: string; groups: readonly string[] }, method: 'POST' | 'PATCH', path: string, body: object): Promise<Json> => {
    const answer: RawResponse = await cluster.clientFor({ ...user, manager: 't', trusted: false }).request({ method, path, body: JSON.stringify(body), contentType: method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' }).catch((e: StatusError) => ({ code: e.code, contentType: '', body: JSON.stringify(e.status), warnings: [] }))
    return JSON.parse(answer.body) as Json
  }
  return { post: (path: string, body: object) => send({ user: 'ann', groups }, 'POST', path, body), send }
}
const pod = (spec: object = {}, metadata: object = {}) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', ...metadata }, spec: { containers: [{ name: 'c', image: 'nginx:1.27' }], ...spec } })
const PODS = '/api/v1/namespaces/default/pods'

describe('plugins that are off unless asked for', () => {
  it('AlwaysPullImages, ExtendedResourceToleration', async () => {
    const { post } = await server(['AlwaysPullImages', 'ExtendedResourceToleration'], ['ServiceAccount'])
    const made = await post(PODS, pod({ containers: [{ name: 'c', image: 'nginx:1.27', imagePullPolicy: 'Never', resources: { limits: { 'example.com/gpu': '1' }, requests: { 'example.com/gpu': '1' } } }] }))
    expect(made).toMatchObject({ spec: { containers: [{ imagePullPolicy: 'Always' }], tolerations: expect.arrayContaining([{ key: 'example.com/gpu', operator: 'Exists', effect: 'NoSchedule' }]) } })
  })
  it('LimitPodHardAntiAffinityTopology', async () => {
    const { post } = await server(['LimitPodHardAntiAffinityTopology'], ['ServiceAccount'])
    const affinity = (topologyKey: string) => ({ affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, labelSelector: {} }] } } })
    expect((await post(PODS, pod(affinity('zone')))).message).toBe('pods "p" is forbidden: affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey zone but only key kubernetes.io/hostname is allowed')
    expect((await post(PODS, pod(affinity('kubernetes.io/hostname')))).kind).toBe('Pod')
  })
  it('PodNodeSelector', async () => {
    const { post } = await server(['PodNodeSelector'], ['ServiceAccount'])
    await post('/api/v1/namespaces', { metadata: { name: 'n', annotations: { 'scheduler.alpha.kubernetes.io/node-selector': 'disk=ssd,zone=a' } } })
    expect(await post('/api/v1/namespaces/n/pods', pod({ nodeSelector: { arch: 'arm' } }))).toMatchObject({ spec: { nodeSelector: { disk: 'ssd', zone: 'a', arch: 'arm' } } })
    expect((await post('/api/v1/namespaces/n/pods', pod({ nodeSelector: { zone: 'b' } }, { name: 'q' }))).message).toBe('pods "q" is forbidden: pod node label selector conflicts with its namespace node label selector')
  })
  it('NamespaceAutoProvision; without NamespaceLifecycle nothing asks for the namespace but NamespaceExists', async () => {
    const map = { metadata: { name: 'c' } }
    expect(await (await server(['NamespaceAutoProvision'])).post('/api/v1/namespaces/fresh/configmaps', map)).toMatchObject({ kind: 'ConfigMap', metadata: { namespace: 'fresh' } })
    expect((await (await server([])).post('/api/v1/namespaces/fresh/configmaps', map)).message).toBe('namespaces "fresh" not found')
    expect((await (await server([], ['NamespaceLifecycle'])).post('/api/v1/namespaces/fresh/configmaps', map)).kind).toBe('ConfigMap')
    expect((await (await server(['NamespaceExists'], ['NamespaceLifecycle'])).post('/api/v1/namespaces/fresh/configmaps', map)).message).toBe('namespaces "fresh" not found')
  })
  it('DenyServiceExternalIPs, AlwaysDeny', async () => {
    const { post } = await server(['DenyServiceExternalIPs'])
    expect((await post('/api/v1/namespaces/default/services', { metadata: { name: 's' }, spec: { ports: [{ port: 80 }], externalIPs: ['1.2.3.4'] } })).message).toBe('services "s" is forbidden: Use of external IPs is denied by admission control')
    expect((await (await server(['AlwaysDeny'])).post('/api/v1/namespaces/default/configmaps', { metadata: { name: 'c' } })).message).toBe('configmaps "c" is forbidden: admission control is denying all modifications')
  })
  it('OwnerReferencesPermissionEnforcement', async () => {
    const { send } = await server(['OwnerReferencesPermissionEnforcement'])
    const root = { user: 'root', groups: ['system:masters'] }
    const eve = { user: 'eve', groups: [] }
    await send(root, 'POST', '/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles', { metadata: { name: 'r' }, rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['create', 'patch', 'get'] }] })
    await send(root, 'POST', '/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings', { metadata: { name: 'r' }, subjects: [{ kind: 'User', name: 'eve', apiGroup: 'rbac.authorization.k8s.io' }], roleRef: { kind: 'Role', name: 'r', apiGroup: 'rbac.authorization.k8s.io' } })
    const MAPS = '/api/v1/namespaces/default/configmaps'
    const owner = (blockOwnerDeletion: boolean) => ({ ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'd', uid: 'u', blockOwnerDeletion }] })
    expect((await send(eve, 'POST', MAPS, { metadata: { name: 'a', ...owner(false) } })).kind).toBe('ConfigMap')
    expect((await send(eve, 'POST', MAPS, { metadata: { name: 'b', ...owner(true) } })).message).toMatch(/^configmaps "b" is forbidden: cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: /)
    expect((await send(eve, 'PATCH', `${MAPS}/a`, { metadata: { ownerReferences: null } })).message).toMatch(/^configmaps "a" is forbidden: cannot set an ownerRef on a resource you can't delete: /)
    expect((await send(root, 'POST', MAPS, { metadata: { name: 'b', ...owner(true) } })).kind).toBe('ConfigMap')
  })
})
