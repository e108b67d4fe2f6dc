/** What an explanation is made from: the cluster's real state, and the parts of it that decide. Nothing here is changed. */
import type { Draw } from '../base/draw'
import type { Finding } from '../client/why-report'
import type { Lister } from '../client/lister'
import type { ObjectRef } from '../client/client'
import type { Pod } from '../kinds/schema/types/core.v1'
import type { ImageCatalogue } from '../runtime/images/catalogue'
import type { Runtime } from '../runtime/container'
import type { LogEntry } from '../runtime/storage'
import type { Profile } from '../scheduler/profile'

export interface WhyParts {
  readonly lister: Lister
  readonly draw: Draw
  readonly nowMs: () => number
  readonly profiles: readonly Profile[]
  /** What only nodes that run containers have: undefined where pods run at once and do nothing. */
  readonly containers: { readonly images: ImageCatalogue; readonly runtime: Pick<Runtime, 'tcpProbe'>; readonly logs: (id: string, lines: number) => readonly LogEntry[] } | undefined
  /** Whether somebody enforces network policies, and leads Service addresses to endpoints. */
  readonly enforcesPolicies: boolean
  readonly leadsServices: boolean
  /** What the server would say to one more pod like this; undefined where it would take it. */
  readonly wouldRefuse: (pod: Pod, owner: ObjectRef) => Promise<string | undefined>
}

export const finding = (problem: string, details: readonly string[] = [], fixes: readonly string[] = []): Finding => ({ problem, details, fixes })

/** `-n ns`, where it is not the default. */
export const inNamespace = (namespace: string | undefined): string => (namespace === undefined || namespace === 'default' ? '' : ` -n ${namespace}`)
