/** `kubectl create ingress`. upstream: kubectl/pkg/cmd/create/create_ingress.go */
import { UsageError } from '../../base/errors'
import { parseIntOrString } from '../../base/int-or-string'
import type { KubeObject } from '../../kinds/kind'
import { resourceOf } from '../resource-of'
import type { Generator } from './generate'

/** host/path=service:port[,tls[=secret]] */
const RULE = /^[\w*\-.]*\/.*=[\w-]+:[\w-]+(,tls=?([\w-]+)?)?/

interface Path {
  readonly path: string
  readonly pathType: string
  readonly backend: object
}

export const ingress: Generator<'create ingress'> = {
  resource: () => resourceOf('networking.k8s.io/v1', 'Ingress'),
  failure: 'failed to create ingress: ',
  make({ name, flags }) {
    const backend = flags['default-backend']
    if (backend === '' && flags.rule.length === 0) {
      throw new UsageError('not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)')
    }
    for (const rule of flags.rule) if (!RULE.test(rule)) throw new UsageError(`rule ${rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`)
    for (const annotation of flags.annotation) if (!annotation.includes('=')) throw new UsageError(`annotation ${annotation} is invalid and should be in format key=[value]`)
    if (backend !== '' && backend.split(':').length !== 2) throw new UsageError('default-backend should be in format servicename:serviceport')
    const annotations = Object.fromEntries(flags.annotation.map(a => [a.slice(0, a.indexOf('=')), a.slice(a.indexOf('=') + 1)]))
    const [tls, rules] = [tlsOf(flags.rule), rulesOf(flags.rule)]
    return {
      apiVersion: 'networking.k8s.io/v1', kind: 'Ingress',
      metadata: { name, ...(flags.annotation.length > 0 ? { annotations } : {}) },
      spec: {
        ...(flags.class === '' ? {} : { ingressClassName: flags.class }),
        ...(backend === '' ? {} : { defaultBackend: backendOf(backend) }),
        ...(tls.length > 0 ? { tls } : {}),
        ...(rules.length > 0 ? { rules } : {}),
      },
    } as KubeObject
  },
}

function tlsOf(rules: readonly string[]): { hosts?: string[]; secretName?: string }[] {
  const entries: { hosts?: string[]; secretName?: string }[] = []
  const seen = new Set<string>()
  for (const rule of rules) {
    const parts = rule.split(',')
    if (parts.length !== 2) continue
    const host = rule.split('/')[0] as string
    const secretName = (parts[1] as string).split('=')[1] ?? ''
    if (seen.has(host)) continue
    seen.add(host)
    const same = entries.find(e => (e.secretName ?? '') === secretName)
    if (same !== undefined) (same.hosts ??= []).push(host)
    else if (host !== '' || secretName !== '') entries.push({ ...(host === '' ? {} : { hosts: [host] }), ...(secretName === '' ? {} : { secretName }) })
  }
  return entries
}

function rulesOf(rules: readonly string[]): { host?: string; http: { paths: Path[] } }[] {
  const out: { host?: string; http: { paths: Path[] } }[] = []
  for (const rule of rules) {
    const whole = rule.split(',')[0] as string
    const slash = whole.indexOf('/')
    const host = whole.slice(0, slash)
    const path = pathOf(whole.slice(slash + 1))
    const same = out.find(r => (r.host ?? '') === host)
    if (same !== undefined) same.http.paths.push(path)
    else out.push({ ...(host === '' ? {} : { host }), http: { paths: [path] } })
  }
  return out
}

/** A star at the end makes it a prefix. */
function pathOf(text: string): Path {
  const [path = '', service = ''] = text.split('=')
  const isPrefix = path === '*' || path.endsWith('*')
  return { path: `/${isPrefix ? path.slice(0, -1) : path}`, pathType: isPrefix ? 'Prefix' : 'Exact', backend: backendOf(service) }
}

function backendOf(service: string): object {
  const [name, port = ''] = service.split(':')
  const parsed = parseIntOrString(port)
  return { service: { name, port: typeof parsed === 'number' ? { number: parsed } : { name: parsed } } }
}
