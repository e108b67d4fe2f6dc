/** One question to a webhook and its answer, checked as the real server checks it. upstream: apiserver/pkg/admission/plugin/webhook/request, util/webhook */
import { readJson, writeJson } from '../../../base/exact-json'
import { goQuote } from '../../../base/field'
import { badRequest, internalError, StatusError, type Status } from '../../../base/status'
import { apiVersionOf, type KubeObject } from '../../../kinds/kind'
import type { MutatingWebhook } from '../../../kinds/schema/types/admissionregistration.v1'
import type { Attributes } from '../../admission'
import type { ApiServer } from '../../server'
import { askWebhook, notJson } from '../../webhook-client'
import { admissionRequest, bodyOf } from '../policies/variables'

export interface Review {
  readonly allowed: boolean
  readonly status: Partial<Status> | undefined
  /** JSON Patch, decoded; only of mutating webhooks. */
  readonly patch: readonly Readonly<Record<string, unknown>>[] | undefined
}

/** The webhook could not be asked, or did not answer as it should: its failure policy decides. */
export class WebhookFailure extends Error {}

const KNOWN_VERSIONS = ['v1', 'v1beta1']
const DEFAULT_TIMEOUT_SECONDS = 10

/** Throws WebhookFailure, or 400 for a dry run that the webhook cannot stand. */
export async function callWebhook(server: ApiServer, hook: MutatingWebhook, a: Attributes, mutating: boolean): Promise<Review> {
  if (a.request.dryRun && hook.sideEffects !== 'None' && hook.sideEffects !== 'NoneOnDryRun') throw badRequest(`admission webhook ${goQuote(hook.name)} does not support dry run`)
  const version = hook.admissionReviewVersions.find(v => KNOWN_VERSIONS.includes(v))
  if (version === undefined) throw new WebhookFailure('could not create admission objects: webhook does not accept known AdmissionReview versions (v1, v1beta1)')
  const uid = server.draw.uuid(`${hook.name} ${a.kind.plural} ${a.namespace ?? ''} ${a.name}`, 'admission review', server.store.head())
  const timeoutSeconds = hook.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS
  const review = writeJson({ kind: 'AdmissionReview', apiVersion: `admission.k8s.io/${version}`, request: reviewRequest(a, uid) })
  let answer: string
  try {
    answer = await askWebhook(server, hook.clientConfig, review, timeoutSeconds)
  } catch (e) {
    throw new WebhookFailure(`failed to call webhook: ${(e as Error).message}`)
  }
  return verified(answer, version, uid, mutating, a, hook.name)
}

function reviewRequest(a: Attributes, uid: string): Record<string, unknown> {
  const object = a.operation === 'DELETE' ? null : shown(a, a.object)
  return { ...admissionRequest(a, uid), object, oldObject: a.previous === undefined ? null : shown(a, a.previous) }
}

function shown(a: Attributes, object: KubeObject): KubeObject {
  const body = bodyOf(a, object) as KubeObject
  return { kind: a.kind.kind, apiVersion: apiVersionOf(a.kind), ...body }
}

function verified(text: string, version: string, uid: string, mutating: boolean, a: Attributes, name: string): Review {
  const invalid = (why: string): WebhookFailure => new WebhookFailure(`received invalid webhook response: ${why}`)
  let review: { apiVersion?: string; kind?: string; response?: Record<string, unknown> }
  try {
    review = readJson(text) as typeof review
  } catch {
    throw new WebhookFailure(`failed to call webhook: ${notJson(text)}`)
  }
  const { response } = review
  if (response === undefined || response === null) throw invalid('webhook response was absent')
  if (version === 'v1') {
    if (response.uid !== uid) throw invalid(`expected response.uid=${goQuote(uid)}, got ${goQuote(String(response.uid ?? ''))}`)
    if (review.kind !== 'AdmissionReview' || review.apiVersion !== 'admission.k8s.io/v1') throw invalid(`expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got ${review.apiVersion?.includes('/') === true ? review.apiVersion : `/${review.apiVersion ?? ''}`}, Kind=${review.kind ?? ''}`)
  }
  const hasPatch = typeof response.patch === 'string' && response.patch !== ''
  const patchType = response.patchType as string | undefined
  if (!mutating && hasPatch) throw invalid('validating webhook may not return response.patch')
  if (!mutating && patchType !== undefined) throw invalid('validating webhook may not return response.patchType')
  if (version === 'v1') {
    if (hasPatch && patchType === undefined) throw invalid('webhook returned response.patch but not response.patchType')
    if (!hasPatch && patchType !== undefined) throw invalid('webhook returned response.patchType but not response.patch')
  }
  if (patchType !== undefined && patchType !== 'JSONPatch') throw invalid(`webhook returned invalid response.patchType of ${goQuote(patchType)}`)
  for (const w of (response.warnings as string[] | undefined) ?? []) a.request.warnings.push(w)
  return { allowed: response.allowed === true, status: response.status as Partial<Status> | undefined, patch: hasPatch ? decoded(response.patch as string, name) : undefined }
}

function decoded(patch: string, name: string): Review['patch'] {
  try {
    const list: unknown = readJson(Buffer.from(patch, 'base64').toString())
    if (Array.isArray(list)) return list as Review['patch']
  } catch {
    // refused below
  }
  throw new WebhookFailure(`received undecodable patch in webhook response: webhook ${goQuote(name)} did not return a JSON patch`)
}

/** What a client gets when a webhook says no. upstream: webhook/errors ToStatusErr */
export function denied(name: string, status: Partial<Status> | undefined): StatusError {
  const by = `admission webhook ${goQuote(name)} denied the request`
  const message = status?.message ?? ''
  const reason = status?.reason ?? ''
  return new StatusError({
    ...status,
    kind: 'Status',
    apiVersion: 'v1',
    metadata: status?.metadata ?? {},
    status: 'Failure',
    message: message !== '' ? `${by}: ${message}` : reason !== '' ? `${by}: ${reason}` : `${by} without explanation`,
    code: Math.max(status?.code ?? 0, 400),
  })
}

/** 500. */
export const callFailed = (name: string, failure: WebhookFailure): StatusError => internalError(`failed calling webhook ${goQuote(name)}: ${failure.message}`)
