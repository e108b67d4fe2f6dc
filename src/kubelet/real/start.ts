/** Starting containers: what the runtime is told, and what comes of it. upstream: pkg/kubelet/kuberuntime/kuberuntime_container.go */
import { fnv32a } from '../../base/go-text'
import { milliValueOfQuantity, valueOfQuantity } from '../../base/quantity'
import { kubeletUid } from '../../kinds/core/pod/static'
import type { Container, Pod } from '../../kinds/schema/types/core.v1'
import type { ContainerSpec } from '../../runtime/container'
import type { Image } from '../../runtime/images/catalogue'
import { ConfigError, environment, expand } from './env'
import { grace, stop } from './ending'
import { runHook } from './hooks'
import { ensureImage } from './images'
import { tell, wakeAt, type Sync } from './parts'
import { containerRecord, type ContainerRecord } from './record'
import { MountError } from './mount-error'
import { mountsOf } from './mounts'
import { groupsOf } from './volume-owner'
import { internalIP } from '../../kinds/core/node/state'

const CONFIG_RETRY_MS = 10_000

/** Of what a change restarts a running container. */
export const containerHash = (c: Container): string => fnv32a(JSON.stringify({ image: c.image, name: c.name })).toString(16)

/** A fresh id per run: 64 hexadecimal digits. */
function containerId({ ctx, pod }: Sync, c: Container, run: number, lives = 0): string {
  const draw = (part: string): string => ctx.draw.uuid(`${kubeletUid(pod)}/${c.name}`, `container ${part}${lives === 0 ? '' : lives}`, run).replace(/-/g, '')
  return draw('a') + draw('b')
}

/** Pulls, creates and starts. The record says what became of it. */
export async function startContainer(sync: Sync, c: Container, r: ContainerRecord): Promise<void> {
  const image = await ensureImage(sync, c, r)
  if (image === undefined) return
  let spec: ContainerSpec
  try {
    refuseRoot(sync, c, image)
    spec = specOf(sync, c, r)
  } catch (e) {
    if (!(e instanceof ConfigError) && !(e instanceof MountError)) throw e
    r.state = 'waiting'
    r.reason = 'CreateContainerConfigError'
    r.message = e.message
    await tell(sync, 'Warning', 'Failed', `Error: ${e.message}`, c.name)
    return wakeAt(sync, sync.nowMs + CONFIG_RETRY_MS)
  }
  if (r.ended !== undefined) r.last = r.ended
  delete r.ended
  delete r.reason
  delete r.message
  delete r.stop
  delete r.outlived
  r.id = spec.id
  r.image = image.reference
  r.imageID = image.imageID
  r.uid = /^\d+$/.test(image.config.user) ? Number(image.config.user) : 0
  if (spec.user?.uid !== undefined) r.uid = spec.user.uid
  if (spec.user?.gid !== undefined) r.gid = spec.user.gid
  if (spec.user?.groups !== undefined) r.groups = spec.user.groups
  r.hash = containerHash(c)
  r.probes = {}
  r.ready = false
  r.started = false
  await tell(sync, 'Normal', 'Created', 'Container created', c.name)
  const result = await sync.runtime.startContainer(spec)
  if (!result.started) {
    await tell(sync, 'Warning', 'Failed', `Error: ${result.message}`, c.name)
    r.state = 'ended'
    r.ended = { id: spec.id, exitCode: result.exitCode, reason: result.reason, message: result.message, startedAtMs: 0, finishedAtMs: sync.nowMs }
    return wakeAt(sync, sync.nowMs + 1_000)
  }
  for (const { component, type, reason, action, message } of result.notices)
    // As upstream's programs name their node: by its name, not by its uid.
    if (sync.node !== undefined) await sync.eventsOf(component).event({ ...sync.node, metadata: { ...sync.node.metadata, uid: sync.node.metadata.name } }, type, reason, message, { action })
  r.state = 'running'
  r.startedAtMs = sync.nowMs
  await tell(sync, 'Normal', 'Started', 'Container started', c.name)
  r.started = c.startupProbe === undefined
  await afterStart(sync, c, r)
}

/** upstream: postStart, lifecycle/handlers.go; a failing hook ends the container, which backs off like any other. */
async function afterStart(sync: Sync, c: Container, r: ContainerRecord): Promise<void> {
  const hook = c.lifecycle?.postStart
  if (hook === undefined) return
  const failure = await runHook(sync, c, r, hook)
  if (failure === undefined) return
  const { name, namespace, uid } = sync.pod.metadata
  const whose = `for Container "${c.name}" in Pod "${name}_${namespace}(${uid})" failed - error: ${failure}`
  r.hookError = hook.exec !== undefined ? `Exec lifecycle hook ([${(hook.exec.command ?? []).join(' ')}]) ${whose}, message: ""` : `HTTP lifecycle hook (${hook.httpGet?.path ?? '/'}) ${whose}`
  await tell(sync, 'Warning', 'FailedPostStartHook', 'PostStartHook failed', c.name)
  await stop(sync, c, r, 'FailedPostStartHook', grace(sync), false)
}

/** upstream: pkg/kubelet/kuberuntime/security_context.go verifyRunAsNonRoot */
function refuseRoot({ pod }: Sync, c: Container, image: Image): void {
  const own = { ...pod.spec.securityContext, ...c.securityContext }
  if (own.runAsNonRoot !== true) return
  const where = `(pod: "${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})", container: ${c.name})`
  if (own.runAsUser !== undefined) {
    if (own.runAsUser === 0) throw new ConfigError(`container's runAsUser breaks non-root policy ${where}`)
    return
  }
  const user = image.config.user.split(':')[0] as string
  if (user === '' || user === '0' || user === 'root') throw new ConfigError(`container has runAsNonRoot and image will run as root ${where}`)
  if (!/^\d+$/.test(user)) throw new ConfigError(`container has runAsNonRoot and image has non-numeric user (${user}), cannot verify user is non-root ${where}`)
}

export const amountsOf = (map: Readonly<Record<string, string>> | undefined): ContainerSpec['limits'] => ({ ...(map?.memory === undefined ? {} : { memoryBytes: valueOfQuantity(map.memory) }), ...(map?.cpu === undefined ? {} : { cpuMillis: milliValueOfQuantity(map.cpu) }) })

function specOf(sync: Sync, c: Container, r: ContainerRecord): ContainerSpec {
  const { pod, node, record, ctx } = sync
  const { spec, metadata } = pod
  const hostIP = internalIP(node)
  const podIP = spec.hostNetwork === true ? hostIP : (record.ip ?? '')
  const env = environment(c, { pod, node, podIP, lister: ctx.lister })
  const values = new Map(env.map(e => [e.name, e.value]))
  const resolve = (text: string): string => expand(text, name => values.get(name))
  const run = r.restarts + (r.id === undefined ? 0 : 1)
  const id = containerId(sync, c, run, r.lives)
  const uid = c.securityContext?.runAsUser ?? spec.securityContext?.runAsUser
  const gid = c.securityContext?.runAsGroup ?? spec.securityContext?.runAsGroup
  const groups = groupsOf(pod)
  const user = { ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }), ...(groups.length === 0 ? {} : { groups }) }
  const { limits, requests } = c.resources ?? {}
  const hostname = hostnameOf(pod, sync)
  const info = node?.status?.nodeInfo
  return {
    id,
    name: c.name,
    pod: { namespace: metadata.namespace as string, name: metadata.name, uid: metadata.uid as string },
    image: c.image as string,
    ...(c.command === undefined ? {} : { command: c.command.map(resolve) }),
    ...(c.args === undefined ? {} : { args: c.args.map(resolve) }),
    env,
    ...(c.workingDir === undefined ? {} : { workingDir: c.workingDir }),
    mounts: mountsOf(c, { pod, lister: ctx.lister, storage: sync.storage, nowMs: sync.nowMs }, resolve),
    layerVolumeId: `layer/${id}`,
    ...(c.securityContext?.readOnlyRootFilesystem === true ? { readOnlyRootFilesystem: true } : {}),
    ...(c.securityContext?.privileged === true ? { privileged: true } : {}),
    ...(c.securityContext?.capabilities?.add?.some(a => a === 'NET_ADMIN' || a === 'ALL') === true ? { netAdmin: true } : {}),
    hostname,
    ...(spec.subdomain === undefined ? {} : { fqdn: `${hostname}.${spec.subdomain}.${metadata.namespace}.svc.cluster.local` }),
    podIP,
    ...(spec.hostNetwork === true ? { hostNetwork: true } : {}),
    ...(spec.hostAliases === undefined ? {} : { hostAliases: spec.hostAliases.map(a => ({ ip: a.ip, hostnames: a.hostnames ?? [] })) }),
    dns: dnsOf(pod, sync),
    ...(Object.keys(user).length === 0 ? {} : { user }),
    limits: amountsOf(limits),
    requests: amountsOf(requests),
    ...(c.tty === true ? { tty: true } : {}),
    ...(c.stdin === true ? { stdin: true } : {}),
    ...(c.stdinOnce === true ? { stdinOnce: true } : {}),
    ...(c.terminationMessagePath === undefined ? {} : { terminationMessagePath: c.terminationMessagePath }),
    ...(c.ports === undefined ? {} : { ports: c.ports.map(p => ({ port: p.containerPort, protocol: (p.protocol ?? 'TCP') as 'TCP' | 'UDP' | 'SCTP' })) }),
    ...processNamespace(sync, c),
    node: {
      name: spec.nodeName as string,
      ip: hostIP,
      kernelVersion: info?.kernelVersion ?? '6.8.0-generic',
      machine: info?.architecture === 'arm64' ? 'aarch64' : 'x86_64',
      cpus: Math.max(1, Math.floor(milliValueOfQuantity(node?.status?.capacity?.cpu ?? '1') / 1000)),
      memoryBytes: valueOfQuantity(node?.status?.capacity?.memory ?? '8Gi'),
      bootedAtMs: Date.parse(node?.metadata.creationTimestamp ?? '') || 0,
    },
  }
}

function hostnameOf(pod: Pod, { node }: Sync): string {
  if (pod.spec.hostNetwork === true) return node?.metadata.name ?? pod.spec.nodeName ?? ''
  const name = pod.spec.hostnameOverride ?? pod.spec.hostname ?? pod.metadata.name
  return name.length > 63 ? name.slice(0, 63).replace(/[-.]+$/, '') : name
}

/** Whose processes the container sees: the node's, the pod's, those of the container that an ephemeral one debugs, or none but its own. */
function processNamespace({ pod, record }: Sync, c: Container): Pick<ContainerSpec, 'processNamespaceId'> {
  const { spec } = pod
  if (spec.hostPID === true) return { processNamespaceId: `node/${spec.nodeName}` }
  if (spec.shareProcessNamespace === true) return { processNamespaceId: `pod/${kubeletUid(pod)}` }
  const target = (c as { targetContainerName?: string }).targetContainerName ?? ''
  const id = target === '' ? undefined : containerRecord(record, target).id
  return id === undefined ? {} : { processNamespaceId: id }
}

const CLUSTER_DNS = '10.96.0.10'
const CLUSTER_DOMAIN = 'cluster.local'

/** upstream: pkg/kubelet/network/dns */
function dnsOf(pod: Pod, _sync: Sync): ContainerSpec['dns'] {
  const policy = pod.spec.dnsPolicy ?? 'ClusterFirst'
  const own = pod.spec.dnsConfig
  const cluster = policy === 'ClusterFirst' ? pod.spec.hostNetwork !== true : policy === 'ClusterFirstWithHostNet'
  const base = policy === 'None' ? { nameservers: [], searches: [], options: [] } : cluster ? { nameservers: [CLUSTER_DNS], searches: [`${pod.metadata.namespace}.svc.${CLUSTER_DOMAIN}`, `svc.${CLUSTER_DOMAIN}`, CLUSTER_DOMAIN], options: ['ndots:5'] } : { nameservers: ['8.8.8.8'], searches: [], options: [] }
  const options = new Map(base.options.map(o => [o.split(':')[0] as string, o]))
  for (const o of own?.options ?? []) options.set(o.name as string, o.value === undefined ? (o.name as string) : `${o.name}:${o.value}`)
  return { nameservers: [...base.nameservers, ...(own?.nameservers ?? [])], searches: [...base.searches, ...(own?.searches ?? [])], options: [...options.values()] }
}
