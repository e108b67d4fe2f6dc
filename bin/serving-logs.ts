/** The logs of a server: files of their owner, or streams of the process. */
import { openSync, readFileSync, writeSync } from 'node:fs'
import { UsageError } from '../src/base/errors'
import type { ServeOptions } from '../src/cli/access'
import { AuditPolicyError, readAuditPolicy, type AuditPolicy } from '../src/http/audit/policy'
import { requestLog, type RequestLog } from '../src/http/request-log'

interface Logs {
  readonly request: RequestLog | undefined
  readonly audit: { readonly policy: AuditPolicy; readonly write: (line: string) => void } | undefined
}

/** Throws UsageError for a file that cannot be written or read, and for a policy that is none. */
export function openLogs({ requestLog: requests, auditLog, auditPolicy, failed }: ServeOptions): Logs {
  const request = requests === undefined ? undefined : requestLog(writerOf(requests, 2))
  if (auditPolicy === undefined && auditLog !== undefined) failed(new Error('No audit policy file provided, no events will be recorded for log backend'))
  if (auditPolicy === undefined) return { request, audit: undefined }
  const policy = policyOf(auditPolicy)
  return { request, audit: auditLog === undefined ? undefined : { policy, write: writerOf(auditLog, 1) } }
}

/** Each line is in the file when it has returned. */
function writerOf(path: string, stream: number): (line: string) => void {
  let fd: number
  try {
    fd = path === '-' ? stream : openSync(path, 'a', 0o600)
  } catch (e) {
    throw new UsageError((e as Error).message)
  }
  return line => void writeSync(fd, line)
}

function policyOf(path: string): AuditPolicy {
  try {
    return readAuditPolicy(readFileSync(path, 'utf8'), path)
  } catch (e) {
    if (e instanceof AuditPolicyError) throw new UsageError(e.message)
    throw new UsageError(`loading audit policy file: failed to read file path ${JSON.stringify(path)}: open ${path}: ${(e as { code?: string }).code === 'ENOENT' ? 'no such file or directory' : (e as Error).message}`)
  }
}
