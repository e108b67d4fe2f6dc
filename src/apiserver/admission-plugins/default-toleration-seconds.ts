/** DefaultTolerationSeconds: pods stay five minutes on a node that is lost. upstream: plugin/pkg/admission/defaulttolerationseconds */
import type { Pod, Toleration } from '../../kinds/schema/types/core.v1'
import type { AdmissionPlugin } from '../admission'

const SECONDS = 300
const KEYS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']

export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  operations: ['CREATE', 'UPDATE'],
  resources: ['pods'],
  admit({ kind, subresource, object }) {
    if (kind.group !== '' || kind.plural !== 'pods' || subresource !== '') return
    const { spec } = object as Pod
    for (const key of KEYS) {
      if (spec.tolerations?.some(t => covers(t, key)) === true) continue
      spec.tolerations = [...(spec.tolerations ?? []), { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS }]
    }
  },
}

const covers = (t: Toleration, key: string): boolean => ((t.key ?? '') === key || (t.key ?? '') === '') && (t.effect === 'NoExecute' || (t.effect ?? '') === '')
