/** Which proxy a server is reached through where its kubeconfig names none: as the environment says. upstream: golang.org/x/net/http/httpproxy */
import { UsageError } from '../../base/errors'

type Environment = Readonly<Record<string, string | undefined>>

const PROTOCOLS = new Set(['http:', 'https:', 'socks5:', 'socks5h:'])

/** Throws UsageError for what is no proxy. */
export function proxyFor(server: URL, named: string | undefined, env: Environment): URL | undefined {
  if (named !== undefined && named !== '') return proxyUrl(named)
  const either = (name: string): string => env[name] ?? env[name.toLowerCase()] ?? ''
  const text = either(server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY')
  return text === '' || !isProxied(server, either('NO_PROXY')) ? undefined : proxyUrl(text.includes('://') ? text : `http://${text}`)
}

function proxyUrl(text: string): URL {
  let url: URL | undefined
  try {
    url = new URL(text)
  } catch {
    // Told below.
  }
  if (url === undefined || !PROTOCOLS.has(url.protocol)) throw new UsageError(`invalid proxy URL ${JSON.stringify(text)}: unsupported scheme, must be http, https, or socks5`)
  return url
}

/** This machine's own servers never are. */
function isProxied({ hostname, port, protocol }: URL, exceptions: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  const { BlockList, isIP } = process.getBuiltinModule('node:net')
  const family = isIP(host) === 6 ? 'ipv6' : 'ipv4'
  if (host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))) return false
  const ownPort = port === '' ? (protocol === 'https:' ? '443' : '80') : port
  return !exceptions.split(',').some(text => {
    const entry = text.trim().toLowerCase()
    if (entry === '') return false
    if (entry === '*') return true
    const [, network = '', bits = ''] = /^([\d.a-f:]+)\/(\d+)$/.exec(entry) ?? []
    if (isIP(network) !== 0) {
      const list = new BlockList()
      list.addSubnet(network, Number(bits), isIP(network) === 6 ? 'ipv6' : 'ipv4')
      return isIP(host) !== 0 && list.check(host, family)
    }
    const [, name = '', onPort] = /^(.*?)(?::(\d+))?$/.exec(isIP(entry) === 6 ? entry : entry) ?? []
    if (onPort !== undefined && onPort !== ownPort) return false
    const domain = name.replace(/^\*?\./, '')
    return name.startsWith('.') || name.startsWith('*.') ? host.endsWith(`.${domain}`) : host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`))
  })
}
