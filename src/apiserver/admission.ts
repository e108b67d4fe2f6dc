/** Admission: plugins that may change an object before validation, and plugins that may refuse it after. upstream: apiserver/pkg/admission */
import type { Clock } from '../base/clock'
import type { Draw } from '../base/draw'
import { qualifiedResource } from '../base/status'
import type { Kind, KubeObject } from '../kinds/kind'
import type { Lister } from '../client/lister'
import type { RequestState } from './actor'

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT'

export interface Attributes {
  readonly operation: Operation
  readonly kind: Kind
  /** The kind of the request where `kind` is another version of it, in which somebody asked to see the object. */
  readonly requested?: Kind
  readonly subresource: string
  readonly namespace: string | undefined
  readonly name: string
  /** What will be stored; a plugin's admit may change it in place. Absent on DELETE. For a subresource with a body of its own, that body. */
  readonly object: KubeObject
  /** What is stored now; absent on CREATE. */
  readonly previous: KubeObject | undefined
  readonly request: RequestState
}

export interface AdmissionEnv {
  readonly lister: Lister
  readonly clock: Clock
  readonly draw: Draw
}

/** A plugin is one of the real server's, in its place in the real order. A promise is returned only by those that leave the process. */
export interface AdmissionPlugin {
  readonly name: string
  readonly operations: readonly Operation[]
  /** What it looks at, `pods` or `deployments.apps`; everything when absent. */
  readonly resources?: readonly string[]
  admit?(a: Attributes, env: AdmissionEnv): void | Promise<void>
  validate?(a: Attributes, env: AdmissionEnv): void | Promise<void>
}

type Phase = 'admit' | 'validate'
type Chain = readonly AdmissionPlugin[]

/** Those of the plugins that a request meets, found once for each kind. */
const chains = new WeakMap<readonly AdmissionPlugin[], Map<Kind, Record<Phase, Partial<Record<Operation, Chain>>>>>()

function chainFor(plugins: readonly AdmissionPlugin[], phase: Phase, { kind, operation }: Attributes): Chain {
  let byKind = chains.get(plugins)
  if (byKind === undefined) chains.set(plugins, (byKind = new Map()))
  let found = byKind.get(kind)
  if (found === undefined) byKind.set(kind, (found = { admit: {}, validate: {} }))
  return (found[phase][operation] ??= plugins.filter(p => p[phase] !== undefined && p.operations.includes(operation) && p.resources?.includes(qualifiedResource(kind)) !== false))
}

/** A promise only where a plugin gave one: most requests meet none that leaves the process. */
export function runAdmission(plugins: readonly AdmissionPlugin[], phase: Phase, a: Attributes, env: AdmissionEnv): Promise<void> | undefined {
  return runFrom(0, chainFor(plugins, phase, a), phase, a, env)
}

function runFrom(first: number, chain: Chain, phase: Phase, a: Attributes, env: AdmissionEnv): Promise<void> | undefined {
  for (let i = first; i < chain.length; i++) {
    const pending = (chain[i] as AdmissionPlugin)[phase]?.(a, env)
    if (pending !== undefined) return pending.then(() => runFrom(i + 1, chain, phase, a, env))
  }
  return undefined
}
