/** JSON as kubectl prints it: four blanks, HTML characters escaped. upstream: cli-runtime/pkg/printers/json.go */
import { goJson, goJsonIndent } from '../../base/go-text'

/**
 * One object and a line break. Objects that a server answered have their keys sorted; those that kubectl makes itself
 * (generators with --dry-run=client, config view) keep the order in which their fields were set: `sorted: false`.
 */
export const jsonText = (value: unknown, options: { readonly sorted?: boolean } = {}): string => `${goJsonIndent(value, '    ', options)}\n`

/** An event of a watch, on one line. */
export const eventLine = (type: string, object: unknown): string => `{"type":${goJson(type)},"object":${goJson(object)}}\n`
