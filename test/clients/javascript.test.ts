/** The JavaScript client library on a served cluster. */
import { Writable, Readable, PassThrough } from 'node:stream'
import './node-20'
import { ApiException, AppsV1Api, CoordinationV1Api, CoreV1Api, Exec, KubeConfig, KubernetesObjectApi, makeInformer, PatchStrategy, PortForward, Watch, type V1ConfigMap, type V1Status } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LeaderElector } from './leader-election'
import { startServer, type TestServer } from './server'
import { until } from './until'

const namespace = 'default'

describe('the JavaScript client library', { timeout: 60_000 }, () => {
  let server: TestServer
  let config: KubeConfig
  let core: CoreV1Api
  beforeAll(async () => {
    server = await startServer()
    config = new KubeConfig()
    config.loadFromFile(server.kubeconfig)
    core = config.makeApiClient(CoreV1Api)
  }, 60_000)
  afterAll(() => server?.remove())

  const map = (name: string, data: Record<string, string> = {}): V1ConfigMap => ({ metadata: { name }, data })
  const gathered = (): { readonly sink: Writable; text(): string } => {
    const chunks: Buffer[] = []
    return { sink: new Writable({ write: (chunk: Buffer, _, done) => (chunks.push(chunk), done()) }), text: () => Buffer.concat(chunks).toString() }
  }

  it('creates, lists in pages, updates, is told of conflicts, deletes', async () => {
    for (let i = 0; i < 7; i++) await core.createNamespacedConfigMap({ namespace, body: { ...map(`page-${i}`), metadata: { name: `page-${i}`, labels: { set: 'pages' } } } })
    const names: string[] = []
    let _continue: string | undefined
    do {
      const page = await core.listNamespacedConfigMap({ namespace, labelSelector: 'set=pages', limit: 3, ...(_continue === undefined ? {} : { _continue }) })
      names.push(...page.items.map(i => i.metadata?.name ?? ''))
      _continue = page.metadata?._continue
    } while (_continue !== undefined && _continue !== '')
    expect(names).toEqual([0, 1, 2, 3, 4, 5, 6].map(i => `page-${i}`))
    const read = await core.readNamespacedConfigMap({ namespace, name: 'page-0' })
    expect(read.metadata?.creationTimestamp).toBeInstanceOf(Date)
    await core.replaceNamespacedConfigMap({ namespace, name: 'page-0', body: { ...read, data: { a: 'b' } } })
    const stale = await core.replaceNamespacedConfigMap({ namespace, name: 'page-0', body: { ...read, data: { a: 'c' } } }).catch((e: unknown) => e)
    expect(stale).toBeInstanceOf(ApiException)
    expect((stale as ApiException<unknown>).code).toBe(409)
    await core.deleteCollectionNamespacedConfigMap({ namespace, labelSelector: 'set=pages' })
    expect((await core.listNamespacedConfigMap({ namespace, labelSelector: 'set=pages' })).items).toEqual([])
  })

  it('applies on the server, as several managers', async () => {
    const objects = KubernetesObjectApi.makeApiClient(config)
    const wanted = (data: Record<string, string>) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied', namespace }, data })
    const apply = (data: Record<string, string>, manager: string, force = false) => objects.patch(wanted(data), undefined, undefined, manager, force, PatchStrategy.ServerSideApply)
    await apply({ a: '1', b: '2' }, 'one')
    await apply({ c: '3' }, 'two')
    const refused = (await apply({ a: '9' }, 'two').catch((e: unknown) => e)) as ApiException<string>
    expect(refused.code).toBe(409)
    expect(String(refused.body)).toContain('conflict with \\"one\\": .data.a')
    await apply({ a: '9' }, 'two', true)
    await apply({ b: '2' }, 'one')
    const { data, metadata } = await core.readNamespacedConfigMap({ namespace, name: 'applied' })
    expect(data).toEqual({ a: '9', b: '2' })
    expect(metadata?.managedFields?.map(m => `${m.manager} ${m.operation}`).sort()).toEqual(['one Apply', 'two Apply'])
  })

  it('watches and informs, through a restart of the server', async () => {
    const events: string[] = []
    const informer = makeInformer<V1ConfigMap>(config, `/api/v1/namespaces/${namespace}/configmaps`, () => core.listNamespacedConfigMap({ namespace }))
    for (const verb of ['add', 'update', 'delete'] as const) informer.on(verb, o => void events.push(`${verb} ${o.metadata?.name}`))
    informer.on('error', () => void setTimeout(() => void informer.start(), 100))
    await informer.start()
    await core.createNamespacedConfigMap({ namespace, body: map('before') })
    await core.createNamespacedConfigMap({ namespace, body: map('doomed') })
    await until('both', () => events.includes('add before') && events.includes('add doomed'))
    await server.stop()
    // Nobody serves it, and yet it lives on.
    await server.ours('delete', 'configmap', 'doomed')
    await server.ours('create', 'configmap', 'meanwhile')
    await server.start()
    await until('what happened meanwhile', () => events.includes('add meanwhile') && events.includes('delete doomed'))
    await core.patchNamespacedConfigMap({ namespace, name: 'before', body: [{ op: 'add', path: '/data', value: { x: 'y' } }] })
    await until('the change', () => events.includes('update before'))
    expect(informer.get('before', namespace)?.data).toEqual({ x: 'y' })
    expect(informer.get('doomed', namespace)).toBeUndefined()
    expect(events.filter(e => e === 'add before')).toHaveLength(1)
    await informer.stop()

    const told: string[] = []
    const { metadata } = await core.listNamespacedConfigMap({ namespace })
    const watch = await new Watch(config).watch(`/api/v1/namespaces/${namespace}/configmaps`, { resourceVersion: metadata?.resourceVersion, allowWatchBookmarks: true }, (phase, o: V1ConfigMap) => void told.push(`${phase} ${o.metadata?.name ?? ''}`), () => {})
    await core.createNamespacedConfigMap({ namespace, body: map('watched') })
    await core.deleteNamespacedConfigMap({ namespace, name: 'watched' })
    await until('both events', () => told.includes('DELETED watched'))
    expect(told.filter(t => t.endsWith('watched'))).toEqual(['ADDED watched', 'DELETED watched'])
    watch.abort()
  })

  it('runs commands in a container, forwards a port, reads a log', async () => {
    const labels = { app: 'web' }
    await config.makeApiClient(AppsV1Api).createNamespacedDeployment({ namespace, body: { metadata: { name: 'web' }, spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'nginx', image: 'nginx:1.27' }] } } } } })
    const pod = await until('the pod', async () => {
      const { items } = await core.listNamespacedPod({ namespace, labelSelector: 'app=web' })
      return items.find(p => p.status?.conditions?.some(c => c.type === 'Ready' && c.status === 'True'))?.metadata?.name
    })
    const execute = async (command: string[], input = ''): Promise<{ status: V1Status; out: string; err: string }> => {
      const [out, err] = [gathered(), gathered()]
      const status = await new Promise<V1Status>((done, failed) => {
        new Exec(config).exec(namespace, pod, 'nginx', command, out.sink, err.sink, input === '' ? null : Readable.from([input]), false, done).catch(failed)
      })
      return { status, out: out.text(), err: err.text() }
    }
    expect(await execute(['sh', '-c', 'echo hello; echo trouble >&2; exit 3'])).toMatchObject({ out: 'hello\n', err: 'trouble\n', status: { status: 'Failure', reason: 'NonZeroExitCode', details: { causes: [{ reason: 'ExitCode', message: '3' }] } } })
    expect(await execute(['cat', '/etc/hostname'])).toMatchObject({ out: `${pod}\n`, status: { status: 'Success' } })

    const page = gathered()
    const input = new PassThrough()
    await new PortForward(config).portForward(namespace, pod, [80], page.sink, null, input)
    input.write('GET / HTTP/1.0\r\nHost: web\r\n\r\n')
    await until('the page', () => page.text().includes('Welcome to nginx!'))

    expect(await until('the request in the log', async () => /"GET \/ HTTP\/1\.0" 200/.exec(await core.readNamespacedPodLog({ namespace, name: pod }))?.[0])).toBe('"GET / HTTP/1.0" 200')
  })

  it('elects leaders: one at a time, another one when the first has gone', async () => {
    const order: string[] = []
    const candidate = (identity: string): LeaderElector => {
      const own = new KubeConfig()
      own.loadFromFile(server.kubeconfig)
      return new LeaderElector({ api: own.makeApiClient(CoordinationV1Api), namespace, name: 'election', identity, leaseMs: 1_500, retryMs: 150 }, leads => void order.push(`${identity} ${leads ? 'leads' : 'ends'}`))
    }
    const [a, b] = [candidate('a'), candidate('b')]
    a.start()
    await until('a to lead', () => a.leads)
    b.start()
    // A day in the cluster is no second for a lease that is renewed.
    await server.ours('kubottle', 'clock', '+24h')
    await until('three renewals', async () => {
      const { spec } = await config.makeApiClient(CoordinationV1Api).readNamespacedLease({ namespace, name: 'election' })
      return spec?.holderIdentity === 'a' && new Date(String(spec.renewTime)).getTime() - new Date(String(spec.acquireTime)).getTime() > 450
    })
    expect([a.leads, b.leads]).toEqual([true, false])
    await a.stop({ release: false })
    await until('b to lead', () => b.leads)
    await b.stop({ release: true })
    expect(order).toEqual(['a leads', 'a ends', 'b leads', 'b ends'])
    expect((await config.makeApiClient(CoordinationV1Api).readNamespacedLease({ namespace, name: 'election' })).spec).toMatchObject({ holderIdentity: '', leaseTransitions: 1 })
  })
})
