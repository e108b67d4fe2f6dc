/** What `-v=4` says of a failure besides its message. upstream: kubectl/pkg/cmd/util/helpers.go StandardErrorMessage */
import { ConnectionError } from '../../base/errors'
import { StatusError } from '../../base/status'
import type { Verbosity } from './levels'

export function tellError(error: unknown, verbosity: Verbosity): void {
  if (error instanceof StatusError) verbosity.info('helpers.go:246', 4, `server response object: %s[${JSON.stringify(error.status, undefined, 2)}]`)
  else if (error instanceof ConnectionError) verbosity.info('helpers.go:264', 4, `Connection error: ${error.reason}`)
}
