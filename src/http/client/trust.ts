/** Whom a TLS client believes that was given no authority of its own: Node's list, and what NODE_EXTRA_CA_CERTS adds to it. */
import { readFileSync } from 'node:fs'

/**
 * Node adds the file by itself when it starts, and takes longer for that than for all else: the launcher keeps it from it, and it is
 * read when somebody connects. Undefined: Node's own list alone.
 */
export function authorities(): string[] | undefined {
  const file = process.env['NODE_EXTRA_CA_CERTS'] ?? ''
  if (file === '') return undefined
  if (last?.file !== file) last = { file, list: withFile(file) }
  return last.list
}
/** Read once, as Node does: a server that asks webhooks comes here with every call. */
let last: { readonly file: string; readonly list: string[] | undefined } | undefined

function withFile(file: string): string[] | undefined {
  try {
    return [...process.getBuiltinModule('node:tls').rootCertificates, readFileSync(file, 'utf8')]
  } catch {
    // As Node, which goes on without.
    return undefined
  }
}
