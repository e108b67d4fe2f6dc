/** A probe in one line. upstream: kubectl/pkg/describe DescribeProbe */
import { escapeHost, escapePath } from '../../../../base/go-url'
import type { Probe } from '../../../../kinds/schema/types/core.v1'
import { text } from '../../writer'

export function probeText(p: Probe): string {
  const numbers = `delay=${p.initialDelaySeconds ?? 0}s timeout=${p.timeoutSeconds ?? 0}s period=${p.periodSeconds ?? 0}s #success=${p.successThreshold ?? 0} #failure=${p.failureThreshold ?? 0}`
  return `${action(p)} ${numbers}`
}

function action({ exec, httpGet, tcpSocket, grpc }: Probe): string {
  if (exec !== undefined) return `exec [${(exec.command ?? []).join(' ')}]`
  if (httpGet !== undefined) {
    const { scheme = '', host = '', port, path = '' } = httpGet
    const address = `${host.includes(':') ? `[${host}]` : host}:${port}`
    return `http-get ${scheme === '' ? '' : `${scheme.toLowerCase()}:`}//${escapeHost(address)}${path === '' || path.startsWith('/') ? '' : '/'}${escapePath(path)}`
  }
  if (tcpSocket !== undefined) return `tcp-socket ${text(tcpSocket.host)}:${tcpSocket.port}`
  if (grpc !== undefined) return `grpc <pod>:${grpc.port} ${text(grpc.service)}`
  return 'unknown'
}
