/** Liveness, readiness and startup probes. upstream: pkg/kubelet/prober, pkg/probe */
import type { Container, Probe } from '../../kinds/schema/types/core.v1'
import { tell, wakeAt, type Sync } from './parts'
import type { ContainerRecord, ProbeRecord } from './record'
import { internalIP } from '../../kinds/core/node/state'

export type ProbeKind = 'startup' | 'liveness' | 'readiness'
const TITLES: Readonly<Record<ProbeKind, string>> = { startup: 'Startup', liveness: 'Liveness', readiness: 'Readiness' }

/** A probe's outcome. `pure`: the same until the container's files or processes change. */
interface Outcome {
  readonly ok: boolean
  readonly output: string
  readonly pure: boolean
}

/** A container to be killed because of a probe. */
export interface Verdict {
  readonly kill?: ProbeKind
}

/** Runs what is due of a running container's probes and brings `ready` and `started` up to date. */
export async function runProbes(sync: Sync, c: Container, r: ContainerRecord): Promise<Verdict> {
  const probes: [ProbeKind, Probe | undefined][] = r.started ? [['liveness', c.livenessProbe], ['readiness', c.readinessProbe]] : [['startup', c.startupProbe]]
  let kill: ProbeKind | undefined
  for (const [kind, probe] of probes) {
    if (probe === undefined) continue
    if (await runProbe(sync, c, r, kind, probe)) kill ??= kind
  }
  if (r.started && c.readinessProbe === undefined) r.ready = true
  if (r.started && probes[0]?.[0] === 'startup') {
    // The others begin once the startup probe has passed.
    if (c.readinessProbe === undefined) r.ready = true
    return runProbes(sync, c, r)
  }
  return kill === undefined || kill === 'readiness' ? {} : { kill }
}

/** True when the container has to be killed. */
async function runProbe(sync: Sync, c: Container, r: ContainerRecord, kind: ProbeKind, probe: Probe): Promise<boolean> {
  const { nowMs, runtime } = sync
  const periodMs = (probe.periodSeconds ?? 10) * 1000
  const first = (r.startedAtMs ?? nowMs) + (probe.initialDelaySeconds ?? 0) * 1000
  const record: ProbeRecord = (r.probes[kind] ??= { nextMs: first, count: 0 })
  const version = runtime.filesVersion(r.id as string)
  if (record.steady === true) {
    if (record.version === version) return false
    record.steady = false
    record.nextMs = first + Math.ceil((nowMs - first) / periodMs) * periodMs
  }
  if (nowMs < record.nextMs) {
    wakeAt(sync, record.nextMs)
    return false
  }
  const outcome = await evaluate(sync, c, r, probe)
  record.nextMs = nowMs + periodMs
  record.count = record.ok === outcome.ok ? record.count + 1 : 1
  record.ok = outcome.ok
  if (!outcome.ok) await tell(sync, 'Warning', 'Unhealthy', `${TITLES[kind]} probe failed: ${outcome.output}`, c.name)
  const threshold = outcome.ok ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3)
  const settled = record.count >= threshold
  if (settled && outcome.ok) {
    if (kind === 'startup') r.started = true
    if (kind === 'readiness') r.ready = true
  }
  if (settled && !outcome.ok) {
    if (kind === 'readiness') r.ready = false
    else {
      record.count = 0
      return true
    }
  }
  // A result that has settled and depends on files alone stays until they change: no timer is needed.
  record.steady = settled && outcome.pure && outcome.ok
  record.version = runtime.filesVersion(r.id as string)
  if (!record.steady && !(kind === 'startup' && r.started)) wakeAt(sync, record.nextMs)
  return false
}

async function evaluate(sync: Sync, c: Container, r: ContainerRecord, probe: Probe): Promise<Outcome> {
  const { runtime, pod, node, record } = sync
  const nodeName = pod.spec.nodeName as string
  const nodeIP = internalIP(node)
  const podIP = pod.spec.hostNetwork === true ? nodeIP : (record.ip ?? '')
  if (probe.exec !== undefined) {
    const command = probe.exec.command ?? []
    const result = await runtime.execInContainer(r.id as string, command)
    if (result.kind === 'running') {
      runtime.killExec(r.id as string, result.execId)
      return { ok: false, output: `command timed out: "${command.join(' ')}" timed out after ${probe.timeoutSeconds ?? 1}s`, pure: false }
    }
    if (result.kind === 'failed') return { ok: false, output: `command error: ${result.message}`, pure: true }
    return { ok: result.exitCode === 0, output: result.stdout + result.stderr, pure: result.pure }
  }
  if (probe.tcpSocket !== undefined) {
    const host = probe.tcpSocket.host ?? podIP
    const port = portNumber(c, probe.tcpSocket.port)
    const answer = runtime.tcpProbe(nodeName, nodeIP, host, port)
    return answer === 'open' ? { ok: true, output: '', pure: true } : { ok: false, output: `dial tcp ${host}:${port}: ${answer === 'refused' ? 'connect: connection refused' : answer === 'timeout' ? 'i/o timeout' : 'connect: no route to host'}`, pure: true }
  }
  if (probe.httpGet !== undefined) return http(sync, c, probe, nodeName, nodeIP, podIP)
  if (probe.grpc !== undefined) return { ok: runtime.tcpProbe(nodeName, nodeIP, podIP, probe.grpc.port) === 'open', output: `timeout: failed to connect service "${podIP}:${probe.grpc.port}" within 1s: context deadline exceeded`, pure: true }
  return { ok: true, output: '', pure: true }
}

async function http({ runtime }: Sync, c: Container, probe: Probe, nodeName: string, nodeIP: string, podIP: string): Promise<Outcome> {
  const get = probe.httpGet as NonNullable<Probe['httpGet']>
  const host = get.host ?? podIP
  const port = portNumber(c, get.port)
  const path = get.path ?? '/'
  const scheme = (get.scheme ?? 'HTTP').toLowerCase() as 'http' | 'https'
  const headers: [string, string][] = [['User-Agent', 'kube-probe/1.36'], ['Accept', '*/*'], ...(get.httpHeaders ?? []).map(h => [h.name, h.value] as [string, string])]
  const url = `${scheme}://${host}:${port}${path.startsWith('/') ? path : `/${path}`}`
  const answer = await runtime.httpRequest(nodeName, nodeIP, { ip: host, port, path, scheme, headers })
  if (answer.kind === 'response') {
    const { status } = answer.response
    return status >= 200 && status < 400 ? { ok: true, output: '', pure: false } : { ok: false, output: `HTTP probe failed with statuscode: ${status}`, pure: false }
  }
  if (answer.kind === 'waiting') return { ok: false, output: `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`, pure: false }
  const why = answer.error === 'refused' ? `dial tcp ${host}:${port}: connect: connection refused` : answer.error === 'timeout' ? `dial tcp ${host}:${port}: i/o timeout (Client.Timeout exceeded while awaiting headers)` : answer.error === 'unreachable' ? `dial tcp ${host}:${port}: connect: no route to host` : 'EOF'
  return { ok: false, output: `Get "${url}": ${why}`, pure: true }
}

/** A number, or the container's port of that name. */
export function portNumber(c: Container, port: number | string): number {
  if (typeof port === 'number') return port
  return c.ports?.find(p => p.name === port)?.containerPort ?? (/^\d+$/.test(port) ? Number(port) : 0)
}
