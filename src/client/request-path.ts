/** From a typed call to the path and the query that it has over HTTP. upstream: client-go/rest/request.go */
import { escapeSegment } from '../base/go-url'
import type { Resource } from '../kinds/kind'
import type { ListOptions, ObjectRef, WriteOptions } from './client'

export type Query = Readonly<Record<string, string | readonly string[] | number | boolean | undefined>>

export interface Place {
  readonly namespace?: string | undefined
  readonly name?: string | undefined
  readonly subresource?: string | undefined
}

/** Where an object stands. */
export const placeOf = ({ metadata: { name, namespace } }: ObjectRef): Place => ({ name, namespace })

/** `/api/v1/namespaces/default/pods/web/log` */
export function pathOf({ group, version, plural, scope }: Resource<never>, { namespace, name, subresource }: Place): string {
  const part = (text: string | undefined): string => (text === undefined || text === '' ? '' : `/${escapeSegment(text)}`)
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  const within = scope === 'Namespaced' && namespace !== undefined && namespace !== '' ? `/namespaces/${escapeSegment(namespace)}` : ''
  return `${root}${within}/${plural}${part(name)}${part(subresource)}`
}

/** `?limit=1`; what is empty or false is left out. */
export function queryText(query: Query): string {
  const pairs = new URLSearchParams()
  for (const key of Object.keys(query)) {
    const value = query[key]
    if (value === undefined || value === false || value === '') continue
    for (const v of Array.isArray(value) ? (value as readonly string[]) : [String(value)]) pairs.append(key, v)
  }
  const text = pairs.toString()
  return text === '' ? '' : `?${text}`
}

export const listQuery = ({ labelSelector, fieldSelector, limit, continue: token, resourceVersion }: ListOptions): Query => ({ labelSelector, fieldSelector, limit, continue: token, resourceVersion })
export const writeQuery = ({ dryRun, fieldManager, fieldValidation }: WriteOptions): Query => ({ dryRun: dryRun === true ? 'All' : undefined, fieldManager, fieldValidation })
