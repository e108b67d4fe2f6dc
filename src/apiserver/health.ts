/** `/healthz`, `/livez`, `/readyz`: all is well as long as there is an answer. upstream: apiserver/pkg/server/healthz */
import { noSuchPath } from '../base/status'
import type { PathAnswer } from './path-answer'

const HOOKS = [
  'start-apiserver-admission-initializer', 'generic-apiserver-start-informers', 'priority-and-fairness-config-consumer', 'priority-and-fairness-filter', 'storage-object-count-tracker-hook',
  'start-apiextensions-informers', 'start-apiextensions-controllers', 'crd-informer-synced', 'start-system-namespaces-controller', 'start-cluster-authentication-info-controller',
  'start-kube-apiserver-identity-lease-controller', 'start-kube-apiserver-identity-lease-garbage-collector', 'start-legacy-token-tracking-controller', 'start-service-ip-repair-controllers',
  'rbac/bootstrap-roles', 'scheduling/bootstrap-system-priority-classes', 'priority-and-fairness-config-producer', 'bootstrap-controller', 'start-kubernetes-service-cidr-controller',
  'aggregator-reload-proxy-client-cert', 'start-kube-aggregator-informers', 'apiservice-status-local-available-controller', 'apiservice-status-remote-available-controller',
  'apiservice-registration-controller', 'apiservice-discovery-controller', 'kube-apiserver-autoregistration',
].map(name => `poststarthook/${name}`)
const LAST = ['autoregister-completion', 'poststarthook/apiservice-openapi-controller', 'poststarthook/apiservice-openapiv3-controller']
const CHECKS: Readonly<Record<string, readonly string[]>> = {
  healthz: ['ping', 'log', 'etcd', ...HOOKS, ...LAST],
  livez: ['ping', 'log', 'etcd', ...HOOKS, ...LAST],
  readyz: ['ping', 'log', 'etcd', 'etcd-readiness', 'informer-sync', ...HOOKS, ...LAST, 'shutdown'],
}
const PLAIN = 'text/plain; charset=utf-8'

/** undefined for a path that asks after no health. Throws 404 for a check that there is not. */
export function healthOf(path: string, query: URLSearchParams): PathAnswer | undefined {
  const [, root = '', name] = /^\/(healthz|livez|readyz)(?:\/(.+))?$/.exec(path) ?? []
  const checks = CHECKS[root]
  if (checks === undefined) return undefined
  if (name !== undefined) {
    if (!checks.includes(name)) throw noSuchPath()
    return { contentType: PLAIN, body: 'ok' }
  }
  if (!query.has('verbose')) return { contentType: PLAIN, body: 'ok' }
  const excluded = new Set(query.getAll('exclude'))
  const unknown = [...excluded].filter(e => !checks.includes(e)).sort()
  const lines = checks.map(c => `[+]${c} ${excluded.has(c) ? 'excluded: ' : ''}ok\n`)
  if (unknown.length > 0) lines.push(`warn: some health checks cannot be excluded: no matches for ${unknown.map(u => JSON.stringify(u)).join(', ')}\n`)
  return { contentType: PLAIN, body: `${lines.join('')}${root} check passed\n` }
}
