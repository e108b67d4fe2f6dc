/**
 * `kubectl describe` of random objects of all kinds that have a describer of their own, as the real kubectl prints them. `SEED=7 COUNT=200`
 * for other ones and more, `KINDS=Pod,Node` for some kinds alone.
 */
import { writeFileSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEndpoint, type Endpoint } from '../conformance/endpoint'
import { inParallel, runOurs, runReal } from '../conformance/programs'
import { realKubectl } from '../conformance/real-kubectl'
import { Dice } from '../printers/random'
import { randomObject } from './random'

const SEED = Number(process.env['SEED'] ?? 1)
const COUNT = Number(process.env['COUNT'] ?? 1)
const ONLY = process.env['KINDS']?.split(',')
const found = realKubectl()

const NAMESPACED = 'v1 Pod pods|v1 ReplicationController replicationcontrollers|v1 Secret secrets|v1 Service services|v1 ServiceAccount serviceaccounts|v1 LimitRange limitranges|v1 ResourceQuota resourcequotas|v1 PersistentVolumeClaim persistentvolumeclaims|v1 Endpoints endpoints|v1 ConfigMap configmaps|discovery.k8s.io/v1 EndpointSlice endpointslices|autoscaling/v2 HorizontalPodAutoscaler horizontalpodautoscalers|networking.k8s.io/v1 Ingress ingresses|batch/v1 Job jobs|batch/v1 CronJob cronjobs|apps/v1 StatefulSet statefulsets|apps/v1 Deployment deployments|apps/v1 DaemonSet daemonsets|apps/v1 ReplicaSet replicasets|policy/v1 PodDisruptionBudget poddisruptionbudgets|rbac.authorization.k8s.io/v1 Role roles|rbac.authorization.k8s.io/v1 RoleBinding rolebindings|networking.k8s.io/v1 NetworkPolicy networkpolicies|v1 Event events|coordination.k8s.io/v1 Lease leases|resource.k8s.io/v1 ResourceClaim resourceclaims'
const CLUSTER = 'v1 Node nodes|v1 PersistentVolume persistentvolumes|v1 Namespace namespaces|networking.k8s.io/v1 IngressClass ingressclasses|networking.k8s.io/v1 ServiceCIDR servicecidrs|networking.k8s.io/v1 IPAddress ipaddresses|certificates.k8s.io/v1 CertificateSigningRequest certificatesigningrequests|storage.k8s.io/v1 StorageClass storageclasses|storage.k8s.io/v1 CSINode csinodes|storage.k8s.io/v1 VolumeAttributesClass volumeattributesclasses|rbac.authorization.k8s.io/v1 ClusterRole clusterroles|rbac.authorization.k8s.io/v1 ClusterRoleBinding clusterrolebindings|scheduling.k8s.io/v1 PriorityClass priorityclasses|admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration validatingwebhookconfigurations'
const KINDS = [[NAMESPACED, 'default'], [CLUSTER, undefined]].flatMap(([list, namespace]) => (list as string).split('|').map(line => [...(line.split(' ') as [string, string, string]), namespace] as const))

/** Two programs look at different instants; where Go goes through a map, lines come in any order. */
const comparable = (text: string): string => text.replace(/(?<=\s)(\d+s|\dm\d+s|<unknown>)(?=\s)/g, age => 'AGE'.padEnd(age.length)).replace(/ +$/gm, '')
const inAnyOrder = (text: string): string => text.split('\n').sort().join('\n')

describe.skipIf('missing' in found)(`describe of random objects${'missing' in found ? `: ${found.missing}` : ''}`, () => {
  const program = 'path' in found ? found.path : ''
  const objects = new Map<string, string>()
  let endpoint: Endpoint
  let server: Server
  beforeAll(async () => {
    endpoint = await startEndpoint({ quiet: true })
    // A server that checks nothing: these objects it has, everything else the other one.
    server = createServer((asked, answer) => {
      const object = asked.method === 'GET' ? objects.get((asked.url ?? '').split('?')[0] as string) : undefined
      if (object !== undefined) return void answer.writeHead(200, { 'content-type': 'application/json' }).end(object)
      asked.pipe(request(endpoint.url + asked.url, { method: asked.method, headers: asked.headers }, response => response.pipe(answer.writeHead(response.statusCode as number, response.headers))))
    })
    await new Promise<void>(done => server.listen(0, '127.0.0.1', () => done()))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    writeFileSync(join(endpoint.home, 'config'), JSON.stringify({ apiVersion: 'v1', kind: 'Config', clusters: [{ name: 'c', cluster: { server: url } }], users: [{ name: 'u', user: {} }], contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }], 'current-context': 'c' }))
  }, 60_000)
  afterAll(() => {
    server.close()
    server.closeAllConnections()
    endpoint.close()
  })

  it('says the same of each', { timeout: 60_000 + 40_000 * COUNT }, async () => {
    const dice = new Dice(SEED)
    const lines = KINDS.filter(([, kind]) => ONLY?.includes(kind) ?? true).flatMap(([apiVersion, kind, plural, namespace]) => Array.from({ length: COUNT }, (_, i) => {
      const name = `${kind.toLowerCase()}-${i}`
      objects.set(`${apiVersion.includes('/') ? '/apis/' : '/api/'}${apiVersion}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${plural}/${name}`, JSON.stringify(randomObject(dice, apiVersion, kind, name, namespace)))
      return [apiVersion.includes('/') ? `${plural}.${apiVersion.split('/')[0]}` : plural, name]
    }))
    const results = await inParallel(lines, 2, async line => {
      const args = ['--kubeconfig', join(endpoint.home, 'config'), 'describe', ...line]
      const [real, ours] = [await runReal(program, args, endpoint.home), await runOurs(args, endpoint.home)]
      const shown = (ran: { code: number; stdout: string; stderr: string }) => ({ what: line.join(' '), code: ran.code, stdout: comparable(ran.stdout), stderr: ran.stderr })
      return { real: shown(real), ours: shown(ours) }
    })
    // What a server would have filled in is missed by some of the real ones.
    const told = results.filter(({ real }) => !/^panic: /m.test(real.stderr))
    expect(told.filter(({ real }) => real.code === 0).length).toBeGreaterThan(results.length * 0.7)
    const different = told.filter(({ real, ours }) => real.code !== ours.code || real.stderr !== ours.stderr || (real.stdout !== ours.stdout && inAnyOrder(real.stdout) !== inAnyOrder(ours.stdout)))
    expect(different.map(r => r.ours)).toEqual(different.map(r => r.real))
  })
})
