/** A cluster in which nothing works by itself, for tests of plugins: nodes and pods as given, and what the plugins say of one more pod. */
import { readConfig } from '../cluster/config'
import { createInMemory } from '../cluster/create'
import { numberedNodes } from '../cluster/nodes'
import { createDraw } from '../base/draw'
import type { Kind, KubeObject } from '../kinds/kind'
import { serviceAccount } from '../kinds/core/service-account/kind'
import { pod as podKind } from '../kinds/core/pod/kind'
import type { Node, Pod, PodSpec } from '../kinds/schema/types/core.v1'
import { explainScheduling } from './explain'
import { defaultProfile, type Profile } from './profile'

const admin = { user: 'kubernetes-admin', groups: ['system:masters'], manager: 'kubectl', trusted: false }

/** `node-1` … with labels beside their own. */
export const labelledNodes = (...labels: readonly Record<string, string>[]): Node[] => numberedNodes(labels.length).map((n, i) => ({ ...n, metadata: { ...n.metadata, labels: { ...n.metadata.labels, ...labels[i] } } }))

export const aPod = (name: string, labels: Record<string, string>, spec: Partial<PodSpec> = {}, namespace = 'default'): Pod => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels }, spec: { containers: [{ name: 'main', image: 'nginx:1.27' }], ...spec } })

export async function world(nodes: readonly Node[]) {
  const { config } = readConfig({ lifecycle: 'fast', addOns: [], clock: { mode: 'fixed', at: '2026-11-21T08:00:00Z' }, settle: { quiet: '2.5s', busyQuiet: '7s', cap: '45s' } })
  const c = await createInMemory({ config, nodes }, () => Date.parse('2026-11-21T08:00:00Z'), true)
  const client = c.clientFor(admin)
  const { lister } = c.server
  const account = (namespace: string) => client.create(serviceAccount, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } })
  for (const n of ['default', 'kube-system']) await account(n)
  const draw = createDraw('test')
  return {
    c,
    client,
    lister,
    draw,
    /** The default service account of a namespace, without which it has no pods. */
    account,
    add: <T extends KubeObject>(kind: Kind<T>, object: T): Promise<T> => client.create(kind, object),
    /** Pods that are on a node already: names of nodes, as many pods as they are named. */
    async place(labels: Record<string, string>, on: readonly string[], spec: Partial<PodSpec> = {}, namespace = 'default'): Promise<Pod[]> {
      const made: Pod[] = []
      for (const [i, nodeName] of on.entries()) made.push(await client.create(podKind, aPod(`${Object.values(labels).join('-') || 'none'}-${nodeName}-${i}`, labels, { ...spec, nodeName }, namespace)))
      return made
    },
    /** By node: what the plugin says, and what it gives. */
    async ask(pod: Pod, plugin: string, profile: Profile = defaultProfile()): Promise<{ verdicts: Record<string, string>; scores: Record<string, number>; refusal: string | undefined; gate: string | undefined }> {
      // Nothing makes the nodes ready.
      const made = await client.create(podKind, { ...pod, spec: { ...pod.spec, tolerations: [...(pod.spec.tolerations ?? []), { key: 'node.kubernetes.io/not-ready', operator: 'Exists' }] } })
      const e = explainScheduling(profile, made, { lister, draw })
      await client.delete(podKind, made)
      return {
        verdicts: Object.fromEntries(e.nodes.map(n => {
          const v = n.verdicts.find(x => x.plugin === plugin)
          return [n.node, v === undefined ? 'skipped' : v.code === 'Success' ? 'ok' : `${v.code}: ${v.reasons.join(', ')}`]
        })),
        scores: Object.fromEntries(e.nodes.flatMap(n => n.scores.filter(s => s.plugin === plugin).map(s => [n.node, s.score]))),
        refusal: e.refusal === undefined ? undefined : `${e.refusal.plugin}: ${e.refusal.reasons.join(', ')}`,
        gate: e.gate === undefined ? undefined : `${e.gate.plugin}: ${e.gate.reasons.join(', ')}`,
      }
    },
  }
}
