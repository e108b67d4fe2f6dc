/** What a Deployment costs in the apiserver, against one JSON.parse of its text in the same run: its validation, and a server-side apply that changes it. Prints JSON. */
import { readConfig } from '../../src/cluster/config'
import { createInMemory } from '../../src/cluster/create'
import { validateCreate } from '../../src/apiserver/validate'
import { deployment } from '../../src/kinds/apps/deployment/kind'
import { decode } from '../../src/kinds/schema/decode'
import type { Deployment } from '../../src/kinds/schema/types/apps.v1'

const ROUNDS = 200
const WARM_UP = 150
const PARSES = 200
const VALIDATIONS = 100
const APPLIES = 10

const env = (name: string, value: string) => ({ name, value })
const probe = (path: string) => ({ httpGet: { path, port: 'http' }, initialDelaySeconds: 10, periodSeconds: 5, timeoutSeconds: 2 })

/** An ordinary one: two containers with probes, resources, environment and volumes. */
const manifest = (image: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'checkout', namespace: 'default', labels: { app: 'checkout', tier: 'backend' }, annotations: { owner: 'orders@example.com' } },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'checkout' } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    template: {
      metadata: { labels: { app: 'checkout', tier: 'backend' } },
      spec: {
        serviceAccountName: 'checkout',
        terminationGracePeriodSeconds: 5,
        securityContext: { runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000 },
        containers: [
          {
            name: 'server',
            image,
            ports: [{ name: 'http', containerPort: 8080 }, { name: 'metrics', containerPort: 9090 }],
            env: [env('PORT', '8080'), env('LOG_LEVEL', 'info'), env('CART_ADDR', 'cart:7070'), env('CURRENCY_ADDR', 'currency:7000'), { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'checkout', key: 'password' } } }],
            resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '200m', memory: '128Mi' } },
            readinessProbe: probe('/ready'),
            livenessProbe: probe('/healthz'),
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true },
            volumeMounts: [{ name: 'config', mountPath: '/etc/checkout', readOnly: true }, { name: 'tmp', mountPath: '/tmp' }],
          },
          { name: 'log-shipper', image: 'busybox:1.36', args: ['sh', '-c', 'tail -F /tmp/log'], resources: { requests: { cpu: '10m', memory: '16Mi' } }, volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }] },
        ],
        volumes: [{ name: 'config', configMap: { name: 'checkout' } }, { name: 'tmp', emptyDir: {} }],
      },
    },
  },
})

async function main(): Promise<void> {
  const { config } = readConfig(undefined)
  let nowMs = Date.UTC(2026, 10, 21, 8)
  const cluster = await createInMemory({ config, nodes: [] }, () => nowMs++, true)
  const actor = cluster.ownUser(undefined, [], 'kubectl', undefined)
  const client = cluster.clientFor(actor)
  const request = { actor, dryRun: false, fieldManager: 'kubectl', fieldValidation: 'Strict' as const, warnings: [] }
  const bodies = ['shop/checkout:1.0.0', 'shop/checkout:1.0.1'].map(image => JSON.stringify(manifest(image)))
  const text = bodies[0] as string
  // Each a new object: what was looked at already may be known by its identity.
  const fresh = (): Deployment => {
    const object = decode('apps.v1.Deployment', JSON.parse(text), { strict: true }).object as unknown as Deployment
    deployment.applyDefaults?.(object)
    return object
  }
  let applied = 0
  const apply = async (): Promise<void> => {
    const answer = await client.request({ method: 'PATCH', path: '/apis/apps/v1/namespaces/default/deployments/checkout?fieldManager=bench', contentType: 'application/apply-patch+yaml', body: bodies[applied++ % 2] as string })
    if (answer.code > 201) throw new Error(answer.body)
  }
  const times: Record<'parse' | 'validation' | 'apply', number[]> = { parse: [], validation: [], apply: [] }
  const timed = (name: keyof typeof times, count: number, since: number): void => void times[name].push(((performance.now() - since) * 1000) / count)
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    if (round === 0) for (const list of Object.values(times)) list.length = 0
    let since = performance.now()
    for (let i = 0; i < PARSES; i++) JSON.parse(text)
    timed('parse', PARSES, since)
    const objects = Array.from({ length: VALIDATIONS }, fresh)
    since = performance.now()
    for (const object of objects) validateCreate(deployment, object, request)
    timed('validation', VALIDATIONS, since)
    since = performance.now()
    for (let i = 0; i < APPLIES; i++) await apply()
    timed('apply', APPLIES, since)
  }
  // The lower quartile: rounds in which other programs had the machine say nothing.
  const typical = (list: number[]): number => list.toSorted((a, b) => a - b)[list.length >> 2] as number
  const us = { parse: typical(times.parse), validation: typical(times.validation), apply: typical(times.apply) }
  const rounded = (n: number): number => Math.round(n * 100) / 100
  console.log(JSON.stringify({ validation: rounded(us.validation / us.parse), apply: rounded(us.apply / us.parse), parseUs: rounded(us.parse), validationUs: rounded(us.validation), applyUs: rounded(us.apply) }))
  cluster.close()
}

void main()
