/** postStart and preStop. upstream: pkg/kubelet/lifecycle/handlers.go */
import type { Container, LifecycleHandler } from '../../kinds/schema/types/core.v1'
import type { Sync } from './parts'
import { portNumber } from './probes'
import type { ContainerRecord } from './record'
import { internalIP } from '../../kinds/core/node/state'

/** Undefined when the hook succeeded (or has not ended yet), else why it failed. */
export async function runHook(sync: Sync, c: Container, r: ContainerRecord, hook: LifecycleHandler): Promise<string | undefined> {
  const { runtime, pod, node, record } = sync
  const id = r.id as string
  if (hook.exec !== undefined) {
    const result = await runtime.execInContainer(id, hook.exec.command ?? [])
    if (result.kind === 'failed') return result.message
    return result.kind === 'exited' && result.exitCode !== 0 ? `command '${(hook.exec.command ?? []).join(' ')}' exited with ${result.exitCode}: ${result.stderr}` : undefined
  }
  if (hook.httpGet !== undefined) {
    const nodeIP = internalIP(node)
    const answer = await runtime.httpRequest(pod.spec.nodeName as string, nodeIP, {
      ip: hook.httpGet.host ?? record.ip ?? '',
      port: portNumber(c, hook.httpGet.port),
      path: hook.httpGet.path ?? '/',
    })
    if (answer.kind === 'error') return `Get "http://${hook.httpGet.host ?? record.ip}:${hook.httpGet.port}${hook.httpGet.path ?? '/'}": ${answer.error}`
    return answer.kind === 'response' && answer.response.status >= 400 ? `HTTP status ${answer.response.status}` : undefined
  }
  return undefined
}

/** How long a preStop hook keeps SIGTERM waiting, in ms; undefined while it is still running and must be asked again. */
export async function preStop(sync: Sync, c: Container, r: ContainerRecord): Promise<{ readonly endsAtMs: number; readonly failure?: string }> {
  const hook = c.lifecycle?.preStop
  if (hook === undefined) return { endsAtMs: sync.nowMs }
  if (hook.sleep !== undefined) return { endsAtMs: sync.nowMs + hook.sleep.seconds * 1000 }
  if (hook.exec !== undefined) {
    const started = await sync.runtime.execInContainer(r.id as string, hook.exec.command ?? [])
    if (started.kind === 'running') return { endsAtMs: sync.runtime.nextWakeMs(r.id as string) ?? sync.nowMs }
    if (started.kind === 'failed') return { endsAtMs: sync.nowMs, failure: started.message }
    return started.exitCode === 0 ? { endsAtMs: sync.nowMs } : { endsAtMs: sync.nowMs, failure: `exited with ${started.exitCode}` }
  }
  const failure = await runHook(sync, c, r, hook)
  return failure === undefined ? { endsAtMs: sync.nowMs } : { endsAtMs: sync.nowMs, failure }
}
