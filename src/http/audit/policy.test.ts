import { describe, expect, it } from 'vitest'
import { auditChoice, readAuditPolicy, type Audited } from './policy'

const policy = (text: string) => readAuditPolicy(`apiVersion: audit.k8s.io/v1\nkind: Policy\n${text}`, 'p.yaml')
const refusal = (text: string): string => {
  try {
    readAuditPolicy(text, 'p.yaml')
  } catch (e) {
    return (e as Error).message
  }
  return 'it was taken'
}
const request = (more: Partial<Audited> = {}): Audited => ({ user: 'ann', groups: ['dev'], verb: 'get', isResource: true, group: '', resource: 'pods', subresource: '', namespace: 'default', name: 'p', path: '/api/v1/namespaces/default/pods/p', ...more })

describe('an audit policy', () => {
  it('is read, or refused in the real words', () => {
    expect(refusal('kind: Policy\napiVersion: audit.k8s.io/v1\nrules: []')).toBe('loading audit policy file: loaded illegal policy with 0 rules from file p.yaml')
    expect(refusal('kind: Policy\napiVersion: audit.k8s.io/v1\nrules: [{level: All}]')).toBe('loading audit policy file: rules[0].level: Unsupported value: "All": supported values: "None", "Metadata", "Request", "RequestResponse" from file p.yaml')
    expect(refusal('kind: Policy\napiVersion: audit.k8s.io/v1\nomitStages: [Never]\nrules: [{level: None, nonResourceURLs: [healthz], namespaces: [x]}]')).toBe(
      'loading audit policy file: [omitStages[0]: Invalid value: "Never": allowed stages are RequestReceived,ResponseStarted,ResponseComplete,Panic, rules[0].nonResourceURLs[0]: Invalid value: "healthz": non-resource URL rules must begin with a \'/\' character, rules[0].nonResourceURLs: Invalid value: ["healthz"]: rules cannot apply to both regular resources and non-resource URLs] from file p.yaml')
    expect(refusal('kind: Pod\napiVersion: v1')).toContain('no kind "Pod" is registered')
  })

  it('has its first rule that fits decide', () => {
    const p = policy(`
omitStages: [RequestReceived]
rules:
- {level: None, users: [system:kube-proxy], verbs: [watch]}
- {level: None, nonResourceURLs: ["/healthz*", /version]}
- {level: Request, userGroups: [dev], resources: [{group: "", resources: ["pods/*", secrets]}], omitStages: [ResponseStarted], omitManagedFields: true}
- {level: Metadata, namespaces: [kube-system]}
- {level: RequestResponse, resources: [{group: "*", resources: ["*/scale", configmaps], resourceNames: [one]}]}
- {level: Metadata, resources: [{group: apps}]}`)
    const level = (more: Partial<Audited>): string => auditChoice(p, request(more)).level
    expect(level({ user: 'system:kube-proxy', verb: 'watch', groups: [] })).toBe('None')
    expect(level({ isResource: false, path: '/healthz/ping', groups: [] })).toBe('None')
    expect(auditChoice(p, request({ subresource: 'log' }))).toEqual({ level: 'Request', omitStages: new Set(['RequestReceived', 'ResponseStarted']), omitManagedFields: true })
    expect(level({ resource: 'secrets', groups: [] })).toBe('None')
    expect(level({ resource: 'secrets', groups: [], namespace: 'kube-system' })).toBe('Metadata')
    expect(level({ resource: 'configmaps', name: 'one' })).toBe('RequestResponse')
    expect(level({ resource: 'configmaps', name: 'two' })).toBe('None')
    expect(level({ group: 'apps', resource: 'deployments', subresource: 'scale', name: 'one' })).toBe('RequestResponse')
    expect(level({ group: 'apps', resource: 'deployments', subresource: 'status' })).toBe('Metadata')
    expect(level({ isResource: false, path: '/metrics' })).toBe('None')
  })
})
