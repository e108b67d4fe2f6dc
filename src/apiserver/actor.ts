/** Who sends a request, and what goes with it through all stages. */

import type { Wanted } from './authorization/impersonation'

export interface Actor {
  readonly user: string
  readonly groups: readonly string[]
  readonly uid?: string | undefined
  readonly extra?: Readonly<Record<string, readonly string[]>> | undefined
  /** Whom its requests want to act as; what they may is asked at each of them. */
  readonly wanted?: Wanted | undefined
  /** Field manager of its writes when the request names none. */
  readonly manager: string
  /** A component of the control plane: its objects are well formed and it may do anything. */
  readonly trusted: boolean
}

/** Longer names of field managers are cut. upstream: apiserver/pkg/endpoints/handlers prefixFromUserAgent */
const MAX_MANAGER = 128
export const managerOf = (userAgent: string | undefined): string => ((userAgent ?? 'unknown').split('/')[0] as string).slice(0, MAX_MANAGER)

export const component = (user: string, manager: string): Actor => ({ user, groups: ['system:masters'], manager, trusted: true })

/** A request's own state: what the stages hand on besides the object. */
export interface RequestState {
  readonly actor: Actor
  readonly dryRun: boolean
  readonly fieldManager: string
  readonly fieldValidation: 'Strict' | 'Warn' | 'Ignore'
  /** Texts of `Warning:` headers, in order. */
  readonly warnings: string[]
}
