/** What is left of a strategic merge patch once the server has applied it: that is what its errors show. */
import { goTypeName } from './go-format'
import { isMap, type JsonMap, listMeta, mapMeta } from './patch-meta'
import { DELETE_FROM_LIST, DIRECTIVE, GONE, keyAfter, RETAIN_KEYS, SET_ELEMENT_ORDER, withoutDirectives, withoutNulls } from './strategic-merge'
import type { TypeInfo } from './type-info'

/**
 * The patch as the server prints it in an error after applying it: upstream takes directives, ordered lists and some nulls out of it
 * on the way.
 */
export function patchAsPrinted(type: TypeInfo, original: JsonMap, patch: JsonMap): JsonMap {
  const out: JsonMap = { ...patch }
  if (Object.hasOwn(out, DIRECTIVE)) {
    if (out[DIRECTIVE] === 'replace') delete out[DIRECTIVE]
    return out
  }
  delete out[RETAIN_KEYS]
  for (const key of Object.keys(out)) {
    if (!key.startsWith(SET_ELEMENT_ORDER)) continue
    delete out[key]
    delete out[keyAfter(key, SET_ELEMENT_ORDER)]
  }
  for (const key of Object.keys(out)) {
    const [current, value] = [Object.hasOwn(original, key) ? original[key] : undefined, out[key]]
    if (value === null || key.startsWith(DELETE_FROM_LIST)) continue
    if (goTypeName(current) !== goTypeName(value)) {
      const kept = withoutDirectives(withoutNulls(value))
      if (kept !== GONE) out[key] = kept
    } else if (isMap(value)) {
      const meta = mapMeta(type, key)
      if (meta.strategy !== 'replace') out[key] = patchAsPrinted(meta.type, current as JsonMap, value)
    } else if (Array.isArray(value) && value.some(isMap)) {
      const meta = listMeta(type, key)
      if (meta.strategy === 'merge') out[key] = value.map(item => itemAsPrinted(meta.type, current as unknown[], item, meta.mergeKey))
    }
  }
  return out
}

function itemAsPrinted(type: TypeInfo, current: readonly unknown[], item: unknown, mergeKey: string): unknown {
  if (!isMap(item) || Object.hasOwn(item, DIRECTIVE)) return item
  const match = current.find(other => isMap(other) && other[mergeKey] === item[mergeKey])
  return match === undefined ? item : patchAsPrinted(type, match as JsonMap, item)
}
