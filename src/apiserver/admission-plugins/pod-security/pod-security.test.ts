import { describe, expect, it } from 'vitest'
import type { Namespace, Pod, PodSpec } from '../../../kinds/schema/types/core.v1'
import { inMemory, refusal, resource } from '../../in-memory.testing'
import { detailText, violations } from './checks'
import { policyOf, policyText } from './policy'

const spec = (more: object = {}, container: object = {}): PodSpec => ({ containers: [{ name: 'a', image: 'nginx', ...container }], ...more }) as PodSpec
const found = (level: 'baseline' | 'restricted', s: PodSpec, minor?: number, annotations: Record<string, string> = {}): string => detailText(violations({ level, minor }, { metadata: { annotations }, spec: s }))
const strict = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }

describe('the checks', () => {
  it.each<[string, PodSpec, string]>([
    ['nothing', spec(), ''],
    ['host namespaces', spec({ hostNetwork: true, hostPID: true }), 'host namespaces (hostNetwork=true, hostPID=true)'],
    ['privileged', spec({}, { securityContext: { privileged: true } }), 'privileged (container "a" must not set securityContext.privileged=true)'],
    ['capabilities', spec({}, { securityContext: { capabilities: { add: ['NET_ADMIN', 'CHOWN', 'BPF'] } } }), 'non-default capabilities (container "a" must not include "BPF", "NET_ADMIN" in securityContext.capabilities.add)'],
    ['host paths', spec({ volumes: [{ name: 'v', hostPath: { path: '/' } }, { name: 'w', hostPath: { path: '/' } }] }), 'hostPath volumes (volumes "v", "w")'],
    ['host ports', spec({}, { ports: [{ containerPort: 1, hostPort: 80 }, { containerPort: 2, hostPort: 443 }] }), 'hostPort (container "a" uses hostPorts 443, 80)'],
    ['probes', spec({}, { livenessProbe: { httpGet: { host: 'example.com', port: 80 } } }), 'probe or lifecycle host (container "a" uses probe or lifecycle host "example.com")'],
    ['SELinux', spec({ securityContext: { seLinuxOptions: { type: 'spc_t', user: 'u' } } }), 'seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set)'],
    ['seccomp', spec({ securityContext: { seccompProfile: { type: 'Unconfined' } } }), 'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")'],
    ['sysctls', spec({ securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }, { name: 'net.ipv4.tcp_rmem', value: '1' }] } }), 'forbidden sysctls (kernel.msgmax)'],
    ['AppArmor', spec({ securityContext: { appArmorProfile: { type: 'Unconfined' } } }), 'forbidden AppArmor profile (pod must not set AppArmor profile type to "Unconfined")'],
    ['procMount', spec({}, { securityContext: { procMount: 'Unmasked' } }), 'procMount (container "a" must not set securityContext.procMount to "Unmasked")'],
    ['host process', spec({ securityContext: { windowsOptions: { hostProcess: true } } }), 'hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)'],
  ])('of the baseline find %s', (_, s, text) => {
    expect(found('baseline', s)).toBe(text)
  })

  it('of the restricted level want everything said', () => {
    expect(found('restricted', spec({}, { securityContext: strict }))).toBe('')
    expect(found('restricted', spec())).toBe(
      'allowPrivilegeEscalation != false (container "a" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "a" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "a" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    )
    expect(found('restricted', spec({ volumes: [{ name: 'n', nfs: {} }, { name: 'h', hostPath: {} }] }, { securityContext: strict }))).toBe('restricted volume types (volumes "n", "h" use restricted volume types "hostPath", "nfs")')
    expect(found('restricted', spec({ securityContext: { runAsUser: 0 } }, { securityContext: { ...strict, runAsUser: 0 } }))).toBe('runAsUser=0 (pod and container "a" must not set runAsUser=0)')
    expect(found('restricted', spec({}, { securityContext: { ...strict, capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE', 'CHOWN'] } } }))).toBe('unrestricted capabilities (container "a" must not include "CHOWN" in securityContext.capabilities.add)')
  })

  it('follow their versions', () => {
    expect(found('restricted', spec({}, { securityContext: { ...strict, runAsUser: 0 } }), 22)).toBe('')
    expect(found('restricted', spec(), 7)).toBe('runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true)')
    expect(found('baseline', spec({ securityContext: { seccompProfile: { type: 'Unconfined' } } }), 18)).toBe('')
    expect(found('baseline', spec(), 18, { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' })).toBe('seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod="unconfined")')
    expect(found('restricted', spec({ os: { name: 'windows' } }, { securityContext: { runAsNonRoot: true } }))).toBe('')
    expect(found('restricted', spec({ hostUsers: false }, { securityContext: { ...strict, runAsNonRoot: undefined } }))).toBe('')
    expect(found('restricted', spec({ hostUsers: false }, { securityContext: { ...strict, runAsNonRoot: undefined } }), 34)).toContain('runAsNonRoot')
  })
})

describe('the labels of a namespace', () => {
  it('say what is enforced, audited and warned of', () => {
    const { policy, errors } = policyOf({ 'pod-security.kubernetes.io/enforce': 'baseline', 'pod-security.kubernetes.io/enforce-version': 'v1.24', 'pod-security.kubernetes.io/audit': 'restricted' })
    expect(errors).toEqual([])
    expect([policy.enforce, policy.audit, policy.warn].map(policyText)).toEqual(['baseline:v1.24', 'restricted:latest', 'baseline:v1.24'])
  })
})

describe('PodSecurity', () => {
  it('refuses pods, warns of workloads, and tells of pods that are there when the level rises', async () => {
    const { make, admin, warnings } = await inMemory()
    const namespaces = resource<Namespace>('v1', 'Namespace')
    const label = (value: string) => admin.patch(namespaces, { metadata: { name: 'dev' } }, 'merge', { metadata: { labels: { 'pod-security.kubernetes.io/enforce': value } } })
    const pod = (name: string, s: PodSpec): Pod => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'dev' }, spec: s })
    await make({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'dev' } })
    await make({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'dev' } }).catch(() => {})
    await make(pod('root', spec({ hostNetwork: true })))
    await make(pod('also', spec({ hostNetwork: true })))
    expect(await refusal(label('high'))).toBe('Namespace "dev" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "high": must be one of privileged, baseline, restricted')
    warnings.length = 0
    await label('baseline')
    expect(warnings).toEqual(['existing pods in namespace "dev" violate the new PodSecurity enforce level "baseline:latest"', 'also (and 1 other pod): host namespaces'])
    expect(await refusal(make(pod('no', spec({ hostPID: true }))))).toBe('pods "no" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostPID=true)')
    warnings.length = 0
    await make({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd', namespace: 'dev' }, spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: spec({ hostIPC: true }) } } } as never)
    expect(warnings).toEqual(['would violate PodSecurity "baseline:latest": host namespaces (hostIPC=true)'])
  })
})
