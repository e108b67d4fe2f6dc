/** CSIStorageCapacity: how much space a driver has left for a class on some nodes. */
import { Path, type Findings } from '../../../base/findings'
import { parseQuantity, quantityFromJson, quantitySign, quantityText } from '../../../base/quantity'
import { defineKind, name } from '../../kind'
import { renamedNodeLabel } from '../../core/pod/template/node-labels'
import { selectorValue } from '../../core/pod/template/internal'
import { dnsSubdomain, labelSelector } from '../../core/pod/template/validate-text'
import { checked, immutableField, recheckedUpdate } from '../../metadata-checks'
import type { CSIStorageCapacity } from '../../schema/types/storage.v1'

export const csiStorageCapacity = defineKind<CSIStorageCapacity>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIStorageCapacity',
  plural: 'csistoragecapacities',
  singular: 'csistoragecapacity',
  scope: 'Namespaced',
  generation: 'never',
  allowUnconditionalUpdate: false,

  validate: checked(validateCapacity),
  validateUpdate: recheckedUpdate({}, validateCapacity, (f, next, previous) => {
    immutableField(f, Path.of('nodeTopology'), next.nodeTopology, previous.nodeTopology, selectorValue(next.nodeTopology))
    immutableField(f, Path.of('storageClassName'), next.storageClassName ?? '', previous.storageClassName ?? '')
  }),
  *warnings({ nodeTopology }) {
    for (const key of Object.keys(nodeTopology?.matchLabels ?? {}).sort()) yield* renamed(`nodeTopology.matchLabels.${key}`, key)
    for (const [i, { key }] of (nodeTopology?.matchExpressions ?? []).entries()) yield* renamed(`nodeTopology.matchExpressions[${i}].key`, key)
  },

  columns: [
    name,
    { name: 'StorageClassName', type: 'string', description: 'The class it is about.', cell: c => c.storageClassName },
    { name: 'Capacity', type: 'string', description: 'Space left, in bytes.', cell: c => (c.capacity === undefined ? '<unset>' : quantityText(quantityFromJson(c.capacity))) },
  ],
})

function* renamed(path: string, key: string): Iterable<string> {
  const instead = renamedNodeLabel(key)
  if (instead !== undefined) yield `${path}: ${key} is ${instead}`
}

/** upstream: pkg/apis/storage/validation ValidateCSIStorageCapacity */
function validateCapacity(f: Findings, c: CSIStorageCapacity): void {
  labelSelector(f, Path.of('nodeTopology'), c.nodeTopology)
  dnsSubdomain(f, Path.of('storageClassName'), c.storageClassName ?? '')
  for (const field of ['capacity', 'maximumVolumeSize'] as const) {
    const text = c[field]
    if (text === undefined) continue
    const amount = parseQuantity(text)
    if (quantitySign(amount) < 0) f.invalid(Path.of(field), quantityText(amount), 'must be greater than or equal to 0')
  }
}
