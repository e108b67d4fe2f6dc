/** What ConfigMap coredns changes in the answers of the cluster's DNS: names of its own, other names for names, domains that others serve. upstream: coredns plugin/hosts, plugin/rewrite, plugin/forward */
import type { Lister } from '../client/lister'
import { configMap } from '../kinds/core/config-map/kind'

export interface Corefile {
  /** Addresses by name. */
  readonly hosts: ReadonlyMap<string, readonly string[]>
  /** The name that is looked up in place of the one that was asked for. */
  readonly rewrites: ReadonlyMap<string, string>
  /** Domains whose servers stand outside, where nobody answers. */
  readonly stubs: readonly string[]
}

const PLAIN: Corefile = { hosts: new Map(), rewrites: new Map(), stubs: [] }

let last: { readonly text: string; readonly corefile: Corefile } | undefined

export function corefileOf(lister: Lister): Corefile {
  const text = lister.get(configMap, 'coredns', 'kube-system')?.data?.['Corefile']
  if (text === undefined) return PLAIN
  if (last?.text !== text) last = { text, corefile: readCorefile(text) }
  return last.corefile
}

/** Server blocks `zones { … }`, in them directives of a line or with a block of their own. */
export function readCorefile(text: string): Corefile {
  const hosts = new Map<string, string[]>()
  const rewrites = new Map<string, string>()
  const stubs: string[] = []
  /** The words that opened the blocks we are in. */
  const open: string[][] = []
  for (const line of text.split('\n')) {
    const words = line.replace(/#.*/, '').trim().split(/\s+/).filter(w => w !== '')
    if (words.length === 0) continue
    if (words[0] === '}') {
      open.pop()
      continue
    }
    const [first = '', ...rest] = words
    if (open.length === 1 && first === 'forward' && rest[0] === '.') stubs.push(...zonesOf(open[0] as string[]))
    if (open.length === 1 && first === 'rewrite') addRewrite(rewrites, rest)
    if (open.length === 2 && open[1]?.[0] === 'hosts' && /^[\d.]+$|:/.test(first)) for (const name of rest) hosts.set(name.toLowerCase(), [...(hosts.get(name.toLowerCase()) ?? []), first])
    if (words.at(-1) === '{') open.push(words.slice(0, -1))
  }
  return { hosts, rewrites, stubs }
}

/** `consul.local:53` is the domain consul.local; the root is where everything else goes. */
const zonesOf = (words: readonly string[]): string[] => words.map(w => w.replace(/^dns:\/\//, '').replace(/:\d+$/, '').replace(/\.$/, '').toLowerCase()).filter(z => z !== '')

/** `name [exact] FROM TO` */
function addRewrite(rewrites: Map<string, string>, words: readonly string[]): void {
  const plain = words.filter(w => w !== 'stop' && w !== 'continue' && w !== 'exact')
  const [kind, from, to] = plain
  if (kind === 'name' && plain.length === 3 && from !== undefined && to !== undefined) rewrites.set(from.replace(/\.$/, '').toLowerCase(), to.replace(/\.$/, '').toLowerCase())
}
