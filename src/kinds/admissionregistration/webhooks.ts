/** What both kinds of webhook configurations share. upstream: pkg/apis/admissionregistration/validation/validation.go */
import { deepEqual } from '../../base/equal'
import { Findings, Path } from '../../base/findings'
import { isDns1035Label, validateFullyQualifiedName } from '../../base/validation'
import { age, defineKind, name, type Kind } from '../kind'
import { labelSelector } from '../core/pod/template/validate-text'
import type { MutatingWebhook, MutatingWebhookConfiguration, ValidatingWebhookConfiguration } from '../schema/types/admissionregistration.v1'
import { defaultRules, FAILURE_POLICIES, MATCH_POLICIES, validateConditions, validateRule } from './match-rules'
import { validateClientConfig, validateReviewVersions } from './webhook-client'

type Configuration = MutatingWebhookConfiguration | ValidatingWebhookConfiguration
const SIDE_EFFECTS = ['None', 'NoneOnDryRun']
const REINVOCATION = ['IfNeeded', 'Never']
const REVIEW_VERSIONS = ['v1', 'v1beta1']

/** `plural` names one of the two; mutating webhooks have a reinvocation policy besides. */
export function webhookConfiguration<T extends Configuration>(kind: string, mutating: boolean): Kind<T> {
  return defineKind<T>({
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kind,
    plural: `${kind.toLowerCase()}s`,
    singular: kind.toLowerCase(),
    categories: ['api-extensions'],
    scope: 'Cluster',
    allowUnconditionalUpdate: false,
    applyDefaults(c) {
      for (const w of (c.webhooks ?? []) as MutatingWebhook[]) {
        w.failurePolicy ??= 'Fail'
        w.matchPolicy ??= 'Equivalent'
        w.namespaceSelector ??= {}
        w.objectSelector ??= {}
        w.timeoutSeconds ??= 10
        if (mutating) w.reinvocationPolicy ??= 'Never'
        if (w.clientConfig?.service !== undefined) w.clientConfig.service.port ??= 443
        defaultRules(w.rules)
      }
    },
    validate: c => validateConfiguration(c, undefined),
    validateUpdate: (next, previous) => validateConfiguration(next, previous),
    columns: [name, { name: 'Webhooks', type: 'integer', description: 'How many webhooks there are.', cell: c => c.webhooks?.length ?? 0 }, age],
  })
}

function validateConfiguration(c: Configuration, previous: Configuration | undefined): Findings['errors'] {
  const f = new Findings()
  const all = (c.webhooks ?? []) as MutatingWebhook[]
  const before = previous?.webhooks as MutatingWebhook[] | undefined
  const sameConditions = before !== undefined && before.length === all.length && before.every((w, i) => deepEqual(w.matchConditions, all[i]?.matchConditions))
  const unique = before === undefined || new Set(before.map(w => w.name)).size === before.length
  const names = new Set<string>()
  for (const [i, w] of all.entries()) {
    const at = Path.of('webhooks').at(i)
    validateWebhook(f, at, w, sameConditions)
    validateReviewVersions(f, at.child('admissionReviewVersions'), w.admissionReviewVersions ?? [], { known: REVIEW_VERSIONS, missing: `must specify one of ${REVIEW_VERSIONS.join(', ')}` }, isDns1035Label)
    if (unique && w.name !== '' && names.has(w.name)) f.duplicate(at.child('name'), w.name)
    names.add(w.name)
  }
  return f.errors
}

function validateWebhook(f: Findings, at: Path, w: MutatingWebhook, sameConditions: boolean): void {
  f.all(validateFullyQualifiedName(w.name ?? '', at.child('name').toString()))
  for (const [i, r] of (w.rules ?? []).entries()) validateRule(f, at.child('rules').at(i), r)
  if (w.failurePolicy !== undefined && !FAILURE_POLICIES.includes(w.failurePolicy)) f.unsupported(at.child('failurePolicy'), w.failurePolicy, FAILURE_POLICIES)
  if (w.matchPolicy !== undefined && !MATCH_POLICIES.includes(w.matchPolicy)) f.unsupported(at.child('matchPolicy'), w.matchPolicy, MATCH_POLICIES)
  if (w.sideEffects === undefined || w.sideEffects === null) f.required(at.child('sideEffects'), `must specify one of ${SIDE_EFFECTS.join(', ')}`)
  else if (!SIDE_EFFECTS.includes(w.sideEffects)) f.unsupported(at.child('sideEffects'), w.sideEffects, SIDE_EFFECTS)
  if (w.timeoutSeconds !== undefined && (w.timeoutSeconds > 30 || w.timeoutSeconds < 1)) f.invalid(at.child('timeoutSeconds'), w.timeoutSeconds, 'the timeout value must be between 1 and 30 seconds')
  labelSelector(f, at.child('namespaceSelector'), w.namespaceSelector)
  labelSelector(f, at.child('objectSelector'), w.objectSelector)
  if (w.reinvocationPolicy !== undefined && !REINVOCATION.includes(w.reinvocationPolicy)) f.unsupported(at.child('reinvocationPolicy'), w.reinvocationPolicy, REINVOCATION)
  validateClientConfig(f, at.child('clientConfig'), w.clientConfig ?? {})
  if (!sameConditions) validateConditions(f, at.child('matchConditions'), w.matchConditions, false)
}
