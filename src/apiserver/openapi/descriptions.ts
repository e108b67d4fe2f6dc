/** What Kubernetes says of its types, fields and query parameters: read from the build's file when first asked for, nothing where that is absent. */

interface Texts {
  /** By class of the JavaScript client: the type's text, then its fields'. */
  readonly types: Readonly<Record<string, readonly [string, Readonly<Record<string, string>>] | undefined>>
  readonly parameters: Readonly<Record<string, string | undefined>>
}

const NOTHING: Texts = { types: {}, parameters: {} }

export class Descriptions {
  private texts: Texts | undefined

  /** `read`: the text of dist/descriptions.br, undefined where there is none. */
  constructor(private readonly read: () => string | undefined) {}

  /** '' for a type of which nothing is said. `name`: `core.v1.PodSpec`. */
  ofType(name: string): string {
    return this.entry(name)?.[0] ?? ''
  }

  ofField(type: string, field: string): string {
    return this.entry(type)?.[1][field] ?? ''
  }

  ofParameter(name: string): string {
    return this.loaded().parameters[name] ?? ''
  }

  private loaded(): Texts {
    if (this.texts !== undefined) return this.texts
    const text = this.read()
    return (this.texts = text === undefined ? NOTHING : (JSON.parse(text) as Texts))
  }

  /** The client's class: `CoreV1Event` where several groups have an Event, else `V1PodSpec`. */
  private entry(name: string): Texts['types'][string] {
    const { types } = this.loaded()
    const [group = '', version = '', short = ''] = name.split('.')
    if (short === '') return types[version === '' ? name : `${capitalised(group)}${version}`] ?? types[name]
    return types[`${capitalised(group)}${capitalised(version)}${short}`] ?? types[`${capitalised(version)}${short}`]
  }
}

const capitalised = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1)
