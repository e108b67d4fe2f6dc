/** Any kind without a describer of its own: its fields as they stand. upstream: kubectl/pkg/describe genericDescriber */
import { goValue, sortedKeys } from '../../base/go-text'
import { apiVersionOf, type KubeObject } from '../../kinds/kind'
import type { DiscoveredResource } from '../rest-mapper'
import { referenceTo, type Describer } from './describer'
import { describeEvents, eventsAbout } from './events'
import { labelsAndAnnotations } from './metadata'
import { DescribeWriter, text, type Lines } from './writer'

const SKIPPED = new Set(['.metadata.managedFields', '.metadata.name', '.metadata.namespace', '.metadata.labels', '.metadata.annotations'])

export function genericDescriber(resource: DiscoveredResource): Describer {
  return {
    group: resource.group,
    kind: resource.kind,
    async describe(name, namespace, context) {
      const object: KubeObject = { ...await context.client.get(resource, name, resource.scope === 'Namespaced' ? namespace : undefined), apiVersion: apiVersionOf(resource), kind: resource.kind }
      const w = new DescribeWriter()
      w.write(0, `Name:\t${object.metadata.name}\n`)
      w.write(0, `Namespace:\t${text(object.metadata.namespace)}\n`)
      labelsAndAnnotations(w, object.metadata)
      content(w, 0, object, '')
      if (context.showEvents) describeEvents(w, await eventsAbout(context, referenceTo(resource, object)), context.nowMs)
      return w.text()
    },
  }
}

function content(w: Lines, level: number, object: object, path: string): void {
  for (const field of sortedKeys(object)) {
    const value = (object as Record<string, unknown>)[field]
    const here = `${path}.${field}`
    if (SKIPPED.has(here)) continue
    const label = labelFor(field)
    if (Array.isArray(value)) {
      w.write(level, `${label}:\n`)
      for (const item of value) {
        if (typeof item === 'object' && item !== null && !Array.isArray(item)) content(w, level + 1, item as object, here)
        else w.write(level + 1, `${goValue(item)}\n`)
      }
    } else if (typeof value === 'object' && value !== null) {
      w.write(level, `${label}:\n`)
      content(w, level + 1, value, here)
    } else w.write(level, `${label}:\t${goValue(value)}\n`)
  }
}

const ACRONYMS = new Set(['API', 'URL', 'UID', 'GUID'])

/** `podCIDRs` → `Pod CIDRs`. upstream: smartLabelFor, fatih/camelcase */
export function labelFor(field: string): string {
  if (/[^\p{L}-]/u.test(field)) return field
  const parts: string[] = []
  const words = camelWords(field)
  for (let i = 0; i < words.length; i++) {
    const [word, next] = [words[i] as string, words[i + 1]]
    if (word.length >= 2 && word === word.toUpperCase() && next !== undefined && /^\p{Lu}/u.test(next)) {
      parts.push(word + next)
      i++
    } else parts.push(word)
  }
  return parts.map(part => (ACRONYMS.has(part.toUpperCase()) ? part.toUpperCase() : part.toLowerCase() === part ? titled(part) : part)).join(' ')
}

/** Runs of one class; the last capital of a run belongs to the small letters after it. */
function camelWords(text: string): string[] {
  const runs = text.match(/\p{Ll}+|\p{Lu}+|[^\p{Ll}\p{Lu}]+/gu) ?? []
  for (let i = 0; i + 1 < runs.length; i++) {
    const [a, b] = [runs[i] as string, runs[i + 1] as string]
    if (/^\p{Lu}/u.test(a) && /^\p{Ll}/u.test(b)) {
      runs[i + 1] = a.slice(-1) + b
      runs[i] = a.slice(0, -1)
    }
  }
  return runs.filter(run => run !== '')
}

const titled = (word: string): string => word.replace(/^\p{Ll}/u, c => c.toUpperCase())
