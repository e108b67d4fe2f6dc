/** `--raw`: one request to a URL path, with a file as its body. upstream: kubectl/pkg/rawhttp */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from '../base/errors'
import { failure, StatusError } from '../base/status'
import type { Client, RawRequest } from '../client/client'
import { refusal } from '../client/refusals'
import type { IOStreams } from './io-streams'

/** Prints what the server answers. `file` may be `-`; empty for no body. Throws UsageError, StatusError. */
export async function sendRaw(method: RawRequest['method'], path: string, file: string, client: Client, io: IOStreams): Promise<void> {
  const body = file === '' ? undefined : await bodyOf(file, io)
  const answer = await client.request({ method, path, ...(body === undefined ? {} : { body, contentType: '' }) })
  if (answer.code >= 400) throw answer.code === 404 ? refusal(answer.code, answer.body, { method, resource: '', name: '' }) : statusOf(answer.code, answer.body)
  io.stdout(answer.body)
}

async function bodyOf(file: string, io: IOStreams): Promise<string> {
  if (file !== '-') {
    try {
      return readFileSync(resolve(io.cwd, file), 'utf8')
    } catch {
      throw new UsageError(`open ${file}: no such file or directory`)
    }
  }
  const chunks: Uint8Array[] = []
  for await (const chunk of io.stdin) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function statusOf(code: number, body: string): StatusError {
  try {
    const status = JSON.parse(body) as StatusError['status']
    if (status.kind === 'Status') return new StatusError(status)
  } catch {
    // Not a Status: told as it is.
  }
  return failure(code, '', body.trim())
}
