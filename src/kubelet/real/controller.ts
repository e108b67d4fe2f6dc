/** The kubelet of every node: syncs pods when they change and when something of theirs is due. upstream: pkg/kubelet */
import { defineController, type Controller, type Watch } from '../../client/controller'
import { node as nodeKind } from '../../kinds/core/node/kind'
import { hasMachine } from '../../kinds/core/node/machine'
import { isOff } from '../../kinds/core/node/power'
import { pod as podKind } from '../../kinds/core/pod/kind'
import { keyOf } from '../../kinds/kind'
import { kubeletUid, mirrorHash } from '../../kinds/core/pod/static'
import type { Pod } from '../../kinds/schema/types/core.v1'
import { ignoringNotFound } from '../../base/status'
import { powerSwitched } from '../power'
import { isWanted } from '../static-pods'
import type { KubeletParts, Sync } from './parts'
import { wakeAt } from './parts'
import { volumesChanged } from './expand'
import { declaredLoads } from './memory'
import { mountedObjects } from './refresh'
import { newRecord, type PodRecord } from './record'
import { removeLeftovers } from './leftovers'
import { syncPod } from './worker'

const recordKey = (key: string): string => `pod ${key}`

export function createKubelet(parts: KubeletParts): Controller<Pod> {
  // Containers that another one's doing has woken are stepped in their own pod's sync.
  const podOfContainer = new Map<string, string>()

  return defineController<Pod>({
    name: 'kubelet',
    reconciles: podKind,
    concerns: ({ object }) => (object.spec.nodeName ?? '') !== '',
    watches: [powerSwitched as Watch<never>, ...(mountedObjects as unknown as Watch<never>[]), ...volumesChanged, ...(declaredLoads as unknown as Watch<never>[])],

    async reconcile(pod, ctx) {
      const nodeName = pod.spec.nodeName ?? ''
      const node = nodeName === '' ? undefined : ctx.lister.get(nodeKind, nodeName)
      // A pod on a node that does not exist, or is switched off, has no kubelet.
      if (node === undefined || isOff(node) || !hasMachine(node)) return
      const key = recordKey(keyOf(pod))
      let record = ctx.memory.get<PodRecord>(key)
      const uid = kubeletUid(pod)
      if (record !== undefined && record.uid !== uid) {
        removeLeftovers({ ...parts, record })
        record = undefined
      }
      // Of a static pod only the mirror goes; another one comes.
      const isStatic = mirrorHash(pod) !== undefined
      if (isStatic && pod.metadata.deletionTimestamp !== undefined && isWanted(parts.storage.files, nodeName, uid)) {
        await ignoringNotFound(ctx.client.delete(podKind, pod, { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } }))
        return
      }
      const nowMs = ctx.clock.now()
      const sync: Sync = { ...parts, ctx, pod, node, record: record ?? newRecord(uid, nowMs, isStatic ? nodeName : undefined), nowMs, wakeMs: undefined }
      await syncPod(sync)
      if (ctx.lister.get(podKind, pod.metadata.name, pod.metadata.namespace)?.metadata.uid !== pod.metadata.uid) ctx.memory.delete(key)
      else ctx.memory.put(key, sync.record)
      for (const [, r] of Object.entries(sync.record.containers)) if (r.id !== undefined && r.state === 'running') podOfContainer.set(r.id, keyOf(pod))
      for (const id of parts.runtime.takeWoken()) {
        const other = podOfContainer.get(id)
        if (other === keyOf(pod)) wakeAt(sync, nowMs)
      }
      return { requeueAfterMs: sync.wakeMs === undefined ? undefined : Math.max(0, sync.wakeMs - ctx.clock.now()) }
    },

    async vanished(key, ctx) {
      const record = ctx.memory.get<PodRecord>(recordKey(key))
      if (record === undefined) return
      if (record.staticOn !== undefined && ctx.lister.get(nodeKind, record.staticOn) !== undefined && isWanted(parts.storage.files, record.staticOn, record.uid)) return
      removeLeftovers({ ...parts, record })
      ctx.memory.delete(recordKey(key))
    },
  })
}

