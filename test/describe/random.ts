/** Random objects of any kind that a server could hold, and some that none would: every field that its type has may be there. */
import { Shape, type TypeInfo } from '../../src/kinds/schema/type-info'
import { typeOfKind } from '../../src/kinds/schema/table'
import type { Dice } from '../printers/random'

const TEXTS = ['web', 'db', 'a-b', 'x', 'some words here', 'ünï', 'one\ntwo', '', 'nginx:1.27', 'example.com/gpu', '10.0.0.1', '/data', 'fast']
/** By a field's name: what makes those who describe it think. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  name: ['web', 'db', 'main', 'x', 'cpu', 'http'], namespace: ['default', 'kube-system', ''], kind: ['Pod', 'Deployment', 'Service', 'User', 'Group', 'ServiceAccount', 'ReplicaSet', 'ConfigMap'], apiVersion: ['v1', 'apps/v1', 'example.com/v1'],
  apiGroup: ['', 'apps', 'rbac.authorization.k8s.io', 'example.com'], image: ['nginx', 'busybox:1.36', 'registry.example.com/a/b@sha256:00'], status: ['True', 'False', 'Unknown'], operator: ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Equal', 'Gt', 'Lt'],
  effect: ['NoSchedule', 'PreferNoSchedule', 'NoExecute', ''], protocol: ['TCP', 'UDP', 'SCTP'], clusterIP: ['10.0.0.7', 'None', ''], ip: ['10.0.0.1', 'fd00::1'], podIP: ['10.1.0.1', ''], hostIP: ['10.2.0.1', ''], reason: ['Because', 'Evicted', 'Completed', ''], message: ['it is so', 'one\ntwo', ''],
  type: ['Ready', 'Available', 'Progressing', 'ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName', 'Opaque', 'kubernetes.io/service-account-token', 'RollingUpdate', 'Recreate', 'Container', 'Pod', 'InternalIP', 'Hostname', 'Resource', 'Pods', 'Object', 'External', 'ContainerResource', 'Utilization', 'Value', 'AverageValue', 'Percent', 'DirectoryOrCreate', 'Localhost'],
  whenUnsatisfiable: ['DoNotSchedule', 'ScheduleAnyway'], restartPolicy: ['Always', 'Never', 'OnFailure'], uid: ['00000000-0000-4000-8000-000000000001'], path: ['/', '/a', 'x.txt', ''], key: ['app', 'zone', 'k.example.com/x'], value: ['a', '', 'b c'], mountPath: ['/data', '/var/run/secrets/kubernetes.io/serviceaccount'],
  username: ['jane', 'system:node:x'], request: ['LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K'], resource: ['limits.cpu', 'requests.memory', 'limits.ephemeral-storage', 'cpu'], fieldPath: ['metadata.name', 'status.podIP', "metadata.labels['a']"], port: ['http', '80'], schedule: ['*/5 * * * *', '@daily'],
}
const QUANTITIES = ['0', '1', '100m', '1500m', '2', '128Mi', '1Gi', '1536Mi', '10k', '0.5', '128974848']
/** Long ago: their ages do not change between two looks. */
const TIMES = ['2019-01-02T03:04:05Z', '2020-06-07T08:09:10Z', '2021-11-12T13:14:15Z', '2022-02-28T23:59:59Z']
const KEYS = ['app', 'tier', 'example.com/x', 'cpu', 'memory', 'pods', 'requests.cpu', 'kubernetes.io/role']
/** A server always fills them in. */
const ALWAYS = new Set(['replicas', 'minReplicas', 'suspend', 'revisionHistoryLimit'])
const DEEPEST = 11

export function randomObject(dice: Dice, apiVersion: string, kind: string, name: string, namespace: string | undefined): object {
  const type = typeOfKind(apiVersion, kind)
  if (type === undefined) throw new Error(`no type ${apiVersion} ${kind}`)
  const fields = struct(dice, type, 0, true)
  return { ...fields, apiVersion, kind, metadata: metadata(dice, name, namespace) }
}

function metadata(dice: Dice, name: string, namespace: string | undefined): object {
  return {
    name, ...(namespace === undefined ? {} : { namespace }), uid: '00000000-0000-4000-8000-00000000000a', resourceVersion: '7', creationTimestamp: dice.pick(TIMES),
    ...(dice.percent(60) ? { labels: { app: 'web', ...(dice.percent(50) ? { 'a.example.com/b': 'c', z: '' } : {}) } } : {}),
    ...(dice.percent(50) ? { annotations: { note: dice.pick(['short', 'a\nb', 'x'.repeat(200), '{"a":1}']), ...(dice.percent(40) ? { 'kubectl.kubernetes.io/last-applied-configuration': '{}', 'pv.kubernetes.io/bound-by-controller': 'yes', 'deployment.kubernetes.io/revision': '3' } : {}) } } : {}),
    ...(dice.percent(20) ? { deletionTimestamp: dice.pick(TIMES), deletionGracePeriodSeconds: dice.pick([0, 30]) } : {}),
    ...(dice.percent(30) ? { finalizers: ['example.com/held'] } : {}),
    ...(dice.percent(40) ? { ownerReferences: [{ apiVersion: 'apps/v1', kind: dice.pick(['ReplicaSet', 'Job']), name: 'owner', uid: '00000000-0000-4000-8000-000000000009', ...(dice.percent(70) ? { controller: dice.percent(80) } : {}) }] } : {}),
  }
}

function struct(dice: Dice, type: TypeInfo, depth: number, top = false): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  if (/(LabelSelector|ScopedResourceSelector|NodeSelector)Requirement$/.test(type.name)) return requirement(dice)
  // A struct of alternatives has one of them, mostly.
  const many = type.fieldList.length > 8 && !top && dice.percent(40)
  for (const field of type.fieldList) {
    if (top && field.name === 'metadata') continue
    if (field.name === 'managedFields') continue
    const wished = top ? (field.name === 'status' ? 92 : 100) : ALWAYS.has(field.name) ? 100 : field.required || !field.omitEmpty ? 100 : field.alwaysWritten ? 100 : many ? 15 : depth > 6 ? 25 : 50
    if (!dice.percent(wished)) continue
    const value = valueOf(dice, field.type, field.name, depth + 1)
    if (value !== undefined) out[field.name] = value
  }
  return out
}

/** A server takes none that do not fit together. */
function requirement(dice: Dice): Record<string, unknown> {
  const operator = dice.pick(['In', 'NotIn', 'Exists', 'DoesNotExist'])
  return { key: dice.pick(['app', 'example.com/zone']), operator, ...(operator.endsWith('n') ? { values: dice.pick([['a'], ['b', 'a'], ['x', 'y', 'z']]) } : {}) }
}

function valueOf(dice: Dice, type: TypeInfo, name: string, depth: number): unknown {
  switch (type.shape) {
    case Shape.String:
      return dice.pick(type.enumValues.length > 0 && dice.percent(90) ? type.enumValues : NAMED[name] ?? TEXTS)
    case Shape.Bool:
      return dice.percent(50)
    case Shape.Int32:
    case Shape.Int64:
      return dice.pick([0, 1, 2, 3, 5, 30, 80, 443, 3600])
    case Shape.Float64:
      return dice.pick([0, 0.5, 2])
    case Shape.Bytes:
      return Buffer.from(dice.pick(['', 'secret', 'a\nb'])).toString('base64')
    case Shape.Quantity:
      return dice.pick(QUANTITIES)
    case Shape.Time:
      return dice.pick(TIMES)
    case Shape.MicroTime:
      return dice.pick(TIMES).replace('Z', '.000006Z')
    case Shape.IntOrString:
      return dice.pick([0, 1, 80, '25%', 'http'])
    case Shape.Any:
      return undefined
    case Shape.List:
      return depth > DEEPEST ? [] : Array.from({ length: dice.pick([0, 1, 1, 2, 3]) }, () => valueOf(dice, type.element, name.replace(/s$/, ''), depth + 1))
    case Shape.Map:
      if (name === 'matchLabels' || name === 'selector' || name === 'nodeSelector') return dice.pick([{}, { app: 'web' }, { tier: 'a', app: 'web' }])
      return depth > DEEPEST ? {} : Object.fromEntries(Array.from({ length: dice.pick([0, 1, 2]) }, () => [dice.pick(KEYS), valueOf(dice, type.element, name, depth + 1)]))
    case Shape.Struct:
      return depth > DEEPEST ? undefined : struct(dice, type, depth)
    default:
      return undefined
  }
}
