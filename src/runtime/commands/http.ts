/** HTTP/1.1 as text: reading requests and responses out of a byte stream, and writing them. */

export interface Request {
  readonly method: string
  readonly target: string
  readonly version: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

export interface Response {
  readonly version: string
  readonly status: number
  readonly reason: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

export const headerOf = (headers: readonly (readonly [string, string])[], name: string): string | undefined => headers.find(([key]) => key.toLowerCase() === name)?.[1]

interface Head {
  readonly first: string
  readonly headers: [string, string][]
  readonly bodyStart: number
}

function headOf(data: string): Head | undefined {
  const m = /\r?\n\r?\n/.exec(data)
  if (m === null) return undefined
  const [first = '', ...lines] = data.slice(0, m.index).split(/\r?\n/)
  return { first, headers: lines.map(line => [line.slice(0, line.indexOf(':')).trim(), line.slice(line.indexOf(':') + 1).trim()] as [string, string]), bodyStart: m.index + m[0].length }
}

/** The first request of the stream and what follows it; undefined while it is not all there; 'malformed'. */
export function parseRequest(data: string): { request: Request; rest: string } | 'malformed' | undefined {
  const head = headOf(data)
  if (head === undefined) return data.length > 65536 || (data.includes('\n') && !/^[A-Z]+ \S+/.test(data)) ? 'malformed' : undefined
  const m = /^([A-Z]+) (\S+)(?: (HTTP\/\d\.\d))?$/.exec(head.first)
  if (m === null) return 'malformed'
  const body = bodyOf(data.slice(head.bodyStart), head.headers, true)
  if (body === undefined) return undefined
  return { request: { method: m[1] as string, target: m[2] as string, version: m[3] ?? 'HTTP/0.9', headers: head.headers, body: body.body }, rest: body.rest }
}

/** `ended`: the server has closed its side, which ends a body of unknown length. */
export function parseResponse(data: string, ended: boolean, method = 'GET'): { response: Response; rest: string } | 'malformed' | undefined {
  const head = headOf(data)
  if (head === undefined) return ended ? 'malformed' : undefined
  const m = /^(HTTP\/\d\.\d) (\d{3}) ?(.*)$/.exec(head.first)
  if (m === null) return 'malformed'
  const status = Number(m[2])
  const rest = data.slice(head.bodyStart)
  const base = { version: m[1] as string, status, reason: m[3] as string, headers: head.headers }
  if (method === 'HEAD' || status === 204 || status === 304 || status < 200) return { response: { ...base, body: '' }, rest }
  const body = bodyOf(rest, head.headers, false)
  if (body !== undefined) return { response: { ...base, body: body.body }, rest: body.rest }
  return ended ? { response: { ...base, body: rest }, rest: '' } : undefined
}

function bodyOf(data: string, headers: readonly (readonly [string, string])[], isRequest: boolean): { body: string; rest: string } | undefined {
  if (headerOf(headers, 'transfer-encoding')?.toLowerCase() === 'chunked') {
    let body = ''
    let at = 0
    for (;;) {
      const m = /^([0-9a-fA-F]+)[^\r\n]*\r?\n/.exec(data.slice(at))
      if (m === null) return undefined
      const size = parseInt(m[1] as string, 16)
      const start = at + m[0].length
      if (data.length < start + size + 2) return undefined
      if (size === 0) return { body, rest: data.slice(start + 2) }
      body += data.slice(start, start + size)
      at = start + size + 2
    }
  }
  const length = headerOf(headers, 'content-length')
  if (length === undefined) return isRequest ? { body: '', rest: data } : undefined
  return data.length < Number(length) ? undefined : { body: data.slice(0, Number(length)), rest: data.slice(Number(length)) }
}

export function formatResponse(status: number, reason: string, headers: readonly (readonly [string, string])[], body: string, version = 'HTTP/1.1'): string {
  return `${version} ${status} ${reason}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`
}

/** `Sat, 21 Nov 2026 07:45:55 GMT` */
export const httpDate = (ms: number): string => new Date(Math.floor(ms)).toUTCString()

const TYPES: Record<string, string> = { html: 'text/html', htm: 'text/html', css: 'text/css', js: 'application/javascript', json: 'application/json', txt: 'text/plain', xml: 'text/xml', png: 'image/png', jpg: 'image/jpeg', gif: 'image/gif', svg: 'image/svg+xml', ico: 'image/x-icon' }
export const contentType = (path: string, fallback = 'application/octet-stream'): string => TYPES[/\.(\w+)$/.exec(path)?.[1] ?? ''] ?? fallback

/** The path of a target, decoded, without query; undefined when it climbs out of the root. */
export function pathOf(target: string): string | undefined {
  const raw = target.replace(/^https?:\/\/[^/]*/, '').split(/[?#]/)[0] as string
  let decoded: string
  try {
    decoded = raw.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  } catch {
    return undefined
  }
  const out: string[] = []
  for (const part of decoded.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..') {
      if (out.pop() === undefined) return undefined
    } else out.push(part)
  }
  return `/${out.join('/')}${decoded.endsWith('/') && out.length > 0 ? '/' : ''}`
}
