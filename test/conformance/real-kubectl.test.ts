/** The real kubectl, with the kubeconfig that `serve` writes, against a cluster that `serve` serves over TLS. */
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { access } from '../../bin/access'
import { memoryStreams } from '../../src/cli/streams.testing'
import { main } from '../../commands/main'
import { realKubectl } from './real-kubectl'

const found = realKubectl()
const folder = mkdtempSync(join(tmpdir(), 'kubottle-serve-'))
const kubeconfig = join(folder, 'config')
const stop = new AbortController()
let served: Promise<number>

beforeAll(async () => {
  const started = new Promise<string>((up, failed) => {
    const io = memoryStreams({ cwd: folder, env: { HOME: folder } })
    const streams = { ...io, interrupt: stop.signal, stdout: (text: string | Uint8Array) => up(String(text)), stderr: (text: string | Uint8Array) => failed(new Error(String(text))) }
    served = main(['kubottle', 'serve', '--https', '127.0.0.1:0', '--clock', 'settle', '--file', join(folder, 'cluster.db'), '--write-kubeconfig', kubeconfig], streams, { now: () => Date.now() }, access)
  })
  expect(await started).toMatch(/^Serving .*cluster\.db at https:\/\/127\.0\.0\.1:\d+\n$/)
}, 60_000)
afterAll(async () => {
  stop.abort()
  await served
  rmSync(folder, { recursive: true, force: true })
})

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}
const run = (program: string, args: readonly string[], input = ''): Promise<Ran> =>
  new Promise(done => {
    const child = execFile(program, args, { env: { HOME: folder, PATH: '/usr/bin:/bin', NO_COLOR: '1' }, timeout: 30_000 }, (error, stdout, stderr) => done({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }))
    child.stdin?.end(input)
  })

it.skipIf(!('missing' in found))(`runs nothing: ${'missing' in found ? found.missing : ''}`, () => {
  expect(found).toHaveProperty('missing')
})

/** The kubeconfig without what says whom to trust. */
function trustless(): string {
  const path = join(folder, 'trustless')
  writeFileSync(path, readFileSync(kubeconfig, 'utf8').replace(/^ *certificate-authority-data: .*\n/m, ''))
  return path
}
const DISTRUST = 'tls: failed to verify certificate: x509: certificate signed by unknown authority'

it('row 146: a kubeconfig without the authority of the cluster is told so', async () => {
  const io = memoryStreams({ cwd: folder, env: { HOME: folder } })
  expect(await main(['kubectl', '--kubeconfig', trustless(), 'get', 'nodes'], io, { now: () => Date.now() }, access)).toBe(1)
  expect(io.err()).toContain(DISTRUST)
})

describe.skipIf('missing' in found)('the real kubectl', () => {
  it('row 146: distrusts the cluster without its authority', async () => {
    expect((await run(program, ['--kubeconfig', trustless(), 'get', 'nodes'])).stderr).toContain(DISTRUST)
  })

  const program = 'path' in found ? found.path : ''
  const kubectl = (line: string, input = ''): Promise<Ran> => run(program, ['--kubeconfig', kubeconfig, ...line.split(' ')], input)
  const stdout = async (line: string, input = ''): Promise<string> => {
    const { code, stdout: out, stderr } = await kubectl(line, input)
    if (code !== 0) throw new Error(`kubectl ${line}: ${stderr}`)
    return out
  }

  it('is let in by its certificate, as the user of the kubeconfig', async () => {
    expect(await stdout('version')).toMatch(/Server Version: v1\.36\./)
    expect(await stdout('get nodes -o name')).toBe('node/control-plane\nnode/worker-1\nnode/worker-2\n')
    expect(await kubectl('get pods --as=jane')).toMatchObject({ code: 1, stderr: 'Error from server (Forbidden): pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"\n' })
  })
  it('applies, waits, prints tables, describes, reads logs and deletes', async () => {
    const manifest = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: nginx, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`
    expect(await stdout('apply -f -', manifest)).toBe('deployment.apps/web created\nservice/web created\n')
    expect(await stdout('rollout status deployment/web --timeout=20s')).toMatch(/deployment "web" successfully rolled out\n$/)
    expect(await stdout('wait --for=condition=Available deployment/web --timeout=20s')).toBe('deployment.apps/web condition met\n')
    expect((await stdout('get pods -l app=web --no-headers')).trim().split('\n').map(l => l.split(/\s+/).slice(1, 4))).toEqual([['1/1', 'Running', '0'], ['1/1', 'Running', '0']])
    expect(await stdout('get deployment web -o wide')).toMatch(/^NAME +READY +UP-TO-DATE +AVAILABLE +AGE +CONTAINERS +IMAGES +SELECTOR\nweb +2\/2 +2 +2 +\S+ +nginx +nginx +app=web\n$/)
    expect(await stdout('describe service web')).toMatch(/Endpoints: +10\.244\.\d+\.\d+:80,10\.244\.\d+\.\d+:80\n/)
    expect(await stdout('logs deployment/web --tail=1')).toMatch(/\S/)
    expect(await stdout('scale deployment web --replicas=1')).toBe('deployment.apps/web scaled\n')
    expect(await stdout('apply --server-side --force-conflicts -f -', manifest)).toBe('deployment.apps/web serverside-applied\nservice/web serverside-applied\n')
    expect(await stdout('delete deployment,service web')).toBe('deployment.apps "web" deleted from default namespace\nservice "web" deleted from default namespace\n')
  })
  it('sends typed objects as protocol buffers', async () => {
    expect(await stdout('create deployment typed --image=nginx --replicas=2 --port=80')).toBe('deployment.apps/typed created\n')
    expect(await stdout('create configmap typed --from-literal=a=b')).toBe('configmap/typed created\n')
    const made = await kubectl('create configmap wire --from-literal=a=b -v=8')
    expect(made).toMatchObject({ code: 0, stdout: 'configmap/wire created\n' })
    expect(made.stderr).toMatch(/"Response" status="201 Created" headers=<[^>]*Content-Type: application\/vnd\.kubernetes\.protobuf\n/)
    expect(await stdout('create secret generic typed --from-literal=a=b')).toBe('secret/typed created\n')
    expect(await stdout('create role typed --verb=get,list --resource=pods,deployments.apps')).toBe('role.rbac.authorization.k8s.io/typed created\n')
    expect(await stdout('create quota typed --hard=cpu=1,pods=2')).toBe('resourcequota/typed created\n')
    expect(await stdout('create ingress typed --rule=example.com/*=web:80')).toBe('ingress.networking.k8s.io/typed created\n')
    expect(await stdout('create cronjob typed --image=busybox --schedule=@hourly')).toBe('cronjob.batch/typed created\n')
    expect(await stdout('create token default --duration=1h')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    const image = '{.spec.replicas} {.spec.template.spec.containers[0].image} {.spec.template.spec.containers[0].ports[0].containerPort}'.replaceAll(' ', ';')
    expect(await stdout(`get deployment typed -o jsonpath=${image}`)).toBe('2;nginx;80')
    expect(await stdout('get secret typed -o jsonpath={.data}')).toBe('{"a":"Yg=="}')
    expect(await stdout('get quota typed -o jsonpath={.spec.hard}')).toBe('{"cpu":"1","pods":"2"}')
    expect(await stdout('get role typed -o jsonpath={.rules}')).toBe('[{"apiGroups":[""],"resources":["pods"],"verbs":["get","list"]},{"apiGroups":["apps"],"resources":["deployments"],"verbs":["get","list"]}]')
    expect(await stdout('get ingress typed -o jsonpath={.spec.rules[0].http.paths[0].backend.service.port}')).toBe('{"number":80}')
    expect(await stdout('auth whoami -o jsonpath={.status.userInfo.groups}')).toBe('["system:masters","system:authenticated"]')
    // An eviction, a drain and a rollout are typed, too.
    expect(await stdout('drain worker-1 --ignore-daemonsets --force --timeout=20s')).toMatch(/node\/worker-1 drained\n$/)
    expect(await stdout('rollout undo deployment typed').catch((e: Error) => e.message)).toMatch(/no rollout history found/)
  })
  it('watches while others write', async () => {
    const watcher = spawn(program, ['--kubeconfig', kubeconfig, 'get', 'configmaps', '-l', 'seen=yes', '--watch', '-o', 'name'], { env: { HOME: folder, PATH: '/usr/bin:/bin' } })
    const told = new Promise<string>(done => {
      let text = ''
      watcher.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString()
        if (text.split('\n').length > 2) done(text)
      })
    })
    for (const name of ['a', 'b']) await stdout('apply -f -', `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}, labels: {seen: "yes"}}}`)
    expect(await told).toBe('configmap/a\nconfigmap/b\n')
    watcher.kill()
  })
  it('prints what our own CLI prints over the same wire', async () => {
    for (const line of ['get namespaces', 'get nodes -o wide', 'api-versions', 'get svc kubernetes -o yaml', 'get configmap kube-root-ca.crt -o jsonpath={.metadata.name}', 'describe node worker-1', 'get nothing', 'auth can-i create pods', 'get pod absent', 'explain deploy.spec.strategy', 'explain crd.spec.names --recursive', 'explain quota -o plaintext-openapiv2', 'explain pods.nosuch']) {
      const real = await kubectl(line)
      const io = memoryStreams({ cwd: folder, env: { HOME: folder } })
      const code = await main(['kubectl', '--kubeconfig', kubeconfig, ...line.split(' ')], io, { now: () => Date.now() }, access)
      const ages = (text: string): string => text.replace(/\b\d+(s|m|m\d+s)\b/g, 'AGE').replace(/ +/g, ' ')
      expect({ line, code, stdout: ages(io.out()), stderr: ages(io.err()) }).toEqual({ line, code: real.code, stdout: ages(real.stdout), stderr: ages(real.stderr) })
    }
  })
})

it('writes a kubeconfig that only its owner may read', () => {
  expect(readFileSync(kubeconfig, 'utf8')).toMatch(/certificate-authority-data: \S+[\s\S]*client-key-data: \S+/)
})
