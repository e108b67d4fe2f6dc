/** JSON as kubectl prints it: four blanks, HTML characters escaped. upstream: cli-runtime/pkg/printers/json.go */
import { goJson, goJsonIndent } from '../../base/go-text'

/**
 * One object and a line break. Objects that a server answered have their keys sorted; those that kubectl makes itself
 * (generators with --dry-run=client, config view) keep the order in which their fields were set: `sorted: false`.
 */
export const jsonText = (value: unknown, options: { readonly sorted?: boolean } = {}): string => `${goJsonIndent(value, '    ', options)}\n`

/** On one line, as watch events are printed. */
export const jsonLine = (value: unknown): string => `${goJson(value)}\n`
