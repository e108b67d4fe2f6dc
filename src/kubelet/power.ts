/** Pods of a machine that is switched on or off concern its kubelet. */
import type { Watch } from '../client/controller'
import { node as nodeKind } from '../kinds/core/node/kind'
import { isOff } from '../kinds/core/node/power'
import { pod as podKind } from '../kinds/core/pod/kind'
import { keyOf } from '../kinds/kind'
import type { Node } from '../kinds/schema/types/core.v1'

export const powerSwitched: Watch<Node> = {
  kind: nodeKind,
  keys: ({ type, object, previous }, lister) => (type === 'MODIFIED' && previous !== undefined && isOff(object) !== isOff(previous) ? lister.byIndex(podKind, 'node', object.metadata.name).map(keyOf) : []),
}
