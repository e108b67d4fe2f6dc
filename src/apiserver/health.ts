/** `/healthz`, `/livez`, `/readyz`: each a list of checks. upstream: apiserver/pkg/server/healthz */
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
const UNSNIFFED = { 'x-content-type-options': 'nosniff' }

/** undefined for a path that asks after no health. `failing`: what is wrong, by check. Throws 404 for a check that there is not. */
export function healthOf(path: string, query: URLSearchParams, failing: ReadonlyMap<string, string>): PathAnswer | undefined {
  const [, root = '', name] = /^\/(healthz|livez|readyz)(?:\/(.+))?$/.exec(path) ?? []
  const checks = CHECKS[root]
  if (checks === undefined) return undefined
  if (name !== undefined) {
    if (!checks.includes(name)) throw noSuchPath()
    const why = failing.get(name)
    return why === undefined ? { contentType: PLAIN, body: 'ok', headers: UNSNIFFED } : failed(`internal server error: ${why}\n`)
  }
  const excluded = new Set(query.getAll('exclude'))
  const unknown = [...excluded].filter(e => !checks.includes(e)).sort()
  const lines = checks.map(c => (excluded.has(c) ? `[+]${c} excluded: ok\n` : failing.has(c) ? `[-]${c} failed: reason withheld\n` : `[+]${c} ok\n`))
  if (unknown.length > 0) lines.push(`warn: some health checks cannot be excluded: no matches for ${unknown.map(u => JSON.stringify(u)).join(', ')}\n`)
  // Always verbose on failure: reasons are for whoever may ask after the single checks.
  if (checks.some(c => failing.has(c) && !excluded.has(c))) return failed(`${lines.join('')}${root} check failed\n`)
  return { contentType: PLAIN, body: query.has('verbose') ? `${lines.join('')}${root} check passed\n` : 'ok', headers: UNSNIFFED }
}

const failed = (body: string): PathAnswer => ({ code: 500, contentType: PLAIN, body, headers: UNSNIFFED })
