/** CSINode: the storage drivers that a node has. */
import { semanticEqual } from '../../../base/equal'
import { Path, type Findings } from '../../../base/findings'
import { isQualifiedName } from '../../../base/validation'
import { age, defineKind, name } from '../../kind'
import { validateCsiDriverName } from '../../core/pod/template/validate-volume-source'
import { checked, recheckedUpdate } from '../../metadata-checks'
import { givenEmpty } from '../../schema/decode'
import type { CSINode, CSINodeDriver } from '../../schema/types/storage.v1'

const DRIVERS = Path.of('spec').child('drivers')
const MAX_NODE_ID = 192

export const csiNode = defineKind<CSINode>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSINode',
  plural: 'csinodes',
  singular: 'csinode',
  scope: 'Cluster',
  generation: 'never',
  allowUnconditionalUpdate: false,
  returnsDeletedObject: true,

  validate: checked(validateDrivers),
  validateUpdate: recheckedUpdate({ namespaced: false }, validateDrivers, (f, next, previous) => {
    // Drivers come and go; one that stays is what it was, but for how many volumes it has room for.
    for (const was of previous.spec?.drivers ?? []) {
      const now = next.spec?.drivers?.find(d => d.name === was.name)
      if (now !== undefined && (now.nodeID !== was.nodeID || !semanticEqual(now.topologyKeys, was.topologyKeys))) f.invalid(DRIVERS, internalDriver(now), 'field is immutable')
    }
  }),

  columns: [name, { name: 'Drivers', type: 'integer', description: 'How many drivers the node has.', cell: n => n.spec?.drivers?.length ?? 0 }, age],
})

/** As Go's internal type is printed, without what may change. */
function internalDriver(d: CSINodeDriver): unknown {
  const keys = d.topologyKeys ?? (givenEmpty(d, 'topologyKeys') ? [] : null)
  return { Name: d.name, NodeID: d.nodeID ?? '', TopologyKeys: keys, Allocatable: null }
}

/** upstream: pkg/apis/storage/validation validateCSINodeDrivers */
function validateDrivers(f: Findings, { spec }: CSINode): void {
  const names = new Set<string>()
  spec?.drivers?.forEach((d, i) => validateDriver(f, DRIVERS.at(i), d, names))
}

function validateDriver(f: Findings, at: Path, { name: driver = '', nodeID = '', topologyKeys, allocatable }: CSINodeDriver, names: Set<string>): void {
  validateCsiDriverName(f, at.child('name'), driver)
  if (nodeID === '') f.required(at.child('nodeID'))
  else if (Buffer.byteLength(nodeID) > MAX_NODE_ID) f.invalid(at.child('nodeID'), nodeID, `must be ${MAX_NODE_ID} bytes or less`)
  f.nonnegative(at.child('allocatable').child('count'), allocatable?.count)
  if (names.has(driver)) f.duplicate(at.child('name'), driver)
  names.add(driver)
  // A list that is left out is null.
  topologyKeys?.forEach((key, i) => {
    if (topologyKeys.indexOf(key) < i) f.duplicate(at, key)
    if (key === '') f.required(at)
    f.problems(at, key, isQualifiedName(key))
  })
}
