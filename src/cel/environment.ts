/** The environment that all expressions of the API share: the language with Kubernetes' libraries, made when it is first needed. upstream: apiserver/pkg/cel/environment/base.go */
import { Environment } from '@marcbachmann/cel-js'
import { registerAuthorizer } from './library/authorizer'
import { registerComprehensions } from './library/comprehensions'
import { registerFormats } from './library/format'
import { registerLists } from './library/lists'
import { registerOptionalLiterals } from './library/optional-literals'
import { registerIps, registerUrls } from './library/network'
import { registerQuantities, registerSemver } from './library/quantity'
import { registrar } from './library/register'
import { registerStrings } from './library/strings'
import { celText } from './library/text'

let base: Environment | undefined

/** Never to be registered on: clone it. */
export function baseEnvironment(): Environment {
  if (base !== undefined) return base
  const env = new Environment({ enableOptionalTypes: true })
  registerStrings(env)
  registerLists(env)
  registerUrls(env)
  registerIps(env)
  registerQuantities(env)
  registerSemver(env)
  registerFormats(env)
  registerAuthorizer(env)
  registerComprehensions(env)
  registerOptionalLiterals(env)
  const register = registrar(env)
  register('string', undefined, ['google.protobuf.Timestamp'], 'string', celText)
  register('string', undefined, ['google.protobuf.Duration'], 'string', celText)
  return (base = env)
}

/** Types of a name's fields, `{'kubernetes.UserInfo': {username: 'string'}}`. Types are declared before those that use them. */
export type TypeDeclarations = Readonly<Record<string, Readonly<Record<string, string>>>>

export interface Scope {
  readonly types?: TypeDeclarations
  /** Types by variable. */
  readonly variables: Readonly<Record<string, string>>
}

/** Two environments of one scope: expressions are checked against declared types, and run on plain values. */
export interface ScopedEnvironment {
  readonly checking: Environment
  readonly running: Environment
}

const OPAQUE = /^kubernetes\.authorization\./

export function scoped({ types = {}, variables }: Scope, extend?: (env: Environment) => void): ScopedEnvironment {
  const checking = baseEnvironment().clone()
  // What is declared has no type here: the elements of a literal were compared by the checker.
  const running = baseEnvironment().clone({ homogeneousAggregateLiterals: false })
  extend?.(checking)
  extend?.(running)
  for (const name of Object.keys(types)) checking.registerType(name, { fields: types[name] } as never)
  for (const name of Object.keys(variables)) {
    const type = variables[name] as string
    checking.registerVariable(name, type)
    running.registerVariable(name, OPAQUE.test(type) ? type : 'dyn')
  }
  return { checking, running }
}
