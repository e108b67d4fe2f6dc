/**
 * Who leads, by a Lease: as client-go's leaderelection does it. A lease is judged by how long this process has seen it unchanged, on its own
 * clock; the times written into it are for people. So neither clocks that differ nor a cluster whose time jumps make two leaders.
 */
import type { CoordinationV1Api, V1Lease } from '@kubernetes/client-node'
import { V1MicroTime } from '@kubernetes/client-node'

export interface Election {
  readonly api: CoordinationV1Api
  readonly namespace: string
  readonly name: string
  readonly identity: string
  readonly leaseMs: number
  readonly retryMs: number
}

export class LeaderElector {
  private observed: { readonly version: string | undefined; readonly atMs: number } | undefined
  private stopped = false
  private running: Promise<void> | undefined
  leads = false

  constructor(
    private readonly election: Election,
    private readonly onChange: (leads: boolean) => void = () => {},
  ) {}

  start(): void {
    this.running = this.run()
  }

  /** Gives the lease back; without `release` as if the process had died. */
  async stop({ release }: { readonly release: boolean }): Promise<void> {
    this.stopped = true
    await this.running
    if (release && this.leads) await this.release()
    this.set(false)
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      this.set(await this.tryToLead().catch(() => this.leads && this.fresh()))
      await new Promise(done => setTimeout(done, this.election.retryMs))
    }
  }

  private set(leads: boolean): void {
    if (this.leads === leads) return
    this.leads = leads
    this.onChange(leads)
  }

  /** Acquires or renews; false while another one holds it. Throws what the server says. */
  private async tryToLead(): Promise<boolean> {
    const { api, namespace, name, identity, leaseMs } = this.election
    const now = new V1MicroTime()
    let lease: V1Lease
    try {
      lease = await api.readNamespacedLease({ namespace, name })
    } catch (e) {
      if ((e as { code?: number }).code !== 404) throw e
      this.observe(await api.createNamespacedLease({ namespace, body: { metadata: { name }, spec: { holderIdentity: identity, leaseDurationSeconds: Math.ceil(leaseMs / 1000), acquireTime: now, renewTime: now, leaseTransitions: 0 } } }))
      return true
    }
    if (lease.metadata?.resourceVersion !== this.observed?.version) this.observe(lease)
    const { holderIdentity = '', leaseTransitions = 0, acquireTime } = lease.spec ?? {}
    const mine = holderIdentity === identity
    if (!mine && holderIdentity !== '' && this.fresh()) return false
    const spec = { ...lease.spec, holderIdentity: identity, renewTime: now, acquireTime: mine ? (acquireTime ?? now) : now, leaseTransitions: mine ? leaseTransitions : leaseTransitions + 1 }
    this.observe(await api.replaceNamespacedLease({ namespace, name, body: { ...lease, spec } }))
    return true
  }

  private observe({ metadata }: V1Lease): void {
    this.observed = { version: metadata?.resourceVersion, atMs: Date.now() }
  }

  private fresh(): boolean {
    return this.observed !== undefined && Date.now() < this.observed.atMs + this.election.leaseMs
  }

  private async release(): Promise<void> {
    const { api, namespace, name } = this.election
    const lease = await api.readNamespacedLease({ namespace, name })
    await api.replaceNamespacedLease({ namespace, name, body: { ...lease, spec: { ...lease.spec, holderIdentity: '' } } })
  }
}
