/** `-o name` and the one-line results of commands (`deployment.apps/web created`). upstream: cli-runtime/pkg/printers/name.go */

export interface NamedObject {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata?: { readonly name?: string }
  readonly items?: readonly NamedObject[]
}

/** `pod/web`, `deployment.apps/web`: the kind in lower case with its group. */
export function resourceName(object: NamedObject): string {
  if (!object.kind || !object.apiVersion) throw new Error('missing apiVersion or kind; try GetObjectKind().SetGroupVersionKind() if you know the type')
  return `${kindName(object)}/${object.metadata?.name || '<unknown>'}`
}

/** `pod`, `deployment.apps`: also what stands before names where several kinds are printed. */
export function kindName({ apiVersion = '', kind = '' }: NamedObject): string {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? kind.toLowerCase() : `${kind.toLowerCase()}.${apiVersion.slice(0, slash)}`.toLowerCase()
}

/** A line for each object, lists taken apart: `pod/web`, with an operation `pod/web created`. */
export function nameText(object: NamedObject, operation = ''): string {
  if (object.items !== undefined) return object.items.map(item => nameText(item, operation)).join('')
  return `${resourceName(object)}${operation === '' ? '' : ` ${operation}`}\n`
}
