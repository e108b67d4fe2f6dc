/** What is wrong with a kustomization; messages grow from the inside out, as Go's wrapped errors do. */
import { YamlError } from '../base/yaml/scanner'

export class BuildError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'BuildError'
  }
}

/** About the input, not a bug of ours. */
const isComplaint = (error: unknown): error is Error => error instanceof BuildError || error instanceof YamlError

/** Runs the work; what it throws is told with the prefix. upstream: kyaml/errors WrapPrefixf */
export function within<T>(prefix: string | (() => string), work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!isComplaint(error)) throw error
    throw new BuildError(`${typeof prefix === 'string' ? prefix : prefix()}: ${messageOf(error)}`, error)
  }
}

/** The message of anything thrown; our own bugs go on. */
export function messageOf(error: unknown): string {
  if (!isComplaint(error)) throw error
  return error instanceof YamlError ? error.byContext : error.message
}
