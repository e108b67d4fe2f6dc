/** kube-proxy as a person meets it: its configuration, its log, its mode at port 10249. What it would do to packets, the network does. upstream: cmd/kube-proxy/app */
import { goQuote } from '../../base/field'
import { readYaml } from '../../base/yaml/reader'
import { PROXY_MODES, type KeptRules, type ProxyMode } from '../../network/proxy-mode'
import { formatDate } from '../commands/date'
import { exit } from '../commands/streams'
import { FileError } from '../files/file-system'
import type { ProcessContext, Program, Step } from '../program'
import { serve, type ServerState } from './http-server'

const METRICS_PORT = 10249
const HEALTH_PORT = 10256
const DEPRECATION = "The ipvs proxier is now deprecated and may be removed in a future release. Please use 'nftables' instead."
const UNSET_ADDRESSES = 'nodePortAddresses is unset; NodePort connections will be accepted on all local IPs. Consider using `--nodeport-addresses primary`'
const CONTROLLERS = [['service config', 'config.go:200'], ['endpoint slice config', 'config.go:106'], ['serviceCIDR config', 'config.go:403'], ['node config', 'config.go:309']] as const

interface State extends ServerState {
  mode?: ProxyMode
  failed?: number
  ending?: boolean
}

export const kubeProxy: Program<State> = {
  start(ctx) {
    const state: State = { listeners: [], connections: [] }
    const found = configured(ctx)
    if (typeof found === 'string') {
      ctx.write(2, `Error: ${found}\n`)
      return { ...state, failed: 1 }
    }
    const log = (severity: 'I' | 'E', where: string, text: string): void => void ctx.write(2, `${severity}${formatDate('%m%d %H:%M:%S', ctx.now())}.000000 ${String(ctx.pid).padStart(7)} ${where}] ${text}\n`)
    if (found.mode === '') log('I', 'server_linux.go:53', '"Using iptables proxy"')
    const mode = (found.mode === '' ? 'iptables' : found.mode) as ProxyMode
    if (!PROXY_MODES.includes(mode)) {
      const wrong = `KubeProxyConfiguration.Mode.ProxyMode: Invalid value: ${goQuote(mode)}: must be ${PROXY_MODES.join(',')} or blank (blank means the best-available proxy [currently iptables])`
      log('E', 'run.go:72', `"command failed" err=${goQuote(`failed validate: ${wrong}`)}`)
      return { ...state, failed: 1 }
    }
    begin(ctx, mode, log)
    ctx.sockets.keepRules({ mode, ...(mode === 'ipvs' && found.scheduler !== '' ? { scheduler: found.scheduler } : {}) } satisfies KeptRules)
    for (const [address, port] of [['127.0.0.1', METRICS_PORT], ['0.0.0.0', HEALTH_PORT]] as const) {
      const fd = ctx.sockets.listen(address, port)
      if (fd !== undefined) state.listeners.push(fd)
    }
    return { ...state, mode }
  },
  step(state, ctx): Step {
    if (state.failed !== undefined) return exit(state.failed)
    if (state.ending === true) return exit(0)
    if (state.listeners.length === 0) return { kind: 'wait', on: [{ until: 'signal' }] }
    return serve(state, ctx, ({ target }) => answer(state, ctx, target.split('?')[0] as string), () => plain(400, 'Bad Request', '400 Bad Request'))
  },
  signal(state, _ctx, name) {
    if (name !== 'TERM' && name !== 'INT') return 'ignored'
    state.ending = true
    return 'handled'
  },
  usage: () => ({ cpuMillis: 5, memoryBytes: 30 * 1024 * 1024 }),
}

/** The mode as it is written and the scheduler of IPVS; as a text, why they cannot be read. upstream: Options.Complete */
function configured(ctx: ProcessContext): { readonly mode: string; readonly scheduler: string } | string {
  const flag = (name: string): string | undefined => {
    const at = ctx.argv.findIndex(a => a === `--${name}`)
    return at >= 0 ? ctx.argv[at + 1] : ctx.argv.find(a => a.startsWith(`--${name}=`))?.slice(name.length + 3)
  }
  const path = flag('config') ?? ''
  if (path === '') return { mode: flag('proxy-mode') ?? '', scheduler: flag('ipvs-scheduler') ?? '' }
  try {
    const { kind, mode, ipvs } = (readYaml(ctx.files.read(path)) ?? {}) as { kind?: unknown; mode?: unknown; ipvs?: { scheduler?: unknown } | null }
    if (kind !== 'KubeProxyConfiguration') return `failed complete: no kind ${goQuote(String(kind ?? ''))} is registered for version "kubeproxy.config.k8s.io/v1alpha1" in scheme "k8s.io/kubernetes/pkg/proxy/apis/config/scheme/scheme.go:32"`
    return { mode: textOf(mode), scheduler: textOf(ipvs?.scheduler) }
  } catch (e) {
    return `failed complete: ${e instanceof FileError ? `open ${path}: no such file or directory` : `yaml: ${(e as Error).message}`}`
  }
}

const textOf = (value: unknown): string => (value === undefined || value === null ? '' : String(value))

/** What it says when it starts, as upstream's 1.36 does. */
function begin(ctx: ProcessContext, mode: ProxyMode, log: (severity: 'I' | 'E', where: string, text: string) => void): void {
  log('I', 'shared_informer.go:402', '"Waiting for caches to sync"')
  log('I', 'shared_informer.go:409', '"Caches are synced"')
  log('I', 'server.go:228', `"Successfully retrieved NodeIPs" NodeIPs=[${goQuote(ctx.facts.node.ip)}]`)
  log('I', 'sysctls.go:147', `"Setting nf_conntrack_max" nfConntrackMax=131072`)
  if (mode !== 'nftables') log('E', 'server.go:265', `"Kube-proxy configuration may be incomplete or incorrect" err=${goQuote(UNSET_ADDRESSES)}`)
  log('I', 'server.go:274', '"kube-proxy running in dual-stack mode" primary ipFamily="IPv4"')
  log('I', `server_linux.go:${mode === 'iptables' ? 136 : mode === 'ipvs' ? 194 : 254}`, `"Using ${mode} Proxier"`)
  if (mode === 'ipvs') {
    log('E', 'server_linux.go:196', goQuote(DEPRECATION))
    ctx.tellOfNode({ component: 'kube-proxy', type: 'Warning', reason: 'IPVSDeprecation', action: 'StartKubeProxy', message: DEPRECATION })
  }
  log('I', 'server.go:539', '"Version info" version="v1.36.3"')
  log('I', 'server.go:541', '"Golang settings" GOGC="" GOMAXPROCS="" GOTRACEBACK=""')
  for (const [name, where] of CONTROLLERS) log('I', where, `"Starting ${name} controller"`)
  for (const [name] of CONTROLLERS) log('I', 'shared_informer.go:388', `"Caches are synced" controller="${name}"`)
}

type Answer = ReturnType<Parameters<typeof serve>[2]>

const plain = (status: number, reason: string, body: string): NonNullable<Answer> => ({ status, reason, headers: [['Content-Type', 'text/plain; charset=utf-8'], ['X-Content-Type-Options', 'nosniff'], ['Content-Length', String(body.length)]], body })

function answer({ mode }: State, ctx: ProcessContext, path: string): Answer {
  if (path === '/proxyMode') return plain(200, 'OK', mode as string)
  if (path !== '/healthz' && path !== '/livez') return plain(404, 'Not Found', '404 page not found\n')
  const now = formatDate('%Y-%m-%d %H:%M:%S +0000 UTC', ctx.now())
  const body = `{"lastUpdated": ${goQuote(now)},"currentTime": ${goQuote(now)}, "nodeEligible": true}`
  return { status: 200, reason: 'OK', headers: [['Content-Type', 'application/json'], ['X-Content-Type-Options', 'nosniff'], ['Content-Length', String(body.length)]], body }
}
