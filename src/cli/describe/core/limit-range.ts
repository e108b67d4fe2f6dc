/** `kubectl describe limitrange`, and the limits of a namespace. upstream: kubectl/pkg/describe describeLimitRangeSpec */
import { sortedKeys } from '../../../base/go-text'
import { canonicalQuantity } from '../../../base/quantity'
import type { LimitRange } from '../../../kinds/schema/types/core.v1'
import { describerOf } from '../describer'
import { text, type Lines } from '../writer'

const HEADERS = 'Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio\n'
const RULE = '----\t--------\t---\t---\t---------------\t-------------\t-----------------------\n'

export const limitRange = describerOf<LimitRange>('v1', 'LimitRange', (w, object) => {
  w.write(0, `Name:\t${object.metadata.name}\n`)
  w.write(0, `Namespace:\t${text(object.metadata.namespace)}\n`)
  w.write(0, HEADERS)
  w.write(0, RULE)
  limits(w, object, '')
}, { events: false })

/** Upstream's order of resources is Go's of a map, any; here by name. */
function limits(w: Lines, { spec }: LimitRange, indent: string): void {
  for (const { type, min, max, default: limit, defaultRequest, maxLimitRequestRatio } of spec?.limits ?? []) {
    const lists = [min, max, defaultRequest, limit, maxLimitRequestRatio]
    for (const name of sortedKeys(Object.assign({}, ...lists) as object)) {
      const cells = lists.map(list => (list?.[name] === undefined ? '-' : canonicalQuantity(list[name])))
      w.write(0, `${indent}${type}\t${name}\t${cells.join('\t')}\n`)
    }
  }
}

export function limitRanges(w: Lines, ranges: readonly LimitRange[]): void {
  if (ranges.length === 0) return w.write(0, 'No LimitRange resource.\n')
  w.write(0, `Resource Limits\n ${HEADERS}`)
  w.write(0, ` ${RULE}`)
  for (const range of ranges) limits(w, range, ' ')
}
