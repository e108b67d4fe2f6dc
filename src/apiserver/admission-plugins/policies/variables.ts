/** What the expressions of a policy see of a request. upstream: apiserver/pkg/admission/plugin/cel/activation.go */
import { Authorizer as CelAuthorizer } from '../../../cel/library/authorizer'
import { CelError, isProgram } from '../../../cel/program'
import { toCel } from '../../../cel/values'
import type { CompiledPolicy } from '../../../kinds/admissionregistration/expressions'
import { namespace as namespaceKind } from '../../../kinds/core/namespace/kind'
import type { KubeObject } from '../../../kinds/kind'
import type { Attributes } from '../../admission'
import { hasScale, scaleOf } from '../../scale'
import type { ApiServer } from '../../server'

export type Variables = Readonly<Record<string, unknown>>

/** The body of a request: a Scale where its subresource has that form. */
export function bodyOf(a: Attributes, object: KubeObject | undefined): KubeObject | undefined {
  if (object === undefined || !hasScale(a.kind, a.subresource)) return object
  return scaleOf(a.kind, object)
}

export function admissionRequest(a: Attributes, uid = ''): Record<string, unknown> {
  const { kind, request } = a
  const isScale = hasScale(kind, a.subresource)
  const gvk = isScale ? { group: 'autoscaling', version: 'v1', kind: 'Scale' } : { group: kind.group, version: kind.version, kind: kind.kind }
  const gvr = { group: kind.group, version: kind.version, resource: kind.plural }
  const { version } = a.requested ?? kind
  const { user, groups, uid: userUid, extra } = request.actor
  return {
    uid,
    kind: gvk,
    resource: gvr,
    ...(a.subresource === '' ? {} : { subResource: a.subresource }),
    requestKind: isScale ? gvk : { ...gvk, version },
    requestResource: { ...gvr, version },
    ...(a.subresource === '' ? {} : { requestSubResource: a.subresource }),
    ...(a.name === '' ? {} : { name: a.name }),
    ...(a.namespace === undefined || a.namespace === '' ? {} : { namespace: a.namespace }),
    operation: a.operation,
    userInfo: { username: user, ...(userUid === undefined ? {} : { uid: userUid }), groups: [...groups], ...(extra === undefined ? {} : { extra }) },
    dryRun: request.dryRun,
    options: optionsOf(a),
  }
}

function optionsOf({ operation, request }: Attributes): Record<string, unknown> {
  const kind = operation === 'CREATE' ? 'CreateOptions' : operation === 'DELETE' ? 'DeleteOptions' : 'UpdateOptions'
  return { kind, apiVersion: 'meta.k8s.io/v1', ...(request.dryRun ? { dryRun: ['All'] } : {}), ...(operation === 'DELETE' ? {} : { fieldManager: request.fieldManager, fieldValidation: request.fieldValidation }) }
}

/** Everything but `params` and `variables`. */
export function requestVariables(server: ApiServer, a: Attributes): Variables {
  const namespace = a.namespace === undefined || a.namespace === '' || (a.kind.group === '' && a.kind.plural === 'namespaces') ? undefined : server.lister.get(namespaceKind, a.namespace)
  const { actor } = a.request
  const authorizer = new CelAuthorizer(
    q => {
      const as = q.serviceAccount === undefined ? { user: actor.user, groups: actor.groups } : { user: `system:serviceaccount:${q.serviceAccount.namespace}:${q.serviceAccount.name}`, groups: ['system:serviceaccounts', `system:serviceaccounts:${q.serviceAccount.namespace}`, 'system:authenticated'] }
      return server.authorizer.authorize({ ...as, verb: q.verb, group: q.group ?? '', resource: q.resource ?? '', subresource: q.subresource ?? '', name: q.name ?? '', namespace: q.namespace ?? '', ...(q.path === undefined ? {} : { path: q.path }) })
    },
    { group: a.kind.group, resource: a.kind.plural, subresource: a.subresource, namespace: a.namespace ?? '', name: a.name },
  )
  return {
    object: a.operation === 'DELETE' ? null : toCel(bodyOf(a, a.object)),
    oldObject: a.previous === undefined ? null : toCel(bodyOf(a, a.previous)),
    request: toCel(admissionRequest(a)),
    namespaceObject: namespace === undefined ? null : toCel(namespace),
    authorizer,
  }
}

/** With the policy's composed variables, each worked out when it is first read. */
export function withComposed(policy: CompiledPolicy, base: Variables, params: unknown): Variables {
  const variables: Record<string, unknown> = {}
  const all: Variables = { ...base, params: params === undefined ? null : params, variables }
  for (const { name, program } of policy.variables) {
    let value: { result?: unknown; error?: Error } | undefined
    Object.defineProperty(variables, name, {
      enumerable: true,
      get() {
        if (value === undefined) {
          try {
            if (!isProgram(program)) throw new CelError(`compilation error: ${program.error}`)
            value = { result: program.run(all) }
          } catch (e) {
            value = { error: new CelError(`composited variable "${name}" fails to evaluate: ${(e as Error).message}`) }
          }
        }
        if (value.error !== undefined) throw value.error
        return value.result
      },
    })
  }
  return all
}
