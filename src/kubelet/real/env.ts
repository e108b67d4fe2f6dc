/** The environment of a container, and `$(VAR)` in its command. upstream: pkg/kubelet/kubelet_pods.go makeEnvironmentVariables, third_party/forked/golang/expansion */
import { parseQuantity, quantityMilliValue, quantityValue } from '../../base/quantity'
import type { Lister } from '../../client/lister'
import { configMap } from '../../kinds/core/config-map/kind'
import { service } from '../../kinds/core/service/kind'
import type { KubeObject, Resource } from '../../kinds/kind'
import type { Container, EnvVar, Node, Pod, Secret, Service } from '../../kinds/schema/types/core.v1'
import { internalIP } from '../../kinds/core/node/state'

export const secret: Resource<Secret & KubeObject> = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', singular: 'secret', scope: 'Namespaced' }

/** Something that the container needs is not there: it waits with CreateContainerConfigError. */
export class ConfigError extends Error {}

export interface EnvSources {
  readonly pod: Pod
  readonly node: Node | undefined
  readonly podIP: string
  readonly lister: Lister
}

type Pairs = { name: string; value: string }[]

/** Variables in order; a later one of the same name replaces the earlier in its place. Throws ConfigError. */
export function environment(container: Container, sources: EnvSources): Pairs {
  const values = new Map<string, string>()
  for (const { name, value } of serviceVariables(sources)) values.set(name, value)
  const own = new Map<string, string>()
  for (const from of container.envFrom ?? []) {
    const prefix = from.prefix ?? ''
    const { configMapRef, secretRef } = from
    if (configMapRef !== undefined) {
      const found = sources.lister.get(configMap, configMapRef.name ?? '', sources.pod.metadata.namespace)
      if (found === undefined && configMapRef.optional !== true) throw new ConfigError(`configmap "${configMapRef.name}" not found`)
      for (const [k, v] of Object.entries(found?.data ?? {}).sort(byKey)) own.set(prefix + k, v)
    }
    if (secretRef !== undefined) {
      const found = sources.lister.get(secret, secretRef.name ?? '', sources.pod.metadata.namespace)
      if (found === undefined && secretRef.optional !== true) throw new ConfigError(`secret "${secretRef.name}" not found`)
      for (const [k, v] of Object.entries(found?.data ?? {}).sort(byKey)) own.set(prefix + k, decoded(v))
    }
  }
  for (const e of container.env ?? []) {
    const value = e.valueFrom === undefined ? expand(e.value ?? '', name => own.get(name) ?? values.get(name)) : valueFrom(e, container, sources)
    if (value !== undefined) own.set(e.name, value)
  }
  for (const [k, v] of own) values.set(k, v)
  return [...values].map(([name, value]) => ({ name, value }))
}

const byKey = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : 1)
const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString()

function valueFrom(e: EnvVar, container: Container, sources: EnvSources): string | undefined {
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = e.valueFrom ?? {}
  const { lister, pod } = sources
  const namespace = pod.metadata.namespace as string
  if (fieldRef !== undefined) return podField(fieldRef.fieldPath, sources)
  if (resourceFieldRef !== undefined) return resourceField(resourceFieldRef, container, sources)
  if (configMapKeyRef !== undefined) {
    const found = lister.get(configMap, configMapKeyRef.name ?? '', namespace)
    if (found === undefined) {
      if (configMapKeyRef.optional === true) return undefined
      throw new ConfigError(`configmap "${configMapKeyRef.name}" not found`)
    }
    const value = found.data?.[configMapKeyRef.key]
    if (value === undefined && configMapKeyRef.optional !== true) throw new ConfigError(`couldn't find key ${configMapKeyRef.key} in ConfigMap ${namespace}/${configMapKeyRef.name}`)
    return value
  }
  if (secretKeyRef !== undefined) {
    const found = lister.get(secret, secretKeyRef.name ?? '', namespace)
    if (found === undefined) {
      if (secretKeyRef.optional === true) return undefined
      throw new ConfigError(`secret "${secretKeyRef.name}" not found`)
    }
    const value = found.data?.[secretKeyRef.key]
    if (value === undefined && secretKeyRef.optional !== true) throw new ConfigError(`couldn't find key ${secretKeyRef.key} in Secret ${namespace}/${secretKeyRef.name}`)
    return value === undefined ? undefined : decoded(value)
  }
  return undefined
}

/** A field of the pod by its path. upstream: pkg/fieldpath */
export function podField(path: string, { pod, node, podIP }: Pick<EnvSources, 'pod' | 'node' | 'podIP'>): string {
  const { metadata, spec } = pod
  const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path)
  if (subscript !== null) return metadata[subscript[1] as 'labels' | 'annotations']?.[subscript[2] as string] ?? ''
  const hostIP = internalIP(node)
  switch (path) {
    case 'metadata.name':
      return metadata.name
    case 'metadata.namespace':
      return metadata.namespace ?? ''
    case 'metadata.uid':
      return metadata.uid ?? ''
    case 'metadata.labels':
      return mapText(metadata.labels)
    case 'metadata.annotations':
      return mapText(metadata.annotations)
    case 'spec.nodeName':
      return spec.nodeName ?? ''
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? ''
    case 'status.hostIP':
    case 'status.hostIPs':
      return hostIP
    case 'status.podIP':
    case 'status.podIPs':
      return podIP
    default:
      return ''
  }
}

/** `key="value"`, a line each, in order of the keys. */
function mapText(map: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(map ?? {}).sort(byKey).map(([k, v]) => `${k}=${JSON.stringify(v)}`).join('\n')
}

/** A request or limit in units of the divisor, rounded up; what is not set is what the node has. upstream: resource.ExtractContainerResourceValue */
export function resourceField({ resource, divisor }: { readonly resource: string; readonly divisor?: string }, container: Container, { node }: Pick<EnvSources, 'node'>): string {
  const [kind, name] = [resource.slice(0, resource.indexOf('.')), resource.slice(resource.indexOf('.') + 1)]
  const own = container.resources?.[kind as 'limits' | 'requests']?.[name]
  const text = own ?? (kind === 'limits' ? node?.status?.allocatable?.[name] : undefined) ?? '0'
  const unit = divisor === undefined || divisor === '0' ? '1' : divisor
  const value = name === 'cpu' ? quantityMilliValue(parseQuantity(text)) / quantityMilliValue(parseQuantity(unit)) : quantityValue(parseQuantity(text)) / quantityValue(parseQuantity(unit))
  return String(Math.ceil(value))
}

/** Variables for the Services that are older than the container, as links of old. upstream: pkg/kubelet/envvars */
function serviceVariables({ pod, lister }: EnvSources): Pairs {
  const out: Pairs = []
  const seen = new Set<string>()
  const add = (s: Service): void => {
    const ip = s.spec?.clusterIP ?? ''
    if (ip === '' || ip === 'None' || seen.has(s.metadata.name)) return
    seen.add(s.metadata.name)
    const name = s.metadata.name.toUpperCase().replace(/-/g, '_')
    const ports = s.spec?.ports ?? []
    out.push({ name: `${name}_SERVICE_HOST`, value: ip })
    out.push({ name: `${name}_SERVICE_PORT`, value: String(ports[0]?.port ?? '') })
    for (const p of ports) if ((p.name ?? '') !== '') out.push({ name: `${name}_SERVICE_PORT_${(p.name as string).toUpperCase().replace(/-/g, '_')}`, value: String(p.port) })
    for (const [i, p] of ports.entries()) {
      const protocol = (p.protocol ?? 'TCP').toLowerCase()
      const url = `${protocol}://${ip}:${p.port}`
      const prefix = `${name}_PORT_${p.port}_${protocol.toUpperCase()}`
      if (i === 0) out.push({ name: `${name}_PORT`, value: url })
      out.push({ name: prefix, value: url }, { name: `${prefix}_PROTO`, value: protocol }, { name: `${prefix}_PORT`, value: String(p.port) }, { name: `${prefix}_ADDR`, value: ip })
    }
  }
  if (pod.spec.enableServiceLinks !== false) for (const s of lister.list(service, pod.metadata.namespace)) add(s)
  const api = lister.get(service, 'kubernetes', 'default')
  if (api !== undefined) add(api)
  return out
}

/** `$(NAME)` where NAME is known, `$$(NAME)` for the text itself. */
export function expand(text: string, value: (name: string) => string | undefined): string {
  if (!text.includes('$')) return text
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, rest: string, name: string | undefined) => (rest === '$' ? '$' : (value(name as string) ?? whole)))
}
