/** The mount table as programs see it. */
import { FileError } from '../files/file-system'
import type { CommandIO } from './command'
import { linesOf } from './command'

export function mountLines(io: CommandIO): string[] {
  try {
    return linesOf(io.ctx.files.read('/proc/mounts'))
  } catch (e) {
    if (e instanceof FileError) return []
    throw e
  }
}
