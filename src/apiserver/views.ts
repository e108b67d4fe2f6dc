/** Requests of a kind that is another form of a stored one: converted on the way in, and back on the way out. upstream: runtime.Scheme's conversions */
import { fieldSelectorText, parseFieldSelector, type FieldRequirement } from '../base/field-selector'
import { badRequest } from '../base/status'
import type { Kind, KubeObject } from '../kinds/kind'
import type { Stored } from '../store/store'

/** The stored kind and the conversions, as the untyped layers below want them. */
export interface StoredForm<T extends KubeObject> {
  readonly kind: Kind<KubeObject>
  toStored(object: T): KubeObject
  fromStored(object: KubeObject): T
}

/** Undefined for a kind that is stored as it is. */
export function storedForm<T extends KubeObject>(kind: Kind<T>): StoredForm<T> | undefined {
  const view = kind.view
  return view === undefined ? undefined : { kind: view.of as unknown as Kind<KubeObject>, toStored: o => view.toStored(o as never), fromStored: o => view.fromStored(o as never) as T }
}

export const viewed = <T extends KubeObject>(form: StoredForm<T>, stored: Stored<KubeObject>): Stored<T> => ({ ...stored, body: form.fromStored(stored.body) })

/** Selectors name the fields of the form that is asked for. Throws 400. */
export function storedFields<T extends KubeObject>(kind: Kind<T>, text: string | undefined): string | undefined {
  const labels = kind.view?.fieldLabels
  if (text === undefined || text === '' || labels === undefined) return text
  const translate = (r: FieldRequirement): FieldRequirement => {
    const field = r.field.startsWith('metadata.') ? r.field : labels[r.field]
    if (field === undefined) throw badRequest(`field label not supported: ${r.field}`)
    return { ...r, field }
  }
  return fieldSelectorText(parseFieldSelector(text).map(translate))
}
