/** Spine only. */
import { timestamp } from '../base/clock'
import { defineController } from '../client/controller'
import { pod } from '../kinds/core/pod/kind'
import type { Pod } from '../kinds/schema/types/core.v1'

export const spineKubelet = defineController<Pod>({
  name: 'kubelet',
  reconciles: pod,
  concerns: c => (c.object.spec.nodeName ?? '') !== '',
  async reconcile(p, { client, clock }) {
    if (p.metadata.deletionTimestamp !== undefined) {
      await client.delete(pod, p, { gracePeriodSeconds: 0 })
      return
    }
    if (p.status?.phase === 'Running' || (p.spec.nodeName ?? '') === '') return
    const now = timestamp(clock.now())
    const condition = (type: string) => ({ type, status: 'True', lastProbeTime: null as never, lastTransitionTime: now, observedGeneration: 1 })
    await client.update(
      pod,
      {
        ...p,
        status: {
          ...p.status,
          phase: 'Running',
          hostIP: '172.31.0.1',
          podIP: '10.244.0.7',
          podIPs: [{ ip: '10.244.0.7' }],
          startTime: now,
          conditions: [...(p.status?.conditions ?? []), condition('PodReadyToStartContainers'), condition('Initialized'), condition('Ready'), condition('ContainersReady')],
          containerStatuses: p.spec.containers.map(c => ({ name: c.name, image: c.image as string, imageID: 'docker.io/library/nginx@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', containerID: 'containerd://0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', lastState: {}, ready: true, started: true, restartCount: 0, state: { running: { startedAt: now } } })),
          qosClass: 'BestEffort',
        },
      },
      { subresource: 'status' },
    )
  },
})
