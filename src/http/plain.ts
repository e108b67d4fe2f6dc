/** Plain HTTP in front of an apiserver: every request is one raw request. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { RawRequest, RawResponse } from '../client/client'

export type Answer = (request: RawRequest) => Promise<RawResponse>

/** Starts to listen; the promise is fulfilled when the port is open. */
export function serveHttp(answer: Answer, host: string, port: number): Promise<Server> {
  // Loaded when first needed: commands that serve nothing start without it.
  const { createServer } = process.getBuiltinModule('node:http')
  const server = createServer((request, response) => {
    // A broken connection, or a stream that ends in an error: what was not sent yet cannot be sent any more.
    handle(answer, request, response).catch(() => void response.destroy())
  })
  return new Promise((done, failed) => {
    server.once('error', failed)
    server.listen(port, host, () => done(server))
  })
}

async function handle(answer: Answer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const c of request) chunks.push(c as Buffer)
  const result = await answer({
    method: (request.method ?? 'GET') as RawRequest['method'],
    path: request.url ?? '/',
    body: chunks.length === 0 ? undefined : Buffer.concat(chunks).toString(),
    contentType: request.headers['content-type'],
    accept: request.headers.accept,
    userAgent: request.headers['user-agent'],
    headers: request.headersDistinct,
  })
  const headers: Record<string, string | string[]> = { ...result.headers, 'content-type': result.contentType }
  if (result.warnings.length > 0) headers.warning = result.warnings.map(warningHeader)
  response.writeHead(result.code, headers)
  if (result.stream === undefined) return void response.end(result.body)
  for await (const chunk of result.stream) if (!response.write(chunk)) await new Promise(done => response.once('drain', done))
  response.end()
}

/** upstream: apimachinery/pkg/util/net NewWarningHeader */
function warningHeader(text: string): string {
  const safe = text.replace(/[\x00-\x1f\x7f]/g, ' ').replace(/[\\"]/g, '\\$&')
  return `299 - "${Buffer.from(safe, 'utf8').toString('latin1')}"`
}
