/** Where a resource came from and what changed it, as annotations say it (`buildMetadata`). upstream: api/resource/origin.go */
import { posix } from 'node:path'
import { emitYaml } from './yaml/emit'
import { nodeOf } from './yaml/value'
import { newNode } from './yaml/node'
import type { YamlNode } from './yaml/node'

export interface Origin {
  readonly path?: string
  readonly configuredIn?: string
  readonly configuredBy?: { readonly apiVersion: string; readonly kind: string; readonly name?: string; readonly namespace?: string }
}

/** The origin of what the path leads to from here. */
export const originAt = (origin: Origin, path: string): Origin => ({ ...origin, path: posix.join(origin.path ?? '', path) })

export const originText = (origin: Origin): string => emitYaml(originNode(origin))
/** One more entry for the list of transformations. */
export const transformationText = (origin: Origin): string => emitYaml(newNode('list', { content: [originNode(origin)] }))

function originNode({ path = '', configuredIn = '', configuredBy }: Origin): YamlNode {
  const entries: [string, YamlNode][] = []
  if (path !== '') entries.push(['path', nodeOf(path)])
  if (configuredIn !== '') entries.push(['configuredIn', nodeOf(configuredIn)])
  if (configuredBy !== undefined) {
    const { apiVersion, kind, name = '', namespace = '' } = configuredBy
    const parts = Object.entries({ apiVersion, kind, name, namespace }).filter(([, value]) => value !== '')
    entries.push(['configuredBy', newNode('map', { content: parts.flatMap(([key, value]) => [nodeOf(key), nodeOf(value)]) })])
  }
  return newNode('map', { content: entries.flatMap(([key, value]) => [nodeOf(key), value]) })
}
