/** Selectors of patches and replacements: patterns for parts of an id, and label selectors. upstream: api/types selector.go */
import { BuildError } from './errors'
import type { GvkPattern } from './ids'

export interface Selector extends GvkPattern {
  readonly name?: string
  readonly namespace?: string
  readonly annotationSelector?: string
  readonly labelSelector?: string
}

export interface CompiledSelector {
  gvk(gvk: GvkPattern): boolean
  name(name: string): boolean
  namespace(namespace: string): boolean
}

/** Throws BuildError for a pattern that is none. */
export function compileSelector(selector: Selector): CompiledSelector {
  const group = anchored(selector.group)
  const version = anchored(selector.version)
  const kind = anchored(selector.kind)
  const name = anchored(selector.name)
  const namespace = anchored(selector.namespace)
  return { gvk: gvk => group(gvk.group ?? '') && version(gvk.version ?? '') && kind(gvk.kind ?? ''), name, namespace }
}

function anchored(pattern: string | undefined): (text: string) => boolean {
  if (pattern === undefined || pattern === '') return () => true
  const compiled = regexOf(`^(?:${pattern})$`)
  return text => compiled.test(text)
}

/** A pattern in Go's syntax. Throws BuildError in its words. upstream: regexp/syntax */
export function regexOf(pattern: string): RegExp {
  try {
    // Go writes flags and named groups a little otherwise.
    const insensitive = /^(\^\(\?:)?\(\?i\)/.test(pattern)
    return new RegExp(pattern.replace('(?i)', '').replaceAll('(?P<', '(?<').replaceAll('\\A', '^').replaceAll('\\z', '$'), insensitive ? 'i' : '')
  } catch {
    throw new BuildError(`error parsing regexp: ${regexProblem(pattern)}`)
  }
}

function regexProblem(pattern: string): string {
  const repeated = /(?:^|[(|])([*+?])/.exec(pattern.replace(/^\^\(\?:/, '('))
  if (repeated !== null && !pattern.includes('(?')) return `missing argument to repetition operator: \`${repeated[1]}\``
  const star = /(?<!\\)[*+?]([*+])/.exec(pattern)
  if (star !== null) return `invalid nested repetition operator: \`${star[0]}\``
  const inner = pattern.replace(/^\^\(\?:/, '')
  if (/^[*+?]/.test(inner)) return `missing argument to repetition operator: \`${inner[0]}\``
  if (/(?<!\\)\[[^\]]*$/.test(pattern)) return `missing closing ]: \`${pattern.slice(pattern.lastIndexOf('['))}\``
  const opened = (pattern.match(/(?<!\\)\(/g) ?? []).length
  const closed = (pattern.match(/(?<!\\)\)/g) ?? []).length
  return opened > closed ? `missing closing ): \`${pattern}\`` : `unexpected ): \`${pattern}\``
}
