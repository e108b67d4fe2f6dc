/** Where a server of a cluster file listens for the commands of the file's owner. */
import { createHash } from 'node:crypto'

/** The systems' limits are 104 (macOS) and 108 (Linux) bytes, with an end. */
const MAX_BYTES = 100

/** Beside the file; where that is too long a path, in `temporary`, under a name that follows from it. */
export function socketPath(file: string, temporary: string): string {
  const beside = `${file}.sock`
  if (Buffer.byteLength(beside) <= MAX_BYTES) return beside
  return `${temporary}/kubottle-${createHash('sha256').update(file).digest('hex').slice(0, 24)}.sock`
}
