/** `--record`: notes the command line in an annotation of what it changes. upstream: cli-runtime/pkg/genericclioptions/record_flags.go */
import type { KubeObject } from '../kinds/kind'
import type { Invocation } from './invocation'
import { withAnnotations } from './last-applied'

export const CHANGE_CAUSE = 'kubernetes.io/change-cause'

/** Answers the object with the note, or as it is when nothing is to be noted. */
export type Recorder = <T extends KubeObject>(object: T) => T

export function createRecorder(invocation: Invocation): Recorder {
  const { flags, path, args, changed } = invocation
  const values = flags as unknown as Readonly<Record<string, unknown>>
  if (values['record'] !== true) return object => object
  const written = [...changed].flatMap(name => {
    const value = values[name]
    return (Array.isArray(value) ? value : [value]).map(v => ` --${name}=${String(v)}`)
  })
  const cause = `kubectl ${[path, ...args].join(' ')}${written.join('')}`
  return object => withAnnotations(object, { [CHANGE_CAUSE]: cause })
}
