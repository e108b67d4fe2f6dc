/** The pod spec inside any object that has one. upstream: kubectl/pkg/polymorphichelpers/updatepodspec.go */
import type { KubeObject } from '../../kinds/kind'
import type { Container, PodSpec } from '../../kinds/schema/types/core.v1'

type Template = { spec?: PodSpec }
type Holder = { spec?: PodSpec & { template?: Template; jobTemplate?: { spec?: { template?: Template } } } }

const WITH_TEMPLATE = new Set(['ReplicationController', 'Deployment', 'DaemonSet', 'ReplicaSet', 'StatefulSet', 'Job'])

/** A copy of the object whose pod spec `change` has changed in place. Throws an Error in kubectl's words for other kinds. */
export function withPodSpec<T extends KubeObject>(object: T, change: (spec: PodSpec, copy: T) => void): T {
  const copy = structuredClone(object)
  const spec = specOf(copy)
  if (spec === undefined) throw new Error(`the object is not a pod or does not have a pod template: ${goType(object)}`)
  change(spec, copy)
  return copy
}

function specOf(object: KubeObject): PodSpec | undefined {
  const { spec } = object as Holder
  if (object.kind === 'Pod') return spec
  if (object.kind === 'CronJob') return spec?.jobTemplate?.spec?.template?.spec
  return object.kind !== undefined && WITH_TEMPLATE.has(object.kind) ? spec?.template?.spec : undefined
}

/** `*v1.Service` */
function goType({ apiVersion = '', kind }: KubeObject): string {
  return `*${apiVersion.slice(apiVersion.lastIndexOf('/') + 1)}.${kind}`
}

/** Containers of either list whose name fits `*`, `web`, `web*`. upstream: selectContainers */
export function selectContainers(containers: readonly Container[] | undefined, spec: string): Container[] {
  const pattern = spec === '*' ? /^/ : new RegExp(`^${spec.split('*').map(part => part.replace(/[.+^${}()|?[\]\\]/g, '\\$&')).join('.*')}$`)
  return (containers ?? []).filter(c => pattern.test(c.name))
}
