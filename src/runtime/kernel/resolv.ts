/** /etc/resolv.conf as the C library reads it. */

export function resolvConf(text: string): { nameservers: string[]; searches: string[]; ndots: number } {
  const nameservers: string[] = []
  let searches: string[] = []
  let ndots = 1
  for (const line of text.split('\n')) {
    const [word, ...rest] = line.trim().split(/\s+/)
    if (word === 'nameserver' && rest[0] !== undefined) nameservers.push(rest[0])
    else if (word === 'search') searches = rest
    else if (word === 'options') for (const option of rest) if (option.startsWith('ndots:')) ndots = Number(option.slice(6)) || 0
  }
  return { nameservers, searches, ndots }
}

/** Names to ask for, in order. A trailing dot means the name is complete. */
export function candidates(name: string, searches: readonly string[], ndots: number): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)]
  const dots = name.split('.').length - 1
  const searched = searches.map(search => `${name}.${search}`)
  return dots >= ndots ? [name, ...searched] : [...searched, name]
}
