/** VolumeAttachment: a volume that is to be attached to a node, and whether it is. */
import { semanticEqual } from '../../../base/equal'
import { Path, type Findings } from '../../../base/findings'
import { age, defineKind, name } from '../../kind'
import { dnsSubdomain } from '../../core/pod/template/validate-text'
import { validateCsiDriverName } from '../../core/pod/template/validate-volume-source'
import { checked, checkedUpdate, recheckedUpdate } from '../../metadata-checks'
import type { VolumeAttachment, VolumeAttachmentSpec, VolumeError } from '../../schema/types/storage.v1'

const SPEC = Path.of('spec')
const SOURCE = SPEC.child('source')
const PV_NAME = SOURCE.child('persistentVolumeName')
const STATUS = Path.of('status')
const MAX_METADATA_BYTES = 256 * 1024
const MAX_ERROR_BYTES = 1024

/** Indexes of attachments by their volume and by their node. */
export const VOLUME = 'volume'
export const NODE = 'node'

export const volumeAttachment = defineKind<VolumeAttachment>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttachment',
  plural: 'volumeattachments',
  singular: 'volumeattachment',
  scope: 'Cluster',
  generation: 'never',
  allowUnconditionalUpdate: false,
  returnsDeletedObject: true,
  subresources: { status: { validateUpdate: checkedUpdate(validateChange) } },

  applyDefaults(a) {
    a.spec ??= {} as VolumeAttachmentSpec
    a.spec.source ??= {}
    a.status ??= { attached: false }
  },
  prepareForCreate(a) {
    a.status = { attached: false }
  },
  validate: checked((f, a) => {
    validateAttachment(f, a)
    // Younger than the first objects: only new ones have to keep it.
    if (a.spec.source.persistentVolumeName !== undefined) dnsSubdomain(f, PV_NAME, a.spec.source.persistentVolumeName)
  }),
  validateUpdate: recheckedUpdate({ namespaced: false }, validateAttachment, immutableSpec),

  indexes: {
    [VOLUME]: a => (a.spec.source.persistentVolumeName === undefined ? [] : [a.spec.source.persistentVolumeName]),
    [NODE]: a => [a.spec.nodeName],
  },
  columns: [
    name,
    { name: 'Attacher', type: 'string', format: 'name', description: 'The driver that attaches it.', cell: a => a.spec.attacher },
    { name: 'PV', type: 'string', description: 'The volume.', cell: a => a.spec.source.persistentVolumeName ?? '' },
    { name: 'Node', type: 'string', description: 'The node.', cell: a => a.spec.nodeName },
    { name: 'Attached', type: 'boolean', description: 'Whether it is.', cell: a => a.status?.attached ?? false },
    age,
  ],
})

function validateChange(f: Findings, next: VolumeAttachment, previous: VolumeAttachment): void {
  validateAttachment(f, next)
  immutableSpec(f, next, previous)
}

function immutableSpec(f: Findings, next: VolumeAttachment, previous: VolumeAttachment): void {
  if (!semanticEqual(next.spec, previous.spec)) f.invalid(SPEC, internalSpec(next.spec), 'field is immutable')
}

/** As Go's internal type is printed; a volume within it is left as the API has it. */
function internalSpec({ attacher, source, nodeName }: VolumeAttachmentSpec): unknown {
  return { Attacher: attacher ?? '', Source: { PersistentVolumeName: source.persistentVolumeName ?? null, InlineVolumeSpec: source.inlineVolumeSpec ?? null }, NodeName: nodeName ?? '' }
}

/** upstream: pkg/apis/storage/validation ValidateVolumeAttachment */
function validateAttachment(f: Findings, { spec: { attacher, source, nodeName }, status }: VolumeAttachment): void {
  validateCsiDriverName(f, SPEC.child('attacher'), attacher ?? '')
  const { persistentVolumeName: volume, inlineVolumeSpec: inline } = source
  if (volume === undefined && inline === undefined) f.required(SOURCE, 'must specify exactly one of inlineVolumeSpec and persistentVolumeName')
  else if (volume !== undefined && inline !== undefined) f.forbidden(SOURCE, 'must specify exactly one of inlineVolumeSpec and persistentVolumeName')
  else if (volume === '') f.required(PV_NAME, 'must specify non empty persistentVolumeName')
  dnsSubdomain(f, SPEC.child('nodeName'), nodeName ?? '')
  const pairs = Object.entries(status?.attachmentMetadata ?? {})
  if (pairs.reduce((sum, [k, v]) => sum + Buffer.byteLength(k) + Buffer.byteLength(v), 0) > MAX_METADATA_BYTES) f.tooLong(STATUS.child('attachmentMetadata'), MAX_METADATA_BYTES)
  validateError(f, STATUS.child('attachError'), status?.attachError)
  validateError(f, STATUS.child('detachError'), status?.detachError)
}

function validateError(f: Findings, at: Path, e: VolumeError | undefined): void {
  if (e !== undefined && Buffer.byteLength(e.message ?? '') > MAX_ERROR_BYTES) f.tooLong(at.child('message'), MAX_ERROR_BYTES)
}
