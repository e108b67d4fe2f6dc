/** CSIDriver: what Kubernetes has to know of a storage driver. */
import { semanticEqual } from '../../../base/equal'
import { age, defineKind, name } from '../../kind'
import { checked } from '../../metadata-checks'
import type { CSIDriver, CSIDriverSpec } from '../../schema/types/storage.v1'
import { validateCsiDriver, validateCsiDriverUpdate } from './validate'

const TOKENS_UNSAID = 'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes'

export const csiDriver = defineKind<CSIDriver>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  plural: 'csidrivers',
  singular: 'csidriver',
  scope: 'Cluster',
  generation: 'never',
  allowUnconditionalUpdate: false,
  returnsDeletedObject: true,

  applyDefaults(d) {
    defaultSpec((d.spec ??= {}))
  },
  prepareForCreate: d => dropDisabled(d.spec, undefined),
  prepareForUpdate(next, previous) {
    dropDisabled(next.spec, previous.spec)
    // A new driver has no generation; the first change begins to count.
    if (!semanticEqual(next.spec, previous.spec)) next.metadata.generation = (previous.metadata.generation ?? 0) + 1
  },
  validate: checked(validateCsiDriver),
  validateUpdate: validateCsiDriverUpdate,
  *warnings({ spec: { tokenRequests = [], serviceAccountTokenInSecrets } }, previous) {
    if (tokenRequests.length === 0 || serviceAccountTokenInSecrets !== undefined) return
    if (previous === undefined || !semanticEqual(tokenRequests, previous.spec.tokenRequests)) yield TOKENS_UNSAID
  },

  // upstream: pkg/printers/internalversion printCSIDriver
  columns: [
    name,
    { name: 'AttachRequired', type: 'boolean', description: 'Volumes are attached before they are mounted.', cell: d => d.spec.attachRequired ?? true },
    { name: 'PodInfoOnMount', type: 'boolean', description: 'The driver is told of the pod.', cell: d => d.spec.podInfoOnMount ?? false },
    { name: 'StorageCapacity', type: 'boolean', description: 'The scheduler asks for the space left.', cell: d => d.spec.storageCapacity ?? false },
    { name: 'TokenRequests', type: 'string', description: 'Audiences of the tokens it wants.', cell: d => joined(d.spec.tokenRequests?.map(t => t.audience ?? ''), '<unset>') },
    { name: 'RequiresRepublish', type: 'boolean', description: 'It is called again and again.', cell: d => d.spec.requiresRepublish ?? false },
    { name: 'Modes', type: 'string', description: 'Lifecycles of volumes that it supports.', cell: d => joined(d.spec.volumeLifecycleModes, '<none>') },
    age,
  ],
})

const joined = (texts: readonly string[] | undefined, none: string): string => (texts === undefined || texts.length === 0 ? none : texts.join(','))

/** upstream: pkg/apis/storage/v1/defaults.go SetDefaults_CSIDriver */
function defaultSpec(spec: CSIDriverSpec): void {
  spec.attachRequired ??= true
  spec.podInfoOnMount ??= false
  spec.storageCapacity ??= false
  spec.fsGroupPolicy ??= 'ReadWriteOnceWithFSType'
  if ((spec.volumeLifecycleModes ?? []).length === 0) spec.volumeLifecycleModes = ['Persistent']
  spec.requiresRepublish ??= false
  spec.seLinuxMount ??= false
}

/** The field of a feature that is off stays only where it stands already. */
function dropDisabled(spec: CSIDriverSpec, previous: CSIDriverSpec | undefined): void {
  if (previous?.preventPodSchedulingIfMissing === undefined) delete spec.preventPodSchedulingIfMissing
}
