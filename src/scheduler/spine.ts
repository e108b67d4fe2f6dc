/** Spine only. */
import { defineController } from '../client/controller'
import { node } from '../kinds/core/node/kind'
import { pod } from '../kinds/core/pod/kind'
import type { Pod } from '../kinds/schema/types/core.v1'

export const spineScheduler = defineController<Pod>({
  name: 'scheduler',
  reconciles: pod,
  concerns: c => c.type !== 'DELETED' && (c.object.spec.nodeName ?? '') === '',
  async reconcile(p, { client, lister, draw, events }) {
    if ((p.spec.nodeName ?? '') !== '') return
    const nodes = lister.list(node)
    let best = nodes[0]
    let bestScore = Infinity
    for (const n of nodes) {
      const use = lister.total('node-use', n.metadata.name)
      const score = (use?.pods ?? 0) + draw.fraction(p.metadata.name, n.metadata.name)
      if (score < bestScore) {
        best = n
        bestScore = score
      }
    }
    if (best === undefined) return
    await client.createSubresource(pod, p, 'binding', { metadata: { name: p.metadata.name, namespace: p.metadata.namespace }, target: { kind: 'Node', name: best.metadata.name } })
    await events.event(p, 'Normal', 'Scheduled', `Successfully assigned ${p.metadata.namespace}/${p.metadata.name} to ${best.metadata.name}`, { action: 'Binding' })
  },
})
