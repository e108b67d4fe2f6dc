/** The order in which resources come out. upstream: api/internal/builtins/SortOrderTransformer.go */
import { sortAsGo } from '../../base/go-sort'
import { BuildError } from '../errors'
import type { ResourceId } from '../ids'
import { ORDER_FIRST, ORDER_LAST, gvkSortText, gvkText, isGvkEqual, orderOf } from '../ids'
import type { SortOptions } from '../kustomization-types'
import type { Transformer } from './transformer'

/** Throws BuildError when run with an unknown order. */
export function sortResources({ order = '', legacySortOptions }: SortOptions): Transformer {
  return resources => {
    if (order !== 'fifo' && order !== 'legacy') throw new BuildError("the field 'sortOptions.order' must be one of [fifo, legacy]")
    if (order === 'fifo') {
      if (legacySortOptions !== undefined) throw new BuildError("the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'")
      return
    }
    const first = legacySortOptions === undefined ? ORDER_FIRST : (legacySortOptions.orderFirst ?? [])
    const last = legacySortOptions === undefined ? ORDER_LAST : (legacySortOptions.orderLast ?? [])
    const entries = resources.items.map(resource => ({ resource, id: resource.id }))
    sortAsGo(entries, (a, b) => isLess(a.id, b.id, kind => orderOf(kind, first, last)))
    resources.reset(entries.map(e => e.resource))
  }
}

function isLess(a: ResourceId, b: ResourceId, order: (kind: string) => number): boolean {
  if (isGvkEqual(a, b)) return idSortText(a) < idSortText(b)
  const [x, y] = [order(a.kind), order(b.kind)]
  if (x !== y) return x < y
  const [s, t] = [gvkSortText(a), gvkSortText(b)]
  return a.kind === 'Namespace' && b.kind === 'Namespace' && (a.group === '' || b.group === '') ? s > t : s < t
}
const idSortText = (id: ResourceId): string => [gvkText(id), id.namespace || '~X', id.name || '~N'].join('|')
