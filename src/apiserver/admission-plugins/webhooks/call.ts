/** One question to a webhook and its answer, checked as the real server checks it. upstream: apiserver/pkg/admission/plugin/webhook/request, util/webhook */
import { goQuote } from '../../../base/field'
import { badRequest, internalError, StatusError, type Status } from '../../../base/status'
import { service as serviceKind } from '../../../kinds/core/service/kind'
import { apiVersionOf, type KubeObject } from '../../../kinds/kind'
import type { MutatingWebhook, WebhookClientConfig } from '../../../kinds/schema/types/admissionregistration.v1'
import type { Attributes } from '../../admission'
import type { ApiServer } from '../../server'
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
  const review = JSON.stringify({ kind: 'AdmissionReview', apiVersion: `admission.k8s.io/${version}`, request: reviewRequest(a, uid) })
  let answer: { code: number; body: string }
  const url = urlOf(hook.clientConfig, timeoutSeconds)
  try {
    answer = await send(server, hook.clientConfig, url, review, timeoutSeconds * 1000)
  } catch (e) {
    throw new WebhookFailure(`failed to call webhook: Post ${goQuote(url)}: ${(e as Error).message}`)
  }
  if (answer.code >= 300) throw new WebhookFailure(`failed to call webhook: ${refusedText(answer)}`)
  return verified(answer.body, version, uid, mutating, a, hook.name)
}

function refusedText({ code, body }: { code: number; body: string }): string {
  try {
    const status = JSON.parse(body) as Partial<Status>
    if (status.kind === 'Status' && status.message !== undefined) return status.message
  } catch {
    // no Status: told by its code
  }
  if (code === 404) return 'the server could not find the requested resource'
  if (code === 503) return 'the server is currently unable to handle the request'
  return code >= 500 ? `an error on the server (${goQuote(body.trim())}) has prevented the request from succeeding` : `the server rejected our request for an unknown reason`
}

function reviewRequest(a: Attributes, uid: string): Record<string, unknown> {
  const object = a.operation === 'DELETE' ? null : shown(a, a.object)
  return { ...admissionRequest(a, uid), object, oldObject: a.previous === undefined ? null : shown(a, a.previous) }
}

function shown(a: Attributes, object: KubeObject): KubeObject {
  const body = bodyOf(a, object) as KubeObject
  return { kind: a.kind.kind, apiVersion: apiVersionOf(a.kind), ...body }
}

function urlOf({ url, service }: WebhookClientConfig, timeoutSeconds: number): string {
  const base = url ?? `https://${service?.name}.${service?.namespace}.svc:${service?.port ?? 443}${service?.path === undefined ? '' : service.path.startsWith('/') ? service.path : `/${service.path}`}`
  return `${base}${base.includes('?') ? '&' : '?'}timeout=${timeoutSeconds}s`
}

async function send(server: ApiServer, { service, caBundle }: WebhookClientConfig, url: string, body: string, timeoutMs: number): Promise<{ code: number; body: string }> {
  // Services stand for simulated pods: nothing but a URL reaches a program that answers.
  if (service !== undefined) throw new Error(serviceProblem(server, service))
  if (server.callWebhook === undefined) throw new Error(`dial tcp ${new URL(url).host}: connect: connection refused`)
  server.flush()
  return server.callWebhook({ url, body, caBundle: caBundle === undefined ? undefined : Buffer.from(caBundle, 'base64').toString(), timeoutMs })
}

function serviceProblem(server: ApiServer, { namespace, name, port = 443 }: NonNullable<WebhookClientConfig['service']>): string {
  const found = server.lister.get(serviceKind, name, namespace)
  if (found === undefined) return `service ${goQuote(name)} not found`
  if (found.spec?.ports?.some(p => p.port === port) !== true) return `no service port ${port} found for service ${goQuote(name)}`
  return `dial tcp ${found.spec.clusterIP ?? ''}:${port}: connect: connection refused`
}

function verified(text: string, version: string, uid: string, mutating: boolean, a: Attributes, name: string): Review {
  const invalid = (why: string): WebhookFailure => new WebhookFailure(`received invalid webhook response: ${why}`)
  let review: { apiVersion?: string; kind?: string; response?: Record<string, unknown> }
  try {
    review = JSON.parse(text) as typeof review
  } catch {
    throw new WebhookFailure(`failed to call webhook: couldn't get version/kind; json parse error: invalid character ${goQuote(text[0] ?? '')} looking for beginning of value`)
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
    const list: unknown = JSON.parse(Buffer.from(patch, 'base64').toString())
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
