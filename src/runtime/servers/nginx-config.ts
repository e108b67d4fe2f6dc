/** nginx's configuration: blocks and directives, and what of them decides about answers. */
import { FileError } from '../files/file-system'
import { parent, absolute } from '../files/paths'
import type { ProcessContext } from '../program'
import { glob } from '../shell/glob'

export interface Directive {
  readonly name: string
  readonly args: readonly string[]
  readonly block?: readonly Directive[]
}

export class ConfigError extends Error {}

const KNOWN_TOP = new Set(['user', 'worker_processes', 'error_log', 'pid', 'events', 'http', 'include', 'daemon', 'master_process', 'worker_rlimit_nofile', 'load_module', 'stream', 'mail', 'env', 'pcre_jit', 'timer_resolution', 'worker_priority', 'worker_cpu_affinity', 'working_directory', 'thread_pool', 'ssl_engine', 'lock_file', 'debug_points', 'google_perftools_profiles', 'worker_shutdown_timeout', 'worker_rlimit_core'])

/** Throws ConfigError in nginx's words: `unexpected "}" in /etc/nginx/nginx.conf:3`. */
export function readConfig(ctx: ProcessContext, path: string, depth = 0): Directive[] {
  let text: string
  try {
    text = ctx.files.read(path)
  } catch (e) {
    if (!(e instanceof FileError)) throw e
    throw new ConfigError(`open() "${path}" failed (${e.code === 'ENOENT' ? 2 : e.code === 'EACCES' ? 13 : 21}: ${e.message})`)
  }
  const tokens = tokensOf(text, path)
  let at = 0
  const block = (nested: boolean): Directive[] => {
    const out: Directive[] = []
    for (;;) {
      const token = tokens[at]
      if (token === undefined) {
        if (nested) throw new ConfigError(`unexpected end of file, expecting "}" in ${path}:${text.split('\n').length}`)
        return out
      }
      if (token.t === '}') {
        if (!nested) throw new ConfigError(`unexpected "}" in ${path}:${token.line}`)
        at++
        return out
      }
      if (token.t !== 'word') throw new ConfigError(`unexpected "${token.t}" in ${path}:${token.line}`)
      const args: string[] = []
      for (at++; tokens[at]?.t === 'word'; at++) args.push((tokens[at] as { s: string }).s)
      const end = tokens[at]
      if (end === undefined) throw new ConfigError(`unexpected end of file, expecting ";" or "}" in ${path}:${text.split('\n').length}`)
      if (end.t === '}') throw new ConfigError(`unexpected "}" in ${path}:${end.line}`)
      at++
      if (depth === 0 && !nested && !KNOWN_TOP.has(token.s)) throw new ConfigError(token.s === 'server' || token.s === 'location' ? `"${token.s}" directive is not allowed here in ${path}:${token.line}` : `unknown directive "${token.s}" in ${path}:${token.line}`)
      const base = { name: token.s, args }
      if (end.t === '{') out.push({ ...base, block: block(true) })
      else if (token.s === 'include' && depth < 8) {
        const pattern = absolute(parent('/etc/nginx/nginx.conf'), args[0] ?? '')
        const files = /[*?[]/.test(pattern) ? glob(pattern, ctx.files) : [pattern]
        for (const file of files) out.push(...readConfig(ctx, file, depth + 1))
      } else out.push(base)
    }
  }
  return block(false)
}

/** Most containers have the image's own files: their tokens are kept. */
const known = new Map<string, readonly Token[]>()
const MAX_KNOWN = 50

function tokensOf(text: string, path: string): readonly Token[] {
  let tokens = known.get(text)
  if (tokens === undefined) {
    tokens = tokenize(text, path)
    if (known.size >= MAX_KNOWN) known.clear()
    known.set(text, tokens)
  }
  return tokens
}

type Token = { t: 'word'; s: string; line: number } | { t: '{' | '}' | ';'; line: number }

/** What a backslash makes of a letter within quotes. upstream: ngx_conf_read_token */
const ESCAPED: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '"': '"', "'": "'", '\\': '\\' }

function tokenize(text: string, path: string): Token[] {
  const out: Token[] = []
  let line = 1
  for (let i = 0; i < text.length; ) {
    const c = text[i] as string
    if (c === '\n') line++
    if (/\s/.test(c)) i++
    else if (c === '#') while (i < text.length && text[i] !== '\n') i++
    else if (c === ';' || c === '{' || c === '}') {
      out.push({ t: c, line })
      i++
    } else if (c === '"' || c === "'") {
      const start = line
      let s = ''
      for (i++; text[i] !== c; i++) {
        if (i >= text.length) throw new ConfigError(`unexpected end of file, expecting ";" or "}" in ${path}:${line}`)
        if (text[i] === '\n') line++
        const escaped = text[i] === '\\' ? ESCAPED[text[i + 1] ?? ''] : undefined
        if (escaped !== undefined) i++
        s += escaped ?? text[i]
      }
      i++
      out.push({ t: 'word', s, line: start })
    } else {
      let s = ''
      // `${name}` may stand within a word.
      while (i < text.length && !/[\s;]/.test(text[i] as string) && !(text[i] === '{' && !s.endsWith('$'))) {
        if (text[i] === '\\' && i + 1 < text.length) s += text[i++]
        s += text[i++]
      }
      out.push({ t: 'word', s, line })
    }
  }
  return out
}

export interface Location {
  readonly modifier: '' | '=' | '~' | '~*' | '^~'
  readonly path: string
  readonly directives: readonly Directive[]
}

export interface Server {
  readonly listens: readonly { address: string; port: number; isDefault: boolean }[]
  readonly names: readonly string[]
  readonly directives: readonly Directive[]
  readonly locations: readonly Location[]
}

export interface HttpConfig {
  readonly servers: readonly Server[]
  readonly directives: readonly Directive[]
}

export function httpConfig(directives: readonly Directive[]): HttpConfig {
  const http = directives.find(d => d.name === 'http')?.block ?? []
  return { directives: http, servers: http.filter(d => d.name === 'server').map(d => serverOf(d.block ?? [])) }
}

function serverOf(directives: readonly Directive[]): Server {
  const listens = directives.filter(d => d.name === 'listen').map(({ args: [at = '80', ...flags] }) => {
    const m = /^(?:(\[[^\]]*\]|[^:]*):)?(\d+)$/.exec(at)
    const address = m === null ? at : (m[1] ?? '')
    return { address: address === '' || address === '*' ? '0.0.0.0' : address, port: m === null ? 80 : Number(m[2]), isDefault: flags.includes('default_server') }
  })
  return {
    listens: listens.length === 0 ? [{ address: '0.0.0.0', port: 80, isDefault: false }] : listens,
    names: directives.filter(d => d.name === 'server_name').flatMap(d => d.args), directives,
    locations: directives.filter(d => d.name === 'location').map(d => {
      const [first = '', second] = d.args
      return second === undefined ? { modifier: '' as const, path: first, directives: d.block ?? [] } : { modifier: first as Location['modifier'], path: second, directives: d.block ?? [] }
    }),
  }
}

/** The server for a port and Host header: by name, else the default, else the first. */
export function chooseServer(config: HttpConfig, port: number, host: string): Server | undefined {
  const candidates = config.servers.filter(s => s.listens.some(l => l.port === port))
  const name = host.replace(/:\d+$/, '').toLowerCase()
  return candidates.find(s => s.names.includes(name)) ?? candidates.find(s => s.names.some(n => n.startsWith('*.') && name.endsWith(n.slice(1)))) ?? candidates.find(s => s.names.some(n => n.startsWith('~') && new RegExp(n.slice(1)).test(name))) ?? candidates.find(s => s.listens.some(l => l.port === port && l.isDefault)) ?? candidates[0]
}

/** Exact, then the longest prefix, unless a regular expression matches. */
export function chooseLocation(server: Server, path: string): Location | undefined {
  const exact = server.locations.find(l => l.modifier === '=' && l.path === path)
  if (exact !== undefined) return exact
  const prefix = server.locations.filter(l => (l.modifier === '' || l.modifier === '^~') && path.startsWith(l.path)).sort((a, b) => b.path.length - a.path.length)[0]
  if (prefix?.modifier === '^~') return prefix
  return server.locations.find(l => l.modifier.startsWith('~') && l.modifier !== '^~' && new RegExp(l.path, l.modifier === '~*' ? 'i' : '').test(path)) ?? prefix
}
