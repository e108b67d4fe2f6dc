/** nslookup as busybox 1.36 prints it, and ping. */
import { resolvConf } from '../kernel/resolv'
import type { DnsRecord, RecordType } from '../network'
import type { Program, Step } from '../program'
import { parseOptions } from './command'
import { argumentsOf, exit, guarded } from './streams'

interface NslookupState {
  failed?: number
  server: string
  queries: [RecordType, string][]
  untilMs: number | null
}

const TYPES: readonly RecordType[] = ['A', 'AAAA', 'CNAME', 'SRV', 'PTR', 'TXT', 'NS', 'SOA', 'MX']
/** Two tries of five seconds each. */
const TIMEOUT_MS = 10_000

export const nslookup = (): Program<NslookupState> => guarded<NslookupState>({
  start(ctx) {
    const args = ctx.argv.slice(1)
    const types = args.flatMap(arg => /^-(?:type|query|q|querytype)=(\w+)$/.exec(arg)?.[1]?.toUpperCase() ?? []) as RecordType[]
    const [name, server] = args.filter(arg => !arg.startsWith('-'))
    const conf = resolvConf(ctx.files.exists('/etc/resolv.conf') ? ctx.files.read('/etc/resolv.conf') : '')
    const state: NslookupState = { server: server ?? conf.nameservers[0] ?? '127.0.0.1', queries: [], untilMs: null }
    const unknown = types.find(type => !TYPES.includes(type))
    if (unknown !== undefined || name === undefined) {
      ctx.write(2, name === undefined ? 'BusyBox v1.36.1 (2024-09-26 21:31:42 UTC) multi-call binary.\n\nUsage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]\n' : `nslookup: invalid query type "${unknown?.toLowerCase()}"\n`)
      return { ...state, failed: 1 }
    }
    const isAddress = /^\d+\.\d+\.\d+\.\d+$/.test(name)
    const wanted: readonly RecordType[] = types.length > 0 ? types : isAddress ? ['PTR'] : ['A', 'AAAA']
    for (const type of wanted) {
      if (type === 'PTR' && isAddress) state.queries.push([type, `${name.split('.').reverse().join('.')}.in-addr.arpa`])
      // Only names without a dot are searched for.
      else if (name.includes('.') || conf.searches.length === 0) state.queries.push([type, name.replace(/\.$/, '')])
      else for (const search of conf.searches) state.queries.push([type, `${name}.${search}`])
    }
    return state
  },
  step(state, ctx): Step {
    const answers = state.queries.map(([type, name]) => ({ type, name, answer: ctx.sockets.query(state.server, name, type) }))
    if (answers.some(({ answer }) => answer.kind === 'noServer')) {
      state.untilMs ??= ctx.now() + TIMEOUT_MS
      if (ctx.now() < state.untilMs) return { kind: 'wait', on: [{ until: 'time', atMs: state.untilMs }] }
      ctx.write(1, ';; connection timed out; no servers could be reached\n\n')
      return exit(1)
    }
    ctx.write(1, `Server:\t\t${state.server}\nAddress:\t${state.server}:53\n\n`)
    let status = 0
    for (const { name, answer } of answers) {
      if (answer.kind === 'noServer') continue
      if (answer.code !== 'NOERROR') {
        ctx.write(1, `** server can't find ${name}: ${answer.code}\n\n`)
        status = 1
      } else ctx.write(1, `${answer.records.map(recordText).join('')}\n`)
    }
    return exit(status)
  },
})

function recordText({ name, type, data }: DnsRecord): string {
  switch (type) {
    case 'A': case 'AAAA': return `Name:\t${name}\nAddress: ${data}\n`
    case 'CNAME': return `${name}\tcanonical name = ${data}\n`
    case 'SRV': return `${name}\tservice = ${data}\n`
    case 'PTR': return `${name}\tname = ${data}\n`
    case 'NS': return `${name}\tnameserver = ${data}\n`
    case 'MX': return `${name}\tmail exchanger = ${data}\n`
    case 'TXT': return `${name}\ttext = "${data}"\n`
    default: return `${name}\t${data}\n`
  }
}

interface PingState {
  failed?: number
  name: string
  ip: string
  left: number
  seq: number
  received: number
  quiet: boolean
  everyMs: number
  untilMs: number
}

export const ping = (): Program<PingState> => guarded<PingState>({
  start(ctx) {
    const options = parseOptions(argumentsOf(ctx, 'ping', 'busybox'), 'c:i:qW:w:s:t:4I:6n', {})
    const name = options.rest[0] ?? ''
    const found = ctx.sockets.lookup(name)
    const state: PingState = { name, ip: '', left: Number(options.value('c') ?? Infinity) || Infinity, seq: 0, received: 0, quiet: options.has('q'), everyMs: Number(options.value('i') ?? 1) * 1000, untilMs: 0 }
    if (found.kind !== 'found') {
      ctx.write(2, `ping: bad address '${name}'\n`)
      return { ...state, failed: 1 }
    }
    state.ip = found.ips[0] as string
    if (state.left === Infinity) state.left = Number.MAX_SAFE_INTEGER
    ctx.write(1, `PING ${name} (${state.ip}): 56 data bytes\n`)
    return state
  },
  step(state, ctx): Step {
    if (ctx.now() < state.untilMs) return { kind: 'wait', on: [{ until: 'time', atMs: state.untilMs }] }
    if (state.left > 0) {
      const result = ctx.sockets.connect(state.ip, 0)
      const answers = result.kind === 'refused' || result.kind === 'connected'
      if (answers) {
        state.received++
        if (!state.quiet) ctx.write(1, `64 bytes from ${state.ip}: seq=${state.seq} ttl=64 time=0.${String(50 + (state.seq % 7) * 4).padStart(3, '0')} ms\n`)
      }
      state.seq++
      state.left--
      if (state.left > 0 || !answers) {
        state.untilMs = ctx.now() + (state.left > 0 ? state.everyMs : 10_000)
        return { kind: 'wait', on: [{ until: 'time', atMs: state.untilMs }] }
      }
    }
    const lost = Math.round(((state.seq - state.received) / Math.max(1, state.seq)) * 100)
    ctx.write(1, `\n--- ${state.name} ping statistics ---\n${state.seq} packets transmitted, ${state.received} packets received, ${lost}% packet loss\n${state.received > 0 ? 'round-trip min/avg/max = 0.050/0.058/0.074 ms\n' : ''}`)
    return exit(state.received > 0 ? 0 : 1)
  },
  signal(state, _ctx, name) {
    if (name !== 'INT') return 'default'
    state.left = 0
    state.untilMs = 0
    return 'handled'
  },
})
