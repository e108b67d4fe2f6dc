/** The numbers in the status of sets of pods. upstream: pkg/apis/apps/validation ValidateReplicaSetStatus and its like */
import { Findings, Path } from '../../base/findings'
import type { FieldErrors } from '../../base/field'

const STATUS = Path.of('status')

/** `fields` in the order in which upstream checks that they are no negative numbers; `atMostReplicas` are parts of `replicas`. */
function validateReplicaStatus<S extends object>(next: S | undefined, previous: S | undefined, fields: readonly (keyof S & string)[], atMostReplicas: readonly (keyof S & string)[], ready: string): Findings {
  const f = new Findings()
  const status = (next ?? {}) as Record<string, number | undefined>
  for (const field of fields) f.nonnegative(STATUS.child(field), status[field])
  const of = (field: string): number => status[field] ?? 0
  for (const field of atMostReplicas) if (of(field) > of('replicas')) f.invalid(STATUS.child(field), of(field), 'cannot be greater than status.replicas')
  if (atMostReplicas.length > 0 && of('availableReplicas') > of('readyReplicas')) f.invalid(STATUS.child('availableReplicas'), of('availableReplicas'), `cannot be greater than ${ready}`)
  const collisions = (previous as Record<string, number | undefined> | undefined)?.collisionCount
  if (collisions !== undefined && of('collisionCount') < collisions) f.invalid(STATUS.child('collisionCount'), of('collisionCount'), 'cannot be decremented')
  return f
}

/** For a kind's status subresource; `ready` is how the message calls the ready replicas. */
export const statusValidation =
  <S extends object>(fields: readonly (keyof S & string)[], atMostReplicas: readonly (keyof S & string)[], ready = 'readyReplicas') =>
  (next: { status?: S }, previous: { status?: S }): FieldErrors =>
    validateReplicaStatus(next.status, previous.status, fields, atMostReplicas, ready).errors
