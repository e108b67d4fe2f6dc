/** Probes and lifecycle hooks of a container. upstream: pkg/apis/core/validation validateProbe, validateLifecycle */
import type { Findings, Path } from '../../../../base/findings'
import { isHttpHeaderName, isPortName, isPortNumber } from '../../../../base/validation'
import type { ExecAction, GRPCAction, HTTPGetAction, Lifecycle, PodOS, Probe, SleepAction, TCPSocketAction } from '../../../schema/types/core.v1'

/** A probe's or a hook's way to act; probes have grpc, hooks have sleep. */
interface Handler {
  readonly exec?: ExecAction
  readonly httpGet?: HTTPGetAction
  readonly tcpSocket?: TCPSocketAction
  readonly grpc?: GRPCAction
  readonly sleep?: SleepAction
}

/** Liveness and startup probes pass with one success; readiness probes have no grace period of their own. */
export function validateProbe(f: Findings, at: Path, p: Probe, kind: 'liveness' | 'readiness' | 'startup', graceSeconds: number | undefined): void {
  validateHandler(f, at, p, graceSeconds)
  f.nonnegative(at.child('initialDelaySeconds'), p.initialDelaySeconds)
  f.nonnegative(at.child('timeoutSeconds'), p.timeoutSeconds)
  f.nonnegative(at.child('periodSeconds'), p.periodSeconds)
  f.nonnegative(at.child('successThreshold'), p.successThreshold)
  f.nonnegative(at.child('failureThreshold'), p.failureThreshold)
  const own = p.terminationGracePeriodSeconds
  if (own !== undefined && own <= 0) f.invalid(at.child('terminationGracePeriodSeconds'), own, 'must be greater than 0')
  if (kind === 'readiness') {
    if (own !== undefined) f.invalid(at.child('terminationGracePeriodSeconds'), own, 'must not be set for readinessProbes')
  } else if (p.successThreshold !== 1) f.invalid(at.child('successThreshold'), p.successThreshold ?? 0, 'must be 1')
}

const MORE_THAN_ONE = 'may not specify more than 1 handler type'

function validateHandler(f: Findings, at: Path, h: Handler, graceSeconds: number | undefined): void {
  let handlers = 0
  const first = (name: string): boolean => {
    if (handlers++ === 0) return true
    f.forbidden(at.child(name), MORE_THAN_ONE)
    return false
  }
  if (h.exec !== undefined && first('exec') && (h.exec.command ?? []).length === 0) f.required(at.child('exec').child('command'))
  if (h.httpGet !== undefined && first('httpGet')) validateHttpGet(f, at.child('httpGet'), h.httpGet)
  if (h.tcpSocket !== undefined && first('tcpSocket')) validatePort(f, at.child('tcpSocket').child('port'), h.tcpSocket.port)
  if (h.grpc !== undefined && first('grpc')) validatePort(f, at.child('grpc').child('port'), h.grpc.port)
  if (h.sleep !== undefined && first('sleep')) validateSleep(f, at.child('sleep'), h.sleep, graceSeconds)
  if (handlers === 0) f.required(at, 'must specify a handler type')
}

/** A number, or the name of a container's port. upstream: ValidatePortNumOrName */
export function validatePort(f: Findings, at: Path, port: number | string | undefined): void {
  if (typeof port === 'string') f.problems(at, port, isPortName(port))
  else f.problems(at, port ?? 0, isPortNumber(port ?? 0))
}

const SCHEMES = ['HTTP', 'HTTPS']

function validateHttpGet(f: Findings, at: Path, get: HTTPGetAction): void {
  if ((get.path ?? '') === '') f.required(at.child('path'))
  validatePort(f, at.child('port'), get.port)
  if (!SCHEMES.includes(get.scheme ?? '')) f.unsupported(at.child('scheme'), get.scheme ?? '', SCHEMES)
  for (const { name = '' } of get.httpHeaders ?? []) f.problems(at.child('httpHeaders'), name, isHttpHeaderName(name))
}

function validateSleep(f: Findings, at: Path, { seconds }: SleepAction, graceSeconds: number | undefined): void {
  if (graceSeconds === undefined) return
  const asked = seconds ?? 0
  const grace = graceSeconds < 0 ? 1 : graceSeconds
  if (asked < 0 || asked > grace) f.invalid(at, asked, `must be non-negative and less than terminationGracePeriodSeconds (${grace})`)
}

const WINDOWS_SIGNALS = ['SIGKILL', 'SIGTERM']

export function validateLifecycle(f: Findings, at: Path, lifecycle: Lifecycle, graceSeconds: number | undefined, os: PodOS | undefined): void {
  if (lifecycle.postStart !== undefined) validateHandler(f, at.child('postStart'), lifecycle.postStart, graceSeconds)
  if (lifecycle.preStop !== undefined) validateHandler(f, at.child('preStop'), lifecycle.preStop, graceSeconds)
  const signal = lifecycle.stopSignal
  if (signal === undefined) return
  if (os === undefined) f.forbidden(at.child('stopSignal'), 'may not be set for containers with empty `spec.os.name`')
  else if (os.name === 'windows' && !WINDOWS_SIGNALS.includes(signal)) f.unsupported(at.child('stopSignal'), signal, WINDOWS_SIGNALS)
}
