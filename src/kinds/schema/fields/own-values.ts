/**
 * Values that belong to one object alone (its addresses, its owners' uids) taken out of field-set texts: what is left is the same
 * text for all objects that were written alike, so that it is stored once and what follows from it is computed once.
 */

/** In place of the n-th value in order, so that keys keep their order: one character of the private use area. */
const FIRST = 0xe000
const MARKS = /[\ue000-\uf8ff]/g
/** `k:{"ip":"10.244.1.5"}` as it stands inside a FieldsV1 text. */
const OWN = /\\"(?:ip|uid)\\":\\"([^"\\]+)\\"/g

export const NO_VALUES: readonly string[] = Object.freeze([])

/** The values in these texts, in order, each once. */
export function ownValues(texts: readonly string[]): readonly string[] {
  let values: Set<string> | undefined
  for (const text of texts) {
    if (!text.includes('k:{\\"ip\\"') && !text.includes('k:{\\"uid\\"')) continue
    for (const match of text.matchAll(OWN)) (values ??= new Set()).add(match[1] as string)
  }
  return values === undefined ? NO_VALUES : [...values].sort()
}

/** A text with marks instead of these values, which are all that it has. */
export function withoutValues(text: string, values: readonly string[]): string {
  if (values.length === 0) return text
  return text.replace(OWN, (whole, value: string) => whole.replace(`:\\"${value}\\"`, `:\\"${String.fromCharCode(FIRST + values.indexOf(value))}\\"`))
}

export function withValues(text: string, values: readonly string[]): string {
  if (values.length === 0) return text
  return text.replace(MARKS, mark => values[mark.charCodeAt(0) - FIRST] as string)
}
