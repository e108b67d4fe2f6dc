/** An operator as people write them: informers, one queue, level-triggered reconciles, and a lease that says which of its instances works. */
import '../node-20'
import { ApiException, AppsV1Api, BatchV1Api, CoordinationV1Api, CustomObjectsApi, KubernetesObjectApi, makeInformer, PatchStrategy, type Informer, type KubeConfig, type KubernetesListObject, type KubernetesObject, type ObjectCache, type V1Deployment, type V1Job } from '@kubernetes/client-node'
import { LeaderElector } from '../leader-election'
import { FINALIZER, GROUP, LABEL, type Bakery, type BakeryList } from './kind'

const namespace = 'default'
const RETRY_MS = 200
const bakeries = { group: GROUP, version: 'v1', plural: 'bakeries', namespace }

type Known<T extends KubernetesObject> = Informer<T> & ObjectCache<T>

export class Operator {
  readonly elector: LeaderElector
  readonly failures: string[] = []
  private readonly queue = new Set<string>()
  private working = false
  private dead = false
  private readonly objects: KubernetesObjectApi
  private readonly custom: CustomObjectsApi
  private readonly known: { readonly bakeries: Known<Bakery>; readonly deployments: Known<V1Deployment>; readonly jobs: Known<V1Job> }

  constructor(config: KubeConfig, readonly identity: string) {
    this.objects = KubernetesObjectApi.makeApiClient(config)
    this.custom = config.makeApiClient(CustomObjectsApi)
    const [apps, batch] = [config.makeApiClient(AppsV1Api), config.makeApiClient(BatchV1Api)]
    this.known = {
      bakeries: this.follow(makeInformer<Bakery>(config, `/apis/${GROUP}/v1/namespaces/${namespace}/bakeries`, () => this.custom.listNamespacedCustomObject(bakeries) as Promise<BakeryList>), o => o.metadata?.name),
      deployments: this.follow(makeInformer<V1Deployment>(config, `/apis/apps/v1/namespaces/${namespace}/deployments`, () => apps.listNamespacedDeployment({ namespace, labelSelector: LABEL }) as Promise<KubernetesListObject<V1Deployment>>, LABEL), o => o.metadata?.labels?.[LABEL]),
      jobs: this.follow(makeInformer<V1Job>(config, `/apis/batch/v1/namespaces/${namespace}/jobs`, () => batch.listNamespacedJob({ namespace, labelSelector: LABEL }) as Promise<KubernetesListObject<V1Job>>, LABEL), o => o.metadata?.labels?.[LABEL]),
    }
    this.elector = new LeaderElector({ api: config.makeApiClient(CoordinationV1Api), namespace, name: 'bakery-operator', identity, leaseMs: 2_000, retryMs: 200 }, leads => {
      if (leads) for (const b of this.known.bakeries.list(namespace)) this.enqueue(b.metadata?.name)
    })
  }

  async start(): Promise<void> {
    for (const informer of Object.values(this.known)) await informer.start()
    this.elector.start()
  }

  /** As if the machine were gone: nothing is given back. */
  async die(): Promise<void> {
    this.dead = true
    await this.elector.stop({ release: false })
    for (const informer of Object.values(this.known)) await informer.stop()
  }

  private follow<T extends KubernetesObject>(informer: Known<T>, bakery: (o: T) => string | undefined): Known<T> {
    informer.on('change', o => this.enqueue(bakery(o)))
    informer.on('error', () => void (this.dead || setTimeout(() => void informer.start(), RETRY_MS)))
    return informer
  }

  private enqueue(name: string | undefined): void {
    if (name === undefined) return
    this.queue.add(name)
    if (!this.working) void this.work()
  }

  private async work(): Promise<void> {
    this.working = true
    while (!this.dead && this.elector.leads && this.queue.size > 0) {
      const [name] = this.queue
      this.queue.delete(name as string)
      await this.reconcile(name as string).catch((e: unknown) => {
        const code = e instanceof ApiException ? e.code : undefined
        // Somebody was faster, or what it was about is gone: looked at again with what is there then.
        if (code !== 409 && code !== 404) this.failures.push(`${this.identity}: ${String(e)}`)
        setTimeout(() => this.enqueue(name), RETRY_MS)
      })
    }
    this.working = false
  }

  private async reconcile(name: string): Promise<void> {
    const cached = this.known.bakeries.get(name, namespace)
    if (cached === undefined) return
    const bakery = (await this.custom.getNamespacedCustomObject({ ...bakeries, name })) as Bakery
    if (bakery.metadata?.deletionTimestamp !== undefined) return this.close(bakery)
    if (bakery.metadata?.finalizers?.includes(FINALIZER) !== true) {
      const metadata = { ...bakery.metadata, finalizers: [...(bakery.metadata?.finalizers ?? []), FINALIZER] }
      await this.custom.replaceNamespacedCustomObject({ ...bakeries, name, body: { ...bakery, metadata } })
      return
    }
    await this.apply(this.ovens(bakery))
    await this.apply(this.baking(bakery))
    await this.tell(bakery)
  }

  /** What stays of a bakery: how much it has baked. */
  private async close(bakery: Bakery): Promise<void> {
    const name = bakery.metadata?.name as string
    if (bakery.metadata?.finalizers?.includes(FINALIZER) !== true) return
    await this.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `${name}-ledger`, namespace }, data: { batches: String(this.batches(name)), by: this.identity } })
    await this.custom.replaceNamespacedCustomObject({ ...bakeries, name, body: { ...bakery, metadata: { ...bakery.metadata, finalizers: bakery.metadata.finalizers.filter(f => f !== FINALIZER) } } })
  }

  private apply(object: object): Promise<unknown> {
    return this.objects.patch(object as never, undefined, undefined, 'bakery-operator', true, PatchStrategy.ServerSideApply)
  }

  private owned({ metadata }: Bakery, suffix: string) {
    const name = metadata?.name as string
    return { name: `${name}-${suffix}`, namespace, labels: { [LABEL]: name }, ownerReferences: [{ apiVersion: `${GROUP}/v1`, kind: 'Bakery', name, uid: metadata?.uid as string, controller: true, blockOwnerDeletion: true }] }
  }

  private ovens(bakery: Bakery): object {
    const labels = { [LABEL]: bakery.metadata?.name as string, part: 'oven' }
    const template = { metadata: { labels }, spec: { containers: [{ name: 'oven', image: 'nginx:1.27' }] } }
    return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: this.owned(bakery, 'ovens'), spec: { replicas: bakery.spec.ovens, selector: { matchLabels: labels }, template } }
  }

  private baking(bakery: Bakery): object {
    const metadata = { labels: { [LABEL]: bakery.metadata?.name as string } }
    const template = { metadata, spec: { restartPolicy: 'Never', containers: [{ name: 'bake', image: 'busybox:1.36', command: ['sh', '-c', 'echo baking; sleep 20; echo done'] }] } }
    return { apiVersion: 'batch/v1', kind: 'CronJob', metadata: this.owned(bakery, 'bake'), spec: { schedule: bakery.spec.schedule, successfulJobsHistoryLimit: 100, jobTemplate: { metadata, spec: { template } } } }
  }

  private batches(name: string): number {
    return this.known.jobs.list(namespace).filter(j => j.metadata?.labels?.[LABEL] === name && (j.status?.succeeded ?? 0) > 0).length
  }

  private async tell(bakery: Bakery): Promise<void> {
    const name = bakery.metadata?.name as string
    const ovens = this.known.deployments.get(`${name}-ovens`, namespace)?.status?.readyReplicas ?? 0
    const status: Bakery['status'] = { observedGeneration: bakery.metadata?.generation as number, ovens, batches: this.batches(name), phase: ovens === bakery.spec.ovens ? 'Open' : 'Opening' }
    if (JSON.stringify(status) !== JSON.stringify({ observedGeneration: 0, ovens: 0, batches: 0, phase: '', ...bakery.status })) await this.custom.replaceNamespacedCustomObjectStatus({ ...bakeries, name, body: { ...bakery, status } })
  }
}
