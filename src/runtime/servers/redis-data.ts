/** Redis' data and commands: strings, lists, hashes, sets, sorted sets, expiry. */

export type Reply = { k: 'ok'; s: string } | { k: 'int'; n: number } | { k: 'bulk'; s: string | null } | { k: 'array'; items: Reply[] } | { k: 'error'; s: string }

type Value = { t: 'string'; s: string } | { t: 'list'; l: string[] } | { t: 'hash'; h: { [field: string]: string } } | { t: 'set'; m: string[] } | { t: 'zset'; z: { [member: string]: number } }
export interface RedisData {
  keys: { [key: string]: Value & { expiresMs?: number } }
}

const ok: Reply = { k: 'ok', s: 'OK' }
const int = (n: number): Reply => ({ k: 'int', n })
const bulk = (s: string | null | undefined): Reply => ({ k: 'bulk', s: s ?? null })
const array = (items: readonly (string | null)[]): Reply => ({ k: 'array', items: items.map(bulk) })
const error = (s: string): Reply => ({ k: 'error', s })
const WRONG_TYPE = error('WRONGTYPE Operation against a key holding the wrong kind of value')
const NOT_INTEGER = error('ERR value is not an integer or out of range')
const NAMES: Record<Value['t'], string> = { string: 'string', list: 'list', hash: 'hash', set: 'set', zset: 'zset' }

interface Handler {
  /** Least number of arguments after the name; negative: exactly so many. */
  readonly arity: number
  run(data: RedisData, args: readonly string[], now: number): Reply
}

function get<T extends Value['t']>(data: RedisData, key: string, type: T): (Extract<Value, { t: T }> & { expiresMs?: number }) | undefined | 'wrong' {
  const value = data.keys[key]
  if (value === undefined) return undefined
  return value.t === type ? (value as unknown as Extract<Value, { t: T }> & { expiresMs?: number }) : 'wrong'
}

const increment = (data: RedisData, key: string, by: number): Reply => {
  const value = get(data, key, 'string')
  if (value === 'wrong') return WRONG_TYPE
  if (value !== undefined && !/^-?\d+$/.test(value.s)) return NOT_INTEGER
  const n = Number(value?.s ?? 0) + by
  data.keys[key] = { ...value, t: 'string', s: String(n) }
  return int(n)
}

const range = (length: number, from: string | undefined, to: string | undefined): [number, number] => {
  const place = (n: number): number => (n < 0 ? Math.max(0, length + n) : n)
  return [place(Number(from)), Number(to) < 0 ? length + Number(to) + 1 : Number(to) + 1]
}

const push = (front: boolean): Handler['run'] => (data, [key = '', ...items]) => {
  const value = get(data, key, 'list')
  if (value === 'wrong') return WRONG_TYPE
  const list = value?.l ?? []
  const next = front ? [...items.slice().reverse(), ...list] : [...list, ...items]
  data.keys[key] = { ...value, t: 'list', l: next }
  return int(next.length)
}

const pop = (front: boolean): Handler['run'] => (data, [key = '', count]) => {
  const value = get(data, key, 'list')
  if (value === 'wrong') return WRONG_TYPE
  if (value === undefined) return bulk(null)
  const taken: string[] = []
  for (let i = 0; i < Number(count ?? 1) && value.l.length > 0; i++) taken.push((front ? value.l.shift() : value.l.pop()) as string)
  if (value.l.length === 0) delete data.keys[key]
  return count === undefined ? bulk(taken[0]) : array(taken)
}

const set: Handler['run'] = (data, [key = '', s = '', ...options], now) => {
  const flags = options.map(o => o.toUpperCase())
  const at = (name: string): number | undefined => (flags.includes(name) ? Number(options[flags.indexOf(name) + 1]) : undefined)
  const exists = data.keys[key] !== undefined
  if ((flags.includes('NX') && exists) || (flags.includes('XX') && !exists)) return bulk(null)
  const seconds = at('EX')
  const ms = at('PX') ?? (seconds === undefined ? undefined : seconds * 1000)
  data.keys[key] = { t: 'string', s, ...(ms === undefined ? {} : { expiresMs: now + ms }) }
  return ok
}

const sorted = (z: { [member: string]: number }): [string, number][] => Object.entries(z).sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1))

const HANDLERS: Readonly<Record<string, Handler>> = {
  PING: { arity: 0, run: (_, [text]) => (text === undefined ? { k: 'ok', s: 'PONG' } : bulk(text)) },
  ECHO: { arity: -1, run: (_, [text]) => bulk(text) },
  SET: { arity: 2, run: set },
  SETEX: { arity: -3, run: (data, [key = '', seconds = '', s = ''], now) => set(data, [key, s, 'EX', seconds], now) },
  SETNX: { arity: -2, run: (data, [key = '', s = ''], now) => int(set(data, [key, s, 'NX'], now).k === 'ok' ? 1 : 0) },
  GET: { arity: -1, run: (data, [key = '']) => { const v = get(data, key, 'string'); return v === 'wrong' ? WRONG_TYPE : bulk(v?.s) } },
  GETSET: { arity: -2, run: (data, [key = '', s = ''], now) => { const v = get(data, key, 'string'); if (v === 'wrong') return WRONG_TYPE; set(data, [key, s], now); return bulk(v?.s) } },
  MSET: { arity: 2, run: (data, args, now) => { for (let i = 0; i + 1 < args.length; i += 2) set(data, [args[i] as string, args[i + 1] as string], now); return ok } },
  MGET: { arity: 1, run: (data, args) => array(args.map(key => { const v = get(data, key, 'string'); return v === undefined || v === 'wrong' ? null : v.s })) },
  DEL: { arity: 1, run: (data, args) => int(args.filter(key => key in data.keys && delete data.keys[key]).length) },
  UNLINK: { arity: 1, run: (data, args) => int(args.filter(key => key in data.keys && delete data.keys[key]).length) },
  EXISTS: { arity: 1, run: (data, args) => int(args.filter(key => key in data.keys).length) },
  INCR: { arity: -1, run: (data, [key = '']) => increment(data, key, 1) },
  DECR: { arity: -1, run: (data, [key = '']) => increment(data, key, -1) },
  INCRBY: { arity: -2, run: (data, [key = '', by = '']) => (/^-?\d+$/.test(by) ? increment(data, key, Number(by)) : NOT_INTEGER) },
  DECRBY: { arity: -2, run: (data, [key = '', by = '']) => (/^-?\d+$/.test(by) ? increment(data, key, -Number(by)) : NOT_INTEGER) },
  APPEND: { arity: -2, run: (data, [key = '', s = '']) => { const v = get(data, key, 'string'); if (v === 'wrong') return WRONG_TYPE; data.keys[key] = { ...v, t: 'string', s: (v?.s ?? '') + s }; return int(((v?.s ?? '') + s).length) } },
  STRLEN: { arity: -1, run: (data, [key = '']) => { const v = get(data, key, 'string'); return v === 'wrong' ? WRONG_TYPE : int(v?.s.length ?? 0) } },
  KEYS: { arity: -1, run: (data, [pattern = '*']) => { const re = new RegExp(`^${pattern.replace(/[.+^${}()|\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.')}$`); return array(Object.keys(data.keys).filter(key => re.test(key))) } },
  SCAN: { arity: 1, run: data => ({ k: 'array', items: [bulk('0'), array(Object.keys(data.keys))] }) },
  DBSIZE: { arity: 0, run: data => int(Object.keys(data.keys).length) },
  TYPE: { arity: -1, run: (data, [key = '']) => ({ k: 'ok', s: data.keys[key] === undefined ? 'none' : NAMES[data.keys[key].t] }) },
  RENAME: { arity: -2, run: (data, [from = '', to = '']) => { const v = data.keys[from]; if (v === undefined) return error('ERR no such key'); delete data.keys[from]; data.keys[to] = v; return ok } },
  EXPIRE: { arity: 2, run: (data, [key = '', seconds = ''], now) => { const v = data.keys[key]; if (v === undefined) return int(0); v.expiresMs = now + Number(seconds) * 1000; return int(1) } },
  PERSIST: { arity: -1, run: (data, [key = '']) => { const v = data.keys[key]; if (v?.expiresMs === undefined) return int(0); delete v.expiresMs; return int(1) } },
  TTL: { arity: -1, run: (data, [key = ''], now) => { const v = data.keys[key]; return int(v === undefined ? -2 : v.expiresMs === undefined ? -1 : Math.ceil((v.expiresMs - now) / 1000)) } },
  FLUSHALL: { arity: 0, run: data => { data.keys = {}; return ok } },
  FLUSHDB: { arity: 0, run: data => { data.keys = {}; return ok } },
  LPUSH: { arity: 2, run: push(true) },
  RPUSH: { arity: 2, run: push(false) },
  LPOP: { arity: 1, run: pop(true) },
  RPOP: { arity: 1, run: pop(false) },
  LLEN: { arity: -1, run: (data, [key = '']) => { const v = get(data, key, 'list'); return v === 'wrong' ? WRONG_TYPE : int(v?.l.length ?? 0) } },
  LINDEX: { arity: -2, run: (data, [key = '', i = '']) => { const v = get(data, key, 'list'); return v === 'wrong' ? WRONG_TYPE : bulk(v?.l.at(Number(i))) } },
  LRANGE: { arity: -3, run: (data, [key = '', from, to]) => { const v = get(data, key, 'list'); return v === 'wrong' ? WRONG_TYPE : array((v?.l ?? []).slice(...range(v?.l.length ?? 0, from, to))) } },
  HSET: { arity: 3, run: (data, [key = '', ...pairs]) => { const v = get(data, key, 'hash'); if (v === 'wrong') return WRONG_TYPE; const h = { ...v?.h }; let added = 0; for (let i = 0; i + 1 < pairs.length; i += 2) { if (!(pairs[i] as string in h)) added++; h[pairs[i] as string] = pairs[i + 1] as string } data.keys[key] = { ...v, t: 'hash', h }; return int(added) } },
  HGET: { arity: -2, run: (data, [key = '', field = '']) => { const v = get(data, key, 'hash'); return v === 'wrong' ? WRONG_TYPE : bulk(v?.h[field]) } },
  HGETALL: { arity: -1, run: (data, [key = '']) => { const v = get(data, key, 'hash'); return v === 'wrong' ? WRONG_TYPE : array(Object.entries(v?.h ?? {}).flat()) } },
  HKEYS: { arity: -1, run: (data, [key = '']) => { const v = get(data, key, 'hash'); return v === 'wrong' ? WRONG_TYPE : array(Object.keys(v?.h ?? {})) } },
  HVALS: { arity: -1, run: (data, [key = '']) => { const v = get(data, key, 'hash'); return v === 'wrong' ? WRONG_TYPE : array(Object.values(v?.h ?? {})) } },
  HLEN: { arity: -1, run: (data, [key = '']) => { const v = get(data, key, 'hash'); return v === 'wrong' ? WRONG_TYPE : int(Object.keys(v?.h ?? {}).length) } },
  HDEL: { arity: 2, run: (data, [key = '', ...fields]) => { const v = get(data, key, 'hash'); if (v === 'wrong') return WRONG_TYPE; return int(fields.filter(f => v !== undefined && f in v.h && delete v.h[f]).length) } },
  HINCRBY: { arity: -3, run: (data, [key = '', field = '', by = '']) => { const v = get(data, key, 'hash'); if (v === 'wrong') return WRONG_TYPE; const n = Number(v?.h[field] ?? 0) + Number(by); data.keys[key] = { ...v, t: 'hash', h: { ...v?.h, [field]: String(n) } }; return int(n) } },
  SADD: { arity: 2, run: (data, [key = '', ...members]) => { const v = get(data, key, 'set'); if (v === 'wrong') return WRONG_TYPE; const m = v?.m ?? []; const fresh = [...new Set(members)].filter(x => !m.includes(x)); data.keys[key] = { ...v, t: 'set', m: [...m, ...fresh] }; return int(fresh.length) } },
  SREM: { arity: 2, run: (data, [key = '', ...members]) => { const v = get(data, key, 'set'); if (v === 'wrong') return WRONG_TYPE; const before = v?.m.length ?? 0; if (v !== undefined) v.m = v.m.filter(x => !members.includes(x)); return int(before - (v?.m.length ?? 0)) } },
  SMEMBERS: { arity: -1, run: (data, [key = '']) => { const v = get(data, key, 'set'); return v === 'wrong' ? WRONG_TYPE : array(v?.m ?? []) } },
  SISMEMBER: { arity: -2, run: (data, [key = '', member = '']) => { const v = get(data, key, 'set'); return v === 'wrong' ? WRONG_TYPE : int(v?.m.includes(member) ? 1 : 0) } },
  SCARD: { arity: -1, run: (data, [key = '']) => { const v = get(data, key, 'set'); return v === 'wrong' ? WRONG_TYPE : int(v?.m.length ?? 0) } },
  ZADD: { arity: 3, run: (data, [key = '', ...pairs]) => { const v = get(data, key, 'zset'); if (v === 'wrong') return WRONG_TYPE; const z = { ...v?.z }; let added = 0; for (let i = 0; i + 1 < pairs.length; i += 2) { if (!(pairs[i + 1] as string in z)) added++; z[pairs[i + 1] as string] = Number(pairs[i]) } data.keys[key] = { ...v, t: 'zset', z }; return int(added) } },
  ZRANGE: { arity: 3, run: (data, [key = '', from, to, flag]) => { const v = get(data, key, 'zset'); if (v === 'wrong') return WRONG_TYPE; const all = sorted(v?.z ?? {}); return array(all.slice(...range(all.length, from, to)).flatMap(([m, score]) => (flag?.toUpperCase() === 'WITHSCORES' ? [m, String(score)] : [m]))) } },
  ZSCORE: { arity: -2, run: (data, [key = '', member = '']) => { const v = get(data, key, 'zset'); return v === 'wrong' ? WRONG_TYPE : bulk(v?.z[member]?.toString()) } },
  ZCARD: { arity: -1, run: (data, [key = '']) => { const v = get(data, key, 'zset'); return v === 'wrong' ? WRONG_TYPE : int(Object.keys(v?.z ?? {}).length) } },
  SELECT: { arity: -1, run: () => ok },
  AUTH: { arity: 1, run: () => error('ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?') },
  CLIENT: { arity: 1, run: () => ok },
  COMMAND: { arity: 0, run: () => array([]) },
  CONFIG: { arity: 1, run: (_, [verb = '', name = '']) => (verb.toUpperCase() === 'GET' ? array(CONFIG[name] === undefined ? [] : [name, CONFIG[name] as string]) : ok) },
  SAVE: { arity: 0, run: () => ok },
  BGSAVE: { arity: 0, run: () => ({ k: 'ok', s: 'Background saving started' }) },
  QUIT: { arity: 0, run: () => ok },
  ROLE: { arity: 0, run: () => ({ k: 'array', items: [bulk('master'), int(0), array([])] }) },
  TIME: { arity: 0, run: (_, _args, now) => array([String(Math.floor(now / 1000)), String(Math.floor(now % 1000) * 1000)]) },
  INFO: { arity: 0, run: (data, _args, now) => bulk(`# Server\r\nredis_version:7.4.1\r\nredis_mode:standalone\r\nos:Linux\r\nprocess_id:1\r\ntcp_port:6379\r\nserver_time_usec:${Math.floor(now * 1000)}\r\n\r\n# Replication\r\nrole:master\r\nconnected_slaves:0\r\n\r\n# Keyspace\r\n${Object.keys(data.keys).length === 0 ? '' : `db0:keys=${Object.keys(data.keys).length},expires=0,avg_ttl=0\r\n`}`) },
}
const CONFIG: Readonly<Record<string, string>> = { maxmemory: '0', 'maxmemory-policy': 'noeviction', save: '3600 1 300 100 60 10000', appendonly: 'no', dir: '/data', port: '6379' }

/** Runs one command; keys whose time has come are gone first. */
export function runRedis(data: RedisData, argv: readonly string[], now: number): Reply {
  for (const [key, { expiresMs }] of Object.entries(data.keys)) if (expiresMs !== undefined && expiresMs <= now) delete data.keys[key]
  const name = (argv[0] ?? '').toUpperCase()
  const handler = Object.hasOwn(HANDLERS, name) ? HANDLERS[name] : undefined
  if (handler === undefined) return error(`ERR unknown command '${argv[0]}', with args beginning with: ${argv.slice(1).map(arg => `'${arg}' `).join('')}`)
  const count = argv.length - 1
  if (handler.arity < 0 ? count !== -handler.arity : count < handler.arity) return error(`ERR wrong number of arguments for '${name.toLowerCase()}' command`)
  return handler.run(data, argv.slice(1), now)
}
