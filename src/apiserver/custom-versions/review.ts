/** Conversion of custom resources by webhook: one question for all objects of a request, and its answer checked. upstream: apiextensions-apiserver/pkg/apiserver/conversion/webhook_converter.go */
import { readJson, writeJson } from '../../base/exact-json'
import { deepClone } from '../../base/equal'
import { goQuote } from '../../base/field'
import { failure } from '../../base/status'
import type { CustomVersions, KubeObject } from '../../kinds/kind'
import type { ApiServer } from '../server'
import { askWebhook, notJson } from '../webhook-client'

const TIMEOUT_SECONDS = 30
const KNOWN_REVIEWS = ['v1', 'v1beta1']

type Webhook = NonNullable<CustomVersions['webhook']>
type Json = Record<string, unknown>
interface ConversionReview {
  apiVersion?: string
  kind?: string
  response?: { uid?: string; convertedObjects?: unknown[]; result?: { status?: string; message?: string } } | null
}

/** The objects in another version, in their order. Throws 500 with what the webhook did wrong. */
export async function convertByWebhook(server: ApiServer, { clientConfig, reviewVersions, definition }: Webhook, objects: readonly KubeObject[], apiVersion: string): Promise<KubeObject[]> {
  const first = objects[0] as KubeObject
  const [group = '', version = ''] = (first.apiVersion ?? '').split('/')
  const broken = (text: string): Error => failure(500, '', `conversion webhook for ${group}/${version}, Kind=${first.kind} ${text}`)
  const review = reviewVersions.find(v => KNOWN_REVIEWS.includes(v))
  if (review === undefined) throw failure(500, '', 'no supported conversion review versions')
  const uid = server.draw.uuid(`${definition} ${first.metadata.uid ?? first.metadata.name}`, 'conversion review', server.store.head())
  const question = writeJson({ kind: 'ConversionReview', apiVersion: `apiextensions.k8s.io/${review}`, request: { uid, desiredAPIVersion: apiVersion, objects } })
  let answer: string
  try {
    answer = await askWebhook(server, clientConfig, question, TIMEOUT_SECONDS)
  } catch (e) {
    throw broken(`failed: ${(e as Error).message}`)
  }
  const converted = objectsOf(answer, review, uid, text => broken(`failed: ${text}`))
  if (converted.length !== objects.length) throw broken(`returned ${converted.length} objects, expected ${objects.length}`)
  return converted.map((object, i) => checked(objects[i] as KubeObject, object, apiVersion, broken))
}

function objectsOf(text: string, version: string, uid: string, broken: (text: string) => Error): unknown[] {
  let review: ConversionReview
  try {
    review = readJson(text) as ConversionReview
  } catch {
    throw broken(notJson(text))
  }
  const { response } = review
  if (version === 'v1' && (review.kind !== 'ConversionReview' || review.apiVersion !== 'apiextensions.k8s.io/v1')) {
    const given = review.apiVersion?.includes('/') === true ? review.apiVersion : `/${review.apiVersion ?? ''}`
    throw broken(`expected webhook response of apiextensions.k8s.io/v1, Kind=ConversionReview, got ${given}, Kind=${review.kind ?? ''}`)
  }
  if (response === undefined || response === null) throw broken('no response provided')
  if (version === 'v1' && response.uid !== uid) throw broken(`expected response.uid=${goQuote(uid)}, got ${goQuote(response.uid ?? '')}`)
  const { status = '', message = '' } = response.result ?? {}
  if (status !== 'Success') throw broken(message !== '' ? message : `response.result.status was '${status}', not 'Success'`)
  return response.convertedObjects ?? []
}

/** What may not change has not; metadata but labels and annotations is the original's. */
function checked(original: KubeObject, given: unknown, apiVersion: string, broken: (text: string) => Error): KubeObject {
  const object = given as KubeObject & Json
  const slash = (object.apiVersion ?? '').includes('/') ? object.apiVersion : `/${object.apiVersion ?? ''}`
  if (object.apiVersion !== apiVersion) throw broken(`returned invalid object at index 0: invalid groupVersion (expected ${apiVersion}, received ${slash})`)
  if (object.kind !== original.kind) throw broken(`returned invalid object at index 0: invalid kind (expected ${original.kind}, received ${object.kind ?? ''})`)
  const was = original.metadata
  const now = object.metadata as Partial<KubeObject['metadata']> | undefined
  const pairs: readonly (readonly [string, string | undefined, string | undefined])[] = [['name', was.name, now?.name], ['namespace', was.namespace, now?.namespace], ['UID', was.uid, now?.uid]]
  for (const [what, expected = '', got = ''] of pairs) if (expected !== got) throw broken(`returned invalid object: must have the same ${what}: ${expected} != ${got}`)
  return { ...object, metadata: metadataOf(was, object.metadata as unknown as Json, text => broken(`returned invalid metadata: ${text}`)) }
}

function metadataOf(original: KubeObject['metadata'], given: Json | undefined, broken: (text: string) => Error): KubeObject['metadata'] {
  if (given === undefined) throw broken('missing metadata in converted object')
  const metadata = deepClone(original) as KubeObject['metadata'] & Json
  for (const field of ['labels', 'annotations']) {
    const pairs = given[field] as Record<string, unknown> | null | undefined
    delete metadata[field]
    if (pairs === undefined || pairs === null) continue
    if (typeof pairs !== 'object' || Array.isArray(pairs)) throw broken(`invalid metadata.${field} of type ${goType(pairs)} in converted object`)
    for (const [key, value] of Object.entries(pairs)) if (typeof value !== 'string') throw broken(`metadata.${field}[${key}] must be a string, but is ${goType(value)} in converted object`)
    metadata[field] = pairs
  }
  return metadata
}

const goType = (v: unknown): string => (v === null ? '<nil>' : Array.isArray(v) ? '[]interface {}' : typeof v === 'object' ? 'map[string]interface {}' : typeof v === 'boolean' ? 'bool' : typeof v === 'number' ? (Number.isInteger(v) ? 'int64' : 'float64') : 'string')
