/** Requests that the apiserver passes on: to a program in a pod, or to the kubelet itself. upstream: pkg/kubelet/server, apimachinery/pkg/util/proxy */
import { timestamp, parseTime } from '../../base/clock'
import { failure, noSuchPath, unreachable } from '../../base/status'
import type { RawRequest, RawResponse } from '../../client/client'
import type { Metrics, PodSample, Usage } from '../../client/metrics'
import { node as nodeKind } from '../../kinds/core/node/kind'
import { isOff } from '../../kinds/core/node/power'
import { pod as podKind } from '../../kinds/core/pod/kind'
import type { Node, Pod } from '../../kinds/schema/types/core.v1'
import { valueOfQuantity } from '../../base/quantity'
import type { HttpResult } from '../../runtime/container'
import { POLL_MS, type NodeApiParts } from './addressed'
import { internalIP } from '../../kinds/core/node/state'
import { podAt } from '../../network/pod-addresses'
import { oneChunk } from '../../client/one-chunk'

const TIMEOUT_MS = 30_000
const PLAIN = 'text/plain; charset=utf-8'
/** Of one hop only. */
const HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'content-type', 'upgrade', 'te', 'trailer'])

interface Target {
  readonly scheme: 'http' | 'https'
  readonly ip: string
  readonly port: number
}

/** Throws 503 where nobody answers. */
export async function proxiedRequest({ scheme, ip, port }: Target, method: string, path: string, request: RawRequest, parts: NodeApiParts): Promise<RawResponse> {
  const { lister, runtime, clock } = parts
  const pod = podAt(lister, ip)
  const node = lister.get(nodeKind, pod?.spec.nodeName ?? '') ?? lister.list(nodeKind)[0]
  if (node === undefined || isOff(node)) throw unreachable(ip, port, 'connect: no route to host')
  const from = internalIP(node)
  const key = pod === undefined ? `node/${node.metadata.name}` : `${pod.metadata.namespace}/${pod.metadata.name}`
  const headers: [string, string][] = [['Host', `${ip}:${port}`], ['User-Agent', request.userAgent ?? 'kubectl'], ['Accept', request.accept ?? '*/*'], ['X-Forwarded-Uri', request.path]]
  if (request.contentType !== undefined) headers.push(['Content-Type', request.contentType])
  const body = request.body === undefined ? {} : { body: Buffer.from(request.body) }
  const ask = async (): Promise<HttpResult> => runtime.httpRequest(node.metadata.name, from, { method, scheme, ip, port, path, headers, ...body })
  let result = pod === undefined ? await ask() : await parts.exclusively(key, ask)
  const endMs = clock.now() + TIMEOUT_MS
  const wait = parts.follow(request.signal)
  while (result.kind === 'waiting') {
    if (clock.now() >= endMs) throw failure(504, 'Timeout', 'timeout')
    const { connection } = result
    if (wait === undefined) await parts.passUntil(clock.now() + POLL_MS)
    else if (!(await wait())) break
    result = runtime.httpResult(connection)
  }
  if (result.kind === 'response') return answerOf(result.response)
  const error = result.kind === 'error' ? result.error : 'closed'
  if (error === 'refused') throw unreachable(ip, port, 'connect: connection refused')
  if (error === 'unreachable') throw unreachable(ip, port, 'connect: no route to host')
  if (error === 'timeout') throw unreachable(ip, port, 'i/o timeout')
  throw failure(503, 'ServiceUnavailable', 'error trying to reach service: EOF')
}

function answerOf({ status, headers, body }: Extract<HttpResult, { kind: 'response' }>['response']): RawResponse {
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? PLAIN
  const kept = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value] as const).filter(([name]) => !HOP.has(name)))
  const text = Buffer.from(body)
  if (/^text\/|json|xml|javascript/.test(type)) return { code: status, contentType: type, body: text.toString('utf8'), warnings: [], headers: kept }
  return { code: status, contentType: type, body: '', warnings: [], headers: kept, stream: oneChunk(text) }
}

/** What the kubelet's own paths answer. Throws 404 for others, 503 where the machine is off. */
export function kubeletAnswer(node: Node, path: string, { lister, clock }: NodeApiParts, metrics: Metrics): RawResponse {
  const address = internalIP(node)
  if (isOff(node)) throw unreachable(address, 10_250, 'connect: no route to host')
  const text = (body: string): RawResponse => ({ code: 200, contentType: PLAIN, body, warnings: [] })
  const json = (body: unknown): RawResponse => ({ code: 200, contentType: 'application/json', body: JSON.stringify(body), warnings: [] })
  const pods = (): readonly Pod[] => lister.byIndex<Pod>(podKind, 'node', node.metadata.name)
  const nowMs = clock.now()
  switch (path.split('?')[0]?.replace(/\/+$/, '')) {
    case '/healthz':
    case '/healthz/ping':
    case '/healthz/syncloop':
      return text('ok')
    case '/pods':
      return json({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items: pods() })
    case '/runningpods':
      return json({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items: pods().filter(p => p.status?.phase === 'Running').map(({ metadata: { name, namespace, uid }, spec }) => ({ metadata: { name, namespace, uid }, spec: { containers: spec.containers.map(c => ({ name: c.name, image: c.image, resources: {} })) }, status: {} })) })
    case '/stats/summary':
      return json(summaryOf(node, pods(), metrics, nowMs))
    case '/metrics/cadvisor':
      return text(cadvisor(pods(), metrics))
    case '/metrics/resource':
      return text(resourceMetrics(node, pods(), metrics, nowMs))
    case '/metrics':
      return text(`# HELP kubelet_running_pods [ALPHA] Number of pods that have a running pod sandbox\n# TYPE kubelet_running_pods gauge\nkubelet_running_pods ${pods().filter(p => p.status?.phase === 'Running').length}\n`)
    default:
      throw noSuchPath()
  }
}

const cpuStats = (at: string, { cpuMillis }: Usage, seconds: number) => ({ time: at, usageNanoCores: Math.round(cpuMillis * 1e6), usageCoreNanoSeconds: Math.round(cpuMillis * 1e6 * seconds) })
const memoryStats = (at: string, { memoryBytes }: Usage) => ({ time: at, usageBytes: Math.round(memoryBytes), workingSetBytes: Math.round(memoryBytes), rssBytes: Math.round(memoryBytes * 0.8), pageFaults: 0, majorPageFaults: 0 })
const sum = ({ containers }: PodSample): Usage => containers.reduce((all, c) => ({ cpuMillis: all.cpuMillis + c.cpuMillis, memoryBytes: all.memoryBytes + c.memoryBytes }), { cpuMillis: 0, memoryBytes: 0 })
const sinceSeconds = (text: string | undefined, nowMs: number): number => Math.max(0, (nowMs - parseTime(text ?? '')) / 1000) || 0

/** upstream: kubelet/pkg/apis/stats/v1alpha1 Summary */
function summaryOf(node: Node, pods: readonly Pod[], metrics: Metrics, nowMs: number): object {
  const own = metrics.ofNode(node)
  const at = timestamp(own?.atMs ?? nowMs)
  const used = own ?? { cpuMillis: 0, memoryBytes: 0 }
  const capacity = valueOfQuantity(node.status?.capacity?.['memory'] ?? '0')
  return {
    node: {
      nodeName: node.metadata.name,
      startTime: node.metadata.creationTimestamp,
      cpu: cpuStats(at, used, sinceSeconds(node.metadata.creationTimestamp, nowMs)),
      memory: { ...memoryStats(at, used), availableBytes: Math.max(0, capacity - Math.round(used.memoryBytes)) },
    },
    pods: pods.flatMap(p => {
      const sample = metrics.ofPod(p)
      if (sample === undefined) return []
      const seconds = sinceSeconds(p.status?.startTime, nowMs)
      return [{
        podRef: { name: p.metadata.name, namespace: p.metadata.namespace, uid: p.metadata.uid },
        startTime: p.status?.startTime,
        containers: sample.containers.map(c => ({ name: c.name, startTime: p.status?.startTime, cpu: cpuStats(at, c, seconds), memory: memoryStats(at, c) })),
        cpu: cpuStats(at, sum(sample), seconds),
        memory: memoryStats(at, sum(sample)),
      }]
    }),
  }
}

const family = (name: string, type: string, help: string, lines: readonly string[]): string => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.map(l => `${l}\n`).join('')}`
const labelled = (pairs: Readonly<Record<string, string>>): string => `{${Object.entries(pairs).map(([k, v]) => `${k}=${JSON.stringify(v)}`).join(',')}}`

/** upstream: cadvisor/metrics/prometheus.go, the families that people ask for */
function cadvisor(pods: readonly Pod[], metrics: Metrics): string {
  const each = (value: (c: Usage, p: Pod, s: PodSample) => number): string[] => pods.flatMap(p => {
    const s = metrics.ofPod(p)
    return (s?.containers ?? []).map(c => `container${labelled({ container: c.name, image: p.spec.containers.find(x => x.name === c.name)?.image ?? '', namespace: p.metadata.namespace ?? '', pod: p.metadata.name })} ${value(c, p, s as PodSample)} ${(s as PodSample).atMs}`)
  })
  const named = (name: string, lines: string[]): string[] => lines.map(l => l.replace('container', name))
  const cpu = 'container_cpu_usage_seconds_total'
  const memory = 'container_memory_working_set_bytes'
  return family(cpu, 'counter', 'Cumulative cpu time consumed in seconds.', named(cpu, each((c, p, s) => (c.cpuMillis / 1000) * sinceSeconds(p.status?.startTime, s.atMs))))
    + family(memory, 'gauge', 'Current working set in bytes.', named(memory, each(c => Math.round(c.memoryBytes))))
}

/** upstream: pkg/kubelet/metrics/collectors/resource_metrics.go */
function resourceMetrics(node: Node, pods: readonly Pod[], metrics: Metrics, nowMs: number): string {
  const own = metrics.ofNode(node)
  const nodeSeconds = sinceSeconds(node.metadata.creationTimestamp, nowMs)
  const each = (name: string, value: (c: Usage, seconds: number) => number): string[] => pods.flatMap(p => (metrics.ofPod(p)?.containers ?? []).map(c => `${name}${labelled({ container: c.name, namespace: p.metadata.namespace ?? '', pod: p.metadata.name })} ${value(c, sinceSeconds(p.status?.startTime, nowMs))}`))
  return family('container_cpu_usage_seconds_total', 'counter', '[STABLE] Cumulative cpu time consumed by the container in core-seconds', each('container_cpu_usage_seconds_total', (c, s) => (c.cpuMillis / 1000) * s))
    + family('container_memory_working_set_bytes', 'gauge', '[STABLE] Current working set of the container in bytes', each('container_memory_working_set_bytes', c => Math.round(c.memoryBytes)))
    + family('node_cpu_usage_seconds_total', 'counter', '[STABLE] Cumulative cpu time consumed by the node in core-seconds', own === undefined ? [] : [`node_cpu_usage_seconds_total ${(own.cpuMillis / 1000) * nodeSeconds}`])
    + family('node_memory_working_set_bytes', 'gauge', '[STABLE] Current working set of the node in bytes', own === undefined ? [] : [`node_memory_working_set_bytes ${Math.round(own.memoryBytes)}`])
}
