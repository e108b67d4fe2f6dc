/** `kubottle why` tells of each sort of trouble what it is and what would end it; and of none, nothing. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Stage } from '../conformance/replay'

const pod = (name: string, spec: string, labels = ''): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {${labels}}}\nspec: ${spec}\n`
const MANIFESTS = [
  pod('ok', '{containers: [{name: c, image: "nginx:1.27", ports: [{containerPort: 80}]}]}', 'app: ok'),
  pod('picky', '{nodeSelector: {disk: ssd}, containers: [{name: c, image: "nginx:1.27"}]}'),
  pod('large', '{containers: [{name: c, image: "nginx:1.27", resources: {requests: {cpu: "40", memory: 1Gi}}}]}'),
  pod('gated', '{schedulingGates: [{name: example.com/wait}], containers: [{name: c, image: "nginx:1.27"}]}'),
  pod('other', '{schedulerName: mine, containers: [{name: c, image: "nginx:1.27"}]}'),
  pod('crash', '{containers: [{name: c, image: "busybox:1.36", command: [sh, -c, "echo no such luck; exit 3"]}]}'),
  pod('done', '{containers: [{name: c, image: "busybox:1.36", command: ["true"]}]}'),
  pod('hungry', '{containers: [{name: c, image: "nginx:1.27", resources: {limits: {memory: 64Mi}}}]}'),
  pod('mistyped', '{containers: [{name: c, image: "nginx:1.99"}]}'),
  pod('unset', '{containers: [{name: c, image: "nginx:1.27", envFrom: [{configMapRef: {name: nope}}]}]}'),
  pod('unmounted', '{containers: [{name: c, image: "nginx:1.27"}], volumes: [{name: keys, secret: {secretName: gone}}]}'),
  pod('deaf', '{containers: [{name: c, image: "nginx:1.27", ports: [{containerPort: 80}], readinessProbe: {httpGet: {port: 8080, path: /}}}]}', 'app: deaf'),
  'apiVersion: v1\nkind: Service\nmetadata: {name: nobody}\nspec: {selector: {app: okay}, ports: [{port: 80}]}\n',
  'apiVersion: v1\nkind: Service\nmetadata: {name: elsewhere}\nspec: {selector: {app: ok}, ports: [{port: 80, targetPort: 81}]}\n',
  'apiVersion: v1\nkind: Service\nmetadata: {name: deaf}\nspec: {selector: {app: deaf}, ports: [{port: 80}]}\n',
  'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 1Gi}}}\n',
  'apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: small}\nspec: {accessModes: [ReadWriteOnce], storageClassName: fast, capacity: {storage: 512Mi}, hostPath: {path: /x}}\n',
  'apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q, namespace: tight}\nspec: {hard: {pods: "1"}}\n',
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: tight}\nspec: {replicas: 3, selector: {matchLabels: {x: d}}, template: {metadata: {labels: {x: d}}, spec: {containers: [{name: c, image: "nginx:1.27"}]}}}\n',
]

describe('kubottle why', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubottle-why-'))
  const stage = new Stage(folder, fileURLToPath(new URL('../coverage/cluster.yaml', import.meta.url)), 'embedded')
  const run = async (command: string): Promise<string> => {
    const { stdout, stderr } = await stage.run(command)
    return stdout + stderr
  }
  const why = (what: string): Promise<string> => run(`kubottle why ${what}`)
  beforeAll(async () => {
    await stage.init()
    stage.write('all.yaml', MANIFESTS.join('---\n'))
    await run('kubectl create ns tight')
    await run('kubectl apply -f all.yaml')
    await run('kubottle load pod/hungry memory=100Mi')
    await run('kubottle clock +20s')
  })
  afterAll(() => {
    stage.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it.each([
    ['pod/picky', 'pod/picky: it waits for a node', /\* NodeAffinity refuses all (\d+) nodes: node\(s\) didn't match Pod's node affinity\/selector\n(?: +.*\n)* +-> kubectl label node \S+ disk=ssd\n/],
    ['pod/large', 'pod/large: it waits for a node', /it asks for cpu 40000m; the most that is left is \d+m of \d+m, on \S+\n/],
    ['pod/gated', 'pod/gated: it waits for a node', /\* scheduling gates keep it from being looked at: example\.com\/wait\n/],
    ['pod/other', 'pod/other: it waits for a node', /\* no scheduler is called "mine"\n {4}there is "default-scheduler"\n/],
    ['pod/crash', 'is not ready', /\* container c ended with exit code 3, and was restarted \d+ times?\n {4}it said: no such luck\n/],
    ['pod/done', 'is not ready', /\* container c ends by itself with exit code 0, and was restarted \d+ times?\n/],
    ['pod/hungry', 'pod/hungry: it runs on', /\* container c used more memory than its limit of 64Mi and was killed/],
    ['pod/mistyped', 'has not started', /\* container c wants the image nginx:1\.99, which cannot be had\n/],
    ['pod/unset', 'has not started', /\* container c cannot be given its environment: configmap "nope" not found\n/],
    ['pod/unmounted', 'has not started', /\* its volume keys wants the Secret gone, which does not exist\n {2}-> kubectl create secret generic gone --from-literal=KEY=VALUE\n/],
    ['pod/deaf', 'is not ready', /\* container c does not pass its readiness probe\n {4}it asks for http:\/\/:8080\/\n {4}nobody listens at port 8080 \(refused\)\n {4}port 80 is open\n/],
    ['svc/nobody', 'service/nobody: it has 0 ready endpoints', /\* no pod in the namespace default has the labels that it selects: app=okay\n(?: {4}.*\n)* {4}pod ok has app=ok\n/],
    ['svc/elsewhere', 'service/elsewhere: it has 1 ready endpoint', /\* Service elsewhere leads port 80 to port 81 of pod ok, where nobody listens\n {4}port 80 is open\n/],
    ['svc/deaf', 'service/deaf: it has 0 ready endpoints and 1 that are not', /\* 1 of its 1 pods is not ready: deaf\n {2}-> kubottle why pod\/deaf\n/],
    ['pvc/data', 'persistentvolumeclaim/data: it is Pending', /\* PersistentVolumeClaim data asks for the storage class fast, which does not exist\n {4}volume small: it has 512Mi, which is less than 1Gi\n/],
    ['deployment/web -n tight', 'deployment/web: it has 1 pod, 1 of them ready', /\* it has 1 of 3 pods, and the server refuses one more\n {4}pods "\S+" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1\n/],
  ])('%s', async (what, state, finding) => {
    const told = await why(what)
    expect(told).toContain(state)
    expect(told).toMatch(finding)
  })

  it('shows what each plugin says of each node, and the scores of those that fit', async () => {
    const told = JSON.parse(await why('pod/large -o json')) as { nodes: { node: string; fits: boolean; verdicts: { plugin: string; code: string; reasons: string[] }[] }[] }
    expect(told.nodes.length).toBeGreaterThan(1)
    for (const { fits, verdicts } of told.nodes) {
      expect(fits).toBe(false)
      expect(verdicts).toContainEqual(expect.objectContaining({ plugin: 'NodeResourcesFit', reasons: ['Insufficient cpu'] }))
    }
    expect(await why('pod/large')).toMatch(/\nNODE +PLUGIN +VERDICT\n(?:.*\n)*.*NodeResourcesFit +Insufficient cpu\n/)
    expect(await why('pod/large --nodes=false')).not.toContain('VERDICT')
  })

  it('what its fixes say ends it, and then nothing is in the way', async () => {
    const [, fix = ''] = /-> (kubectl label node \S+ disk=ssd)\n/.exec(await why('pod/picky')) ?? []
    await run(fix)
    expect(await why('pod/picky')).toMatch(/^pod\/picky: it runs on \S+ and is ready\nNothing is in its way\.\n$/)
  })

  it('makes no pod where it asks what the server would say to one more', async () => {
    await run('kubectl delete quota q -n tight')
    const names = 'kubectl get pods -n tight -o name'
    await run('kubottle clock +10m')
    const before = await run(names)
    expect(before.split('\n')).toHaveLength(4)
    expect(await why('deployment/web -n tight')).toBe('deployment/web: it has 3 pods, 3 of them ready\nNothing is in its way.\n')
    await run('kubectl patch deployment web -n tight -p \'{"spec":{"paused":true}}\'')
    expect(await why('deployment/web -n tight')).toContain('* its rollout is paused\n  -> kubectl rollout resume deployment web')
    expect(await run(names)).toBe(before)
  })

  it.each([
    ['pod/nope', 'Error from server (NotFound): pods "nope" not found\n'],
    ['configmap/kube-root-ca.crt', 'error: there is nothing to tell of configmaps: ask of pods, workloads, services, persistentvolumeclaims or nodes\n'],
    ['pod/ok -o xml', 'error: unknown output format "xml"; must be json or yaml\n'],
  ])('refuses %s', async (what, said) => expect(await why(what)).toBe(said))
})
