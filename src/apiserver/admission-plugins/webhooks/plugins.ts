/** Mutating and validating webhooks: servers elsewhere that change or refuse what is written. upstream: apiserver/pkg/admission/plugin/webhook */
import { deepClone, deepEqual } from '../../../base/equal'
import { goQuote } from '../../../base/field'
import { applyJsonPatch, type JsonPatchOperation } from '../../../base/json-patch'
import { forbiddenRequest, internalError } from '../../../base/status'
import { isProgram } from '../../../cel/program'
import { compileCondition, type Compiled } from '../../../kinds/admissionregistration/expressions'
import { mutatingWebhookConfiguration } from '../../../kinds/admissionregistration/mutating-webhook-configuration/kind'
import { validatingWebhookConfiguration } from '../../../kinds/admissionregistration/validating-webhook-configuration/kind'
import type { KubeObject } from '../../../kinds/kind'
import type { MutatingWebhook, ValidatingWebhook } from '../../../kinds/schema/types/admissionregistration.v1'
import type { AdmissionPlugin, Attributes } from '../../admission'
import type { ApiServer } from '../../server'
import { convertedTo } from '../../custom-versions/versions'
import { changeObject } from '../policies/change-object'
import { admissionConfigured } from '../policies/configuration'
import { attributesFor } from '../policies/equivalent'
import { isExempt, ruleMatches, selectorsMatch } from '../policies/matching'
import { requestVariables, type Variables } from '../policies/variables'
import { callFailed, callWebhook, denied, WebhookFailure, type Review } from './call'

type Webhook = ValidatingWebhook | MutatingWebhook

/** In the order of their names, as the real server sorts configurations. */
function relevant(server: ApiServer, a: Attributes, hooks: readonly Webhook[]): Webhook[] {
  let variables: Variables | undefined
  return hooks.filter(h => {
    if (h.rules?.some(r => ruleMatches(r, a, h.matchPolicy ?? 'Equivalent')) !== true || !selectorsMatch(server, a, h)) return false
    return (h.matchConditions ?? []).length === 0 || conditionsHold(h, a, (variables ??= requestVariables(server, a)))
  })
}

const conditions = new Map<string, Compiled>()
const MAX_CONDITIONS = 1_000

function condition(expression: string): Compiled {
  let made = conditions.get(expression)
  if (made === undefined) {
    if (conditions.size >= MAX_CONDITIONS) conditions.clear()
    conditions.set(expression, (made = compileCondition(expression.trim(), false)))
  }
  return made
}

/** Throws 403 when they cannot be worked out and the webhook has to be asked. */
function conditionsHold(hook: Webhook, a: Attributes, variables: Variables): boolean {
  const errors: string[] = []
  for (const { expression } of hook.matchConditions ?? []) {
    const program = condition(expression)
    try {
      if (!isProgram(program)) errors.push(`compilation error: ${program.error}`)
      else if (program.run(variables) === false) return false
    } catch (e) {
      errors.push(`expression '${expression.trim()}' resulted in error: ${(e as Error).message}`)
    }
  }
  if (errors.length === 0) return true
  if (hook.failurePolicy === 'Ignore') return false
  throw forbiddenRequest(a.kind, a.name, errors.length === 1 ? (errors[0] as string) : `[${errors.join(', ')}]`)
}

/** undefined: it could not be asked, and that is forgiven. */
async function ask(server: ApiServer, hook: Webhook, a: Attributes, mutating: boolean): Promise<Review | undefined> {
  try {
    const review = await callWebhook(server, hook, a, mutating)
    if (!review.allowed) throw denied(hook.name, review.status)
    return review
  } catch (e) {
    if (!(e instanceof WebhookFailure)) throw e
    if (hook.failurePolicy === 'Ignore') return undefined
    throw callFailed(hook.name, e)
  }
}

export function validatingWebhooks(server: ApiServer): AdmissionPlugin {
  return {
    name: 'ValidatingAdmissionWebhook',
    operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
    validate(a) {
      if (!admissionConfigured(server) || isExempt(a)) return
      const hooks = server.lister.list(validatingWebhookConfiguration).flatMap(c => c.webhooks ?? [])
      const called = hooks.length === 0 ? [] : relevant(server, a, hooks)
      return called.length === 0 ? undefined : askAll(server, called, a)
    },
  }
}

/** All are asked; the first refusal counts. */
async function askAll(server: ApiServer, hooks: readonly Webhook[], a: Attributes): Promise<void> {
  const answers = await Promise.allSettled(hooks.map(async h => ask(server, h, await attributesFor(server, a, h.rules, h.matchPolicy), false)))
  for (const answer of answers) if (answer.status === 'rejected') throw answer.reason
}

export function mutatingWebhooks(server: ApiServer): AdmissionPlugin {
  return {
    name: 'MutatingAdmissionWebhook',
    operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
    admit(a) {
      if (!admissionConfigured(server) || isExempt(a)) return
      const hooks = server.lister.list(mutatingWebhookConfiguration).flatMap(c => c.webhooks ?? [])
      return hooks.length === 0 ? undefined : mutateAll(server, hooks, a)
    },
  }
}

/** One after the other; those that ask for it are asked again when a later one changed the object. */
async function mutateAll(server: ApiServer, hooks: readonly MutatingWebhook[], a: Attributes): Promise<void> {
  let lastChange = -1
  for (const [i, hook] of hooks.entries()) if (relevant(server, a, [hook]).length > 0 && (await mutate(server, hook, a))) lastChange = i
  for (const [i, hook] of hooks.entries()) if (i < lastChange && hook.reinvocationPolicy === 'IfNeeded' && relevant(server, a, [hook]).length > 0) await mutate(server, hook, a)
}

async function mutate(server: ApiServer, hook: MutatingWebhook, a: Attributes): Promise<boolean> {
  const seen = await attributesFor(server, a, hook.rules, hook.matchPolicy)
  const patch = (await ask(server, hook, seen, true))?.patch
  if (patch === undefined || patch.length === 0) return false
  if (a.operation === 'DELETE') throw internalError(`admission webhook ${goQuote(hook.name)} attempted to modify the object, which is not supported for this operation`)
  let next: unknown
  try {
    next = applyJsonPatch(deepClone(seen.object), patch as JsonPatchOperation[])
  } catch (e) {
    throw internalError((e as Error).message)
  }
  if (deepEqual(next, seen.object)) return false
  try {
    changeObject(seen, next as KubeObject)
    if (seen !== a) changeObject(a, await convertedTo(server, a.kind, seen.object))
  } catch (e) {
    throw internalError((e as Error).message)
  }
  return true
}
