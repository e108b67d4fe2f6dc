import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Driver from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION } from './schema'
import { MODIFIED, Store, type Stored } from './store'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'schema-'))
  path = join(folder, 'c.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A file as the first schema left it: two nodes and two pods. */
function firstFile(): void {
  const db = new Driver(path)
  db.pragma('journal_mode = WAL')
  db.exec(MIGRATIONS[0] as string)
  db.pragma(`application_id = ${APPLICATION_ID}`)
  db.pragma('user_version = 1')
  const put = (rv: number, key: string, body: object, entries: readonly (readonly [string, string])[]): void => {
    db.prepare('INSERT INTO revisions (rv, key, type, body) VALUES (?, ?, 0, ?)').run(rv, key, JSON.stringify(body))
    db.prepare('INSERT INTO objects (key, rv) VALUES (?, ?)').run(key, rv)
    for (const [name, value] of entries) db.prepare('INSERT INTO entries (name, value, key) VALUES (?, ?, ?)').run(name, value, key)
  }
  put(3, '/nodes//a', { metadata: { name: 'a' }, spec: { podCIDR: '10.244.1.0/24' } }, [['/nodes/address', '172.18.0.2']])
  put(4, '/nodes//b', { metadata: { name: 'b' } }, [])
  put(5, '/pods/x/one', { metadata: { name: 'one' } }, [['/pods/node', 'a'], ['/pods/ip', '10.244.1.2']])
  put(7, '/pods/x/two', { metadata: { name: 'two' } }, [['/pods/node', 'a'], ['/pods/ip', '10.244.1.3']])
  db.prepare("INSERT INTO meta (name, value) VALUES ('config', '{}')").run()
  db.close()
}
const keys = (found: readonly Stored[]): string[] => found.map(s => s.key)

it('brings a file of the first schema up to date', () => {
  firstFile()
  const store = Store.open(path)
  expect(store.db.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION)
  expect(store.meta('config')).toBe('{}')
  expect(keys(store.list('/pods/'))).toEqual(['/pods/x/one', '/pods/x/two'])
  expect(keys(store.filed('/pods/node', 'a'))).toEqual(['/pods/x/one', '/pods/x/two'])
  expect(keys(store.filed('/nodes/range', '10.244.1.0/24'))).toEqual(['/nodes//a'])
  expect(keys(store.filed('/nodes/range', ''))).toEqual(['/nodes//b'])
  expect(store.db.prepare("SELECT count(*) FROM entry_names WHERE name = '/pods/ip'").pluck().get()).toBe(0)
  // What is written from now on finds its entries.
  const one = store.get('/pods/x/one') as Stored
  store.transact(() => store.write({ key: one.key, type: MODIFIED, body: { ...one.body, metadata: { ...one.body.metadata } }, managed: null, previous: one, addEntries: [['/pods/node', 'b']], removeEntries: [['/pods/node', 'a']], totals: [] }))
  expect(keys(store.filed('/pods/node', 'a'))).toEqual(['/pods/x/two'])
  expect(keys(store.filed('/pods/node', 'b'))).toEqual(['/pods/x/one'])
  store.close()
})
