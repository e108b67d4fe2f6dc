/** How a library adds its functions to an environment: one short call a function. */
import type { Environment } from '@marcbachmann/cel-js'

/** `name(params): returns`, or a method when `receiver` is a type. */
export type Register = (name: string, receiver: string | undefined, params: readonly string[], returns: string, handler: (...args: never[]) => unknown) => void

export function registrar(env: Environment): Register {
  return (name, receiver, params, returns, handler) => {
    env.registerFunction({
      name,
      ...(receiver === undefined ? {} : { receiverType: receiver }),
      returnType: returns,
      handler: handler as (...args: unknown[]) => unknown,
      params: params.map((type, i) => ({ name: `a${i}`, type })),
    } as never)
  }
}

/** A name before a dot (`sets.contains`): a constant whose type has the functions. */
export function namespaceOf(env: Environment, name: string): string {
  const type = `kubernetes.namespace.${name}`
  const Class = class {}
  env.registerType(type, Class as never)
  env.registerConstant(name, type, new Class() as never)
  return type
}

/** A failure of a function; its text is the whole message of the evaluation. */
export class CelFunctionError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'CelFunctionError'
  }
}
