/** The text of a kuberc file as preferences: the first of its documents that is of a version we know. upstream: kubectl/pkg/kuberc/marshal.go, pkg/config/v1alpha1, pkg/config/v1beta1 */
import { goQuote } from '../../base/field'
import { readYaml } from '../../base/yaml/reader'

/** A flag and its value. */
export interface Option {
  readonly name: string
  readonly default: string
}
export interface Preferences {
  readonly defaults: readonly { readonly command: string; readonly options: readonly Option[] }[]
  readonly aliases: readonly { readonly name: string; readonly command: string; readonly prependArgs: readonly string[]; readonly appendArgs: readonly string[]; readonly options: readonly Option[] }[]
}

export interface Decoded {
  readonly preferences: Preferences
  /** What is said of fields that nobody knows; '' where there is none. */
  readonly warning: string
}

const GROUP = 'kubectl.config.k8s.io'
/** What each version calls the lists. */
const VERSIONS: Readonly<Record<string, { readonly defaults: string; readonly options: string; readonly more: readonly string[] }>> = {
  [`${GROUP}/v1alpha1`]: { defaults: 'overrides', options: 'flags', more: [] },
  [`${GROUP}/v1beta1`]: { defaults: 'defaults', options: 'options', more: ['credentialPluginPolicy', 'credentialPluginAllowlist'] },
}

/** undefined for a text without documents. Throws Error. */
export function decodePreferences(text: string, file: string): Decoded | undefined {
  const documents = text.split(/^---.*$/m).filter(document => document.trim() !== '')
  for (const document of documents) {
    const decoded = decode(document)
    if (decoded !== undefined) return decoded
  }
  if (documents.length > 0) throw new Error(`no valid preferences found in ${file}, use --v=5 to see details`)
  return undefined
}

/** A value is not of its type. */
class Mismatch extends Error {}

function decode(text: string): Decoded | undefined {
  try {
    const given = record(readYaml(text))
    const version = VERSIONS[String(given['apiVersion'])]
    if (version === undefined || given['kind'] !== 'Preference') return undefined
    const unknown: string[] = []
    const known = (fields: Record<string, unknown>, names: readonly string[], path: string): void => {
      for (const field of Object.keys(fields)) if (!names.includes(field)) unknown.push(`unknown field ${goQuote(path + field)}`)
    }
    known(given, ['apiVersion', 'kind', 'aliases', version.defaults, ...version.more], '')
    const optionsAt = (value: unknown, path: string) => list(value).map((entry, i) => {
      const option = record(entry)
      known(option, ['name', 'default'], `${path}[${i}].`)
      return { name: string(option['name']), default: string(option['default']) }
    })
    const defaults = list(given[version.defaults]).map((entry, i) => {
      const fields = record(entry)
      const path = `${version.defaults}[${i}].`
      known(fields, ['command', version.options], path)
      return { command: string(fields['command']), options: optionsAt(fields[version.options], path + version.options) }
    })
    const aliases = list(given['aliases']).map((entry, i) => {
      const fields = record(entry)
      const path = `aliases[${i}].`
      known(fields, ['name', 'command', 'prependArgs', 'appendArgs', version.options], path)
      return { name: string(fields['name']), command: string(fields['command']), prependArgs: list(fields['prependArgs']).map(string), appendArgs: list(fields['appendArgs']).map(string), options: optionsAt(fields[version.options], path + version.options) }
    })
    return { preferences: { defaults, aliases }, warning: unknown.length === 0 ? '' : `strict decoding error: ${unknown.join(', ')}` }
  } catch {
    // Neither YAML nor what a version says: the next document may be.
    return undefined
  }
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Mismatch('no object')
  return value as Record<string, unknown>
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw new Mismatch('no list')
  return value
}

function string(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw new Mismatch('no string')
  return value
}
