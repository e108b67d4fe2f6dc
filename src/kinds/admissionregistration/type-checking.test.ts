import { describe, expect, it } from 'vitest'
import type { Kind } from '../kind'
import { builtInKinds } from '../registry'
import type { ValidatingAdmissionPolicy } from '../schema/types/admissionregistration.v1'
import { typeWarnings } from './type-checking'

const kinds = [...builtInKinds()] as Kind[]
const registry = {
  ofResource: (group: string, version: string, plural: string) => kinds.find(k => k.group === group && k.version === version && k.plural === plural),
  ofObject: (apiVersion: string, kind: string) => kinds.find(k => (k.group === '' ? k.version : `${k.group}/${k.version}`) === apiVersion && k.kind === kind),
}
const DEPLOYMENTS = { operations: ['CREATE'], apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'] }
const policy = (expression: string, spec: object = {}): ValidatingAdmissionPolicy => ({ metadata: { name: 'p' }, spec: { matchConstraints: { resourceRules: [DEPLOYMENTS] }, validations: [{ expression }], ...spec } }) as ValidatingAdmissionPolicy
const warnings = (p: ValidatingAdmissionPolicy) => typeWarnings(p, registry)?.map(w => `${w.fieldRef}: ${w.warning.split('\n')[0]}`)

describe('expressions of a policy', () => {
  it.each([
    'object.spec.replicas > 1 && oldObject.spec.replicas > 1',
    'object.metadata.labels["a"] == "b" && object.metadata.creationTimestamp < timestamp("2026-01-01T00:00:00Z")',
    'object.spec.template.spec.containers.all(c, c.image.startsWith("a") && c.ports.all(p, p.containerPort > 1))',
    'object.spec.strategy.rollingUpdate.maxSurge == 1 || object.spec.strategy.rollingUpdate.maxSurge == "25%"',
    'has(object.spec.template.spec.containers[0].resources.limits) && quantity(object.spec.template.spec.containers[0].resources.limits["cpu"]).isGreaterThan(quantity("1"))',
    'request.userInfo.username == "a" && namespaceObject.metadata.name == "b"',
  ])('fit: %s', expression => expect(warnings(policy(expression))).toBeUndefined())
  it('that name fields which are not there are told of with their place', () => {
    expect(typeWarnings(policy('object.replicas > 1'), registry)).toEqual([{ fieldRef: 'spec.validations[0].expression', warning: "apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'replicas'\n | object.replicas > 1\n | ......^\n" }])
    expect(warnings(policy('object.spec.replicas == "1"'))).toEqual(["spec.validations[0].expression: apps/v1, Kind=Deployment: ERROR: <input>:1:22: found no matching overload for '_==_' applied to '(int, string)'"])
  })
  it('are looked at for each type, messages and variables too', () => {
    const rules = [{ ...DEPLOYMENTS, resources: ['deployments', 'daemonsets'] }]
    expect(typeWarnings(policy('object.spec.replicas > 1', { matchConstraints: { resourceRules: rules } }), registry)?.[0]?.warning).toMatch(/^apps\/v1, Kind=DaemonSet: ERROR: <input>:1:12: undefined field 'replicas'\n/)
    const validations = [{ expression: 'variables.n == "x"', messageExpression: 'object.spec.nothing' }]
    expect(warnings(policy('', { variables: [{ name: 'n', expression: 'object.spec.replicas' }], validations }))).toEqual([
      "spec.validations[0].expression: apps/v1, Kind=Deployment: ERROR: <input>:1:13: found no matching overload for '_==_' applied to '(int, string)'",
      "spec.validations[0].messageExpression: apps/v1, Kind=Deployment: ERROR: <input>:1:12: undefined field 'nothing'",
    ])
  })
  it('have typed parameters, and are left alone where rules say anything', () => {
    expect(warnings(policy('params.data.size() > 0 && params.dada == ""', { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } }))).toEqual(["spec.validations[0].expression: apps/v1, Kind=Deployment: ERROR: <input>:1:33: undefined field 'dada'"])
    expect(warnings(policy('object.nothing', { matchConstraints: { resourceRules: [{ ...DEPLOYMENTS, apiVersions: ['*'] }] } }))).toBeUndefined()
  })
})
