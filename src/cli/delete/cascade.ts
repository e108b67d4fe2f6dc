/** `--cascade` of the commands that delete. upstream: kubectl/pkg/cmd/delete/delete_flags.go parseCascadingFlag */
import { UsageError } from '../../base/errors'
import { parseBool } from '../flags/values'
import type { IOStreams } from '../io-streams'

export type DeletionPolicy = 'Background' | 'Foreground' | 'Orphan'

const POLICIES: Readonly<Record<string, DeletionPolicy>> = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' }

/** Throws UsageError; warns of the old boolean values. */
export function cascadeOf(text: string, io: IOStreams): DeletionPolicy {
  const value = parseBool(text)
  if (value === undefined) {
    const policy = Object.hasOwn(POLICIES, text) ? POLICIES[text] : undefined
    if (policy === undefined) throw new UsageError(`invalid cascade value (${text}). Must be "background", "foreground", or "orphan"`)
    return policy
  }
  io.stderr(`warning: --cascade=${text} is deprecated (boolean value) and can be replaced with --cascade=${value ? 'background' : 'orphan'}.\n`)
  return value ? 'Background' : 'Orphan'
}
