/** Why a container of a pod that has a node does not do its work: what it needs, how it ended, what its probes meet. */
import type { Finding } from '../client/why-report'
import { configMap } from '../kinds/core/config-map/kind'
import { internalIP } from '../kinds/core/node/state'
import { node as nodeKind } from '../kinds/core/node/kind'
import type { Container, ContainerStatus, Pod, Probe, Volume } from '../kinds/schema/types/core.v1'
import { ConfigError, environment, secret } from '../kubelet/real/env'
import { portNumber } from '../kubelet/real/probes'
import { whyUnbound } from './claims'
import { finding, inNamespace, type WhyParts } from './parts'

const LOG_LINES = 3
/** 128 and the number of a signal, as shells count. */
const KILLED = 137
const TERMINATED = 143

export function whyContainers(pod: Pod, parts: WhyParts): Finding[] {
  const volumes = (pod.spec.volumes ?? []).flatMap(v => whyVolume(v, pod, parts))
  const specs: readonly [Container, ContainerStatus | undefined, boolean][] = [
    ...(pod.spec.initContainers ?? []).map(c => [c, pod.status?.initContainerStatuses?.find(s => s.name === c.name), true] as [Container, ContainerStatus | undefined, boolean]),
    ...pod.spec.containers.map(c => [c, pod.status?.containerStatuses?.find(s => s.name === c.name), false] as [Container, ContainerStatus | undefined, boolean]),
  ]
  const own = specs.flatMap(([c, status, init]) => (status === undefined ? [] : whyContainer(c, status, init, pod, parts)))
  return [...volumes, ...own]
}

// ── what it needs ─────────────────────────────────────────────────────────────────────────────────

/** What a volume is made of that is not there. */
function whyVolume(v: Volume, pod: Pod, parts: WhyParts): Finding[] {
  const namespace = pod.metadata.namespace as string
  if (v.configMap !== undefined && v.configMap.optional !== true) return whyData('ConfigMap', v.configMap.name ?? '', v.configMap.items, v.name, namespace, parts)
  if (v.secret !== undefined && v.secret.optional !== true) return whyData('Secret', v.secret.secretName ?? '', v.secret.items, v.name, namespace, parts)
  if (v.persistentVolumeClaim !== undefined) return whyUnbound(v.persistentVolumeClaim.claimName, namespace, parts)
  return (v.projected?.sources ?? []).flatMap(s => [
    ...(s.configMap === undefined || s.configMap.optional === true ? [] : whyData('ConfigMap', s.configMap.name ?? '', s.configMap.items, v.name, namespace, parts)),
    ...(s.secret === undefined || s.secret.optional === true ? [] : whyData('Secret', s.secret.name ?? '', s.secret.items, v.name, namespace, parts)),
  ])
}

function whyData(kind: 'ConfigMap' | 'Secret', name: string, items: readonly { readonly key: string }[] | undefined, volume: string, namespace: string, { lister }: WhyParts): Finding[] {
  const found = kind === 'ConfigMap' ? lister.get(configMap, name, namespace) : lister.get(secret, name, namespace)
  const what = kind === 'ConfigMap' ? 'configmap' : 'secret generic'
  if (found === undefined) return [finding(`its volume ${volume} wants the ${kind} ${name}, which does not exist`, [], [`kubectl create ${what} ${name} --from-literal=KEY=VALUE${inNamespace(namespace)}`])]
  const keys = new Set([...Object.keys(found.data ?? {}), ...Object.keys((found as { binaryData?: object }).binaryData ?? {})])
  const missing = (items ?? []).filter(i => !keys.has(i.key)).map(i => i.key)
  return missing.length === 0 ? [] : [finding(`its volume ${volume} wants ${missing.join(', ')} of the ${kind} ${name}, which has ${keys.size === 0 ? 'no keys' : [...keys].join(', ')}`, [], [`kubectl edit ${kind.toLowerCase()} ${name}${inNamespace(namespace)}`])]
}

function whyEnvironment(c: Container, pod: Pod, { lister }: WhyParts): Finding | undefined {
  try {
    environment(c, { pod, node: lister.get(nodeKind, pod.spec.nodeName ?? ''), podIP: pod.status?.podIP ?? '', lister })
    return undefined
  } catch (e) {
    if (!(e instanceof ConfigError)) throw e
    return finding(`container ${c.name} cannot be given its environment: ${e.message}`, [], ['make what is missing; the kubelet tries again by itself', 'or mark the reference as optional'])
  }
}

function whyImage(c: Container, { containers }: WhyParts): Finding | undefined {
  if (containers === undefined) return undefined
  const image = c.image ?? ''
  const { images } = containers
  const fixes = [`kubectl set image … ${c.name}=IMAGE:TAG with a name and a tag that there are`]
  if (images.normalise(image) === undefined) return finding(`container ${c.name} has an image name that is none: ${image}`, [], fixes)
  const pulled = images.pull(image)
  if (pulled.kind === 'pulled') return undefined
  if (c.imagePullPolicy === 'Never') return finding(`container ${c.name} may not pull ${image}, and it is not on the node`, [], ['set imagePullPolicy: IfNotPresent'])
  return finding(`container ${c.name} wants the image ${image}, which cannot be had`, [pulled.message], pulled.reason === 'ErrImagePull' ? [...fixes, 'a private image wants spec.imagePullSecrets'] : fixes)
}

// ── how it goes ───────────────────────────────────────────────────────────────────────────────────

function whyContainer(c: Container, status: ContainerStatus, init: boolean, pod: Pod, parts: WhyParts): Finding[] {
  const { state = {}, lastState = {} } = status
  const ended = state.terminated ?? lastState.terminated
  const restartable = !init || c.restartPolicy === 'Always'
  if (state.running !== undefined) {
    if (restartable && !status.ready) return [whyNotReady(c, status, pod, parts)]
    return (status.restartCount ?? 0) > 0 && ended !== undefined && ended.exitCode !== 0 ? [whyEnded(c, status, ended, pod, parts)] : []
  }
  if (state.terminated !== undefined && state.terminated.exitCode === 0) return []
  if (ended !== undefined && state.waiting?.reason !== 'CreateContainerConfigError' && (status.restartCount ?? 0) + (state.terminated === undefined ? 0 : 1) > 0) return [whyEnded(c, status, ended, pod, parts)]
  const missing = [whyImage(c, parts), whyEnvironment(c, pod, parts), whyUser(c, status, pod)].filter(f => f !== undefined)
  return missing
}

/** upstream: pkg/kubelet/kuberuntime/security_context.go verifyRunAsNonRoot */
function whyUser(c: Container, { state }: ContainerStatus, pod: Pod): Finding | undefined {
  const nonRoot = c.securityContext?.runAsNonRoot ?? pod.spec.securityContext?.runAsNonRoot
  const user = c.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser
  if (nonRoot !== true || (user !== undefined && user !== 0) || state?.waiting?.reason !== 'CreateContainerConfigError') return undefined
  return finding(`container ${c.name} must not run as root, and ${user === 0 ? 'its user is 0' : 'its image names no other user'}`, [], ['set securityContext.runAsUser to another user, such as 1000'])
}

type Terminated = NonNullable<NonNullable<ContainerStatus['state']>['terminated']>

function whyEnded(c: Container, status: ContainerStatus, ended: Terminated, pod: Pod, parts: WhyParts): Finding {
  const id = ended.containerID?.replace('containerd://', '')
  const lines = id === undefined || parts.containers === undefined ? [] : parts.containers.logs(id, LOG_LINES).map(l => `it said: ${l.text.trimEnd()}`)
  const times = status.restartCount > 0 ? `, and was restarted ${status.restartCount} ${status.restartCount === 1 ? 'time' : 'times'}` : ''
  const { exitCode, reason } = ended
  const limit = c.resources?.limits?.memory
  const logs = `kubectl logs ${pod.metadata.name} -c ${c.name} --previous${inNamespace(pod.metadata.namespace)}`
  const waits = status.state?.waiting?.reason === 'CrashLoopBackOff' ? ['the kubelet waits longer after each failure, up to five minutes, before it starts it again'] : []
  if (reason === 'OOMKilled') return finding(`container ${c.name} used more memory than ${limit === undefined ? 'its node had' : `its limit of ${limit}`} and was killed${times}`, waits, [`raise resources.limits.memory, or let it use less`])
  if (exitCode === 0) return finding(`container ${c.name} ends by itself with exit code 0${times}`, [...lines, ...waits], ['a container that has done its work belongs in a Job, or in a pod with restartPolicy: OnFailure', 'let its command go on, such as a server in the foreground'])
  const what = `container ${c.name} ended with exit code ${exitCode}${reason === undefined || reason === 'Error' ? '' : ` (${reason})`}${times}`
  if (exitCode === 127 || reason === 'StartError') return finding(what, [...lines, ...(ended.message === undefined ? [] : [ended.message]), ...waits], ['its command is not in its image: look at command and args'])
  if (exitCode === 126) return finding(what, [...lines, ...waits], ['its command cannot be executed: look at the rights of the file'])
  if ((exitCode === KILLED || exitCode === TERMINATED) && c.livenessProbe !== undefined) return finding(what, [...lines, 'it was killed from outside; it has a liveness probe', ...waits], ['see that the liveness probe asks the right port and path, and give it more time: initialDelaySeconds, failureThreshold, or a startupProbe'])
  return finding(what, [...lines, ...waits], [logs])
}

// ── readiness ─────────────────────────────────────────────────────────────────────────────────────

function whyNotReady(c: Container, status: ContainerStatus, pod: Pod, parts: WhyParts): Finding {
  const [kind, probe] = status.started === false && c.startupProbe !== undefined ? (['startup', c.startupProbe] as const) : (['readiness', c.readinessProbe] as const)
  if (probe === undefined) return finding(`container ${c.name} has not started altogether`, c.lifecycle?.postStart === undefined ? [] : ['its postStart hook has not ended'])
  const startedMs = Date.parse(status.state?.running?.startedAt ?? '')
  const delay = (probe.initialDelaySeconds ?? 0) * 1000
  if (parts.nowMs() < startedMs + delay) return finding(`container ${c.name} is not asked yet whether it is ready`, [`its ${kind} probe begins ${probe.initialDelaySeconds} s after its start`], ['wait'])
  return finding(`container ${c.name} does not pass its ${kind} probe`, [probeText(c, probe), ...whatAnswers(c, probe, pod, parts)], probeFixes(c, probe, pod))
}

function probeText(c: Container, { exec, httpGet, tcpSocket, grpc }: Probe): string {
  if (exec !== undefined) return `it runs: ${(exec.command ?? []).join(' ')}`
  if (httpGet !== undefined) return `it asks for ${(httpGet.scheme ?? 'HTTP').toLowerCase()}://:${portNumber(c, httpGet.port)}${httpGet.path ?? '/'}`
  if (tcpSocket !== undefined) return `it calls port ${portNumber(c, tcpSocket.port)}`
  return `it asks the gRPC service at port ${grpc?.port}`
}

/** Whether anybody listens at the probe's port, by trying. */
function whatAnswers(c: Container, { httpGet, tcpSocket, grpc }: Probe, pod: Pod, { containers, lister }: WhyParts): string[] {
  const port = httpGet !== undefined ? portNumber(c, httpGet.port) : tcpSocket !== undefined ? portNumber(c, tcpSocket.port) : grpc?.port
  const ip = httpGet?.host ?? tcpSocket?.host ?? pod.status?.podIP ?? ''
  if (port === undefined || containers === undefined || ip === '') return []
  const nodeName = pod.spec.nodeName as string
  const answer = containers.runtime.tcpProbe(nodeName, internalIP(lister.get(nodeKind, nodeName)), ip, port)
  if (answer === 'open') return [`port ${port} is open: what it answers there is not what the probe wants`]
  const declared = (c.ports ?? []).map(p => p.containerPort).filter(p => p !== port && containers.runtime.tcpProbe(nodeName, internalIP(lister.get(nodeKind, nodeName)), ip, p) === 'open')
  return [`nobody listens at port ${port} (${answer})`, ...(declared.length === 0 ? [] : [`port ${declared.join(', ')} is open`])]
}

function probeFixes(c: Container, probe: Probe, { metadata }: Pod): string[] {
  const run = (command: string): string => `kubectl exec ${metadata.name} -c ${c.name}${inNamespace(metadata.namespace)} -- ${command}`
  if (probe.exec !== undefined) return [`try it: ${run((probe.exec.command ?? []).join(' '))}`]
  if (probe.httpGet !== undefined) return [`try it: ${run(`wget -qO- localhost:${portNumber(c, probe.httpGet.port)}${probe.httpGet.path ?? '/'}`)}`]
  return ['see that the program listens at the port that the probe calls']
}
