import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ADDED, DELETED, MODIFIED, Store, type Stored } from './store'

interface Thing {
  metadata: { name: string; resourceVersion?: string }
  size: number
}
const thing = (name: string, size: number): Thing => ({ metadata: { name }, size })

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'))
  path = join(folder, 'c.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function add(store: Store, key: string, body: Thing, entries: [string, string][] = []): void {
  store.transact(() => store.write({ key, type: ADDED, body, managed: null, addEntries: entries, removeEntries: [], totals: [{ name: 'size', key: 'all', amounts: { n: body.size } }] }))
}
function change(store: Store, key: string, body: Thing): void {
  const previous = store.get<Thing>(key) as Stored<Thing>
  store.transact(() => store.write({ key, type: MODIFIED, body, managed: null, previous, addEntries: [], removeEntries: [], totals: [{ name: 'size', key: 'all', amounts: { n: body.size - previous.body.size } }] }))
}
function drop(store: Store, key: string, entries: [string, string][] = []): void {
  const previous = store.get<Thing>(key) as Stored<Thing>
  store.transact(() => store.write({ key, type: DELETED, body: { ...previous.body, metadata: { ...previous.body.metadata } }, managed: null, previous, addEntries: [], removeEntries: entries, totals: [{ name: 'size', key: 'all', amounts: { n: -previous.body.size } }] }))
}

describe('Store', () => {
  it('numbers revisions, finds objects by prefix and entry, and keeps sums', () => {
    const store = Store.open(path)
    add(store, '/things/a/x', thing('x', 2), [['color', 'red']])
    add(store, '/things/a/y', thing('y', 3))
    add(store, '/things/b/z', thing('z', 5), [['color', 'red']])
    expect(store.get<Thing>('/things/a/y')?.body).toEqual({ metadata: { name: 'y', resourceVersion: '2' }, size: 3 })
    expect(store.list('/things/a/').map(s => s.key)).toEqual(['/things/a/x', '/things/a/y'])
    expect(store.list('/things/', '/things/a/x', 1).map(s => s.key)).toEqual(['/things/a/y'])
    expect(store.filed('color', 'red').map(s => s.key)).toEqual(['/things/a/x', '/things/b/z'])
    change(store, '/things/a/y', thing('y', 4))
    drop(store, '/things/a/x', [['color', 'red']])
    expect(store.total('size', 'all')).toEqual({ n: 9 })
    expect(store.filed('color', 'red').map(s => s.key)).toEqual(['/things/b/z'])
    expect(store.get('/things/a/x')).toBeUndefined()
    store.close()
  })

  it('keeps every revision of an object that changes again and again in one transaction', () => {
    const store = Store.open(path)
    const sizes = Array.from({ length: 80 }, (_, i) => i)
    store.transact(() => {
      const pad = 'x'.repeat(1_000)
      add(store, '/things/a/x', { ...thing('x', 0), pad } as Thing)
      for (const size of sizes.slice(1)) change(store, '/things/a/x', { ...thing('x', size), pad } as Thing)
      expect(store.log(0, 100).map(e => (e.body as Thing).size)).toEqual(sizes)
    })
    store.transact(() => {
      add(store, '/things/a/y', thing('y', 1))
      drop(store, '/things/a/y')
    })
    store.close()
    const again = Store.open(path)
    expect(again.log(0, 100).map(e => [e.rv, (e.body as Thing).size, (e.previous as Thing | undefined)?.size])).toEqual([...sizes.map(n => [n + 1, n, n === 0 ? undefined : n - 1]), [81, 1, undefined], [82, 1, 1]])
    expect(again.listAt<Thing>('/things/', 40).map(s => [s.key, s.body.size])).toEqual([['/things/a/x', 39]])
    expect(again.listAt<Thing>('/things/', 81).map(s => [s.key, s.rv, s.body.size])).toEqual([['/things/a/x', 80, 79], ['/things/a/y', 81, 1]])
    // What is only read to find an older one is small.
    const bytes = again.db.prepare('SELECT sum(length(body)) FROM revisions').pluck().get() as number
    expect(bytes).toBeLessThan(12_000)
    again.close()
  })

  it('files an object that moves and goes in one transaction where it is at its end', () => {
    const store = Store.open(path)
    const red: [string, string] = ['color', 'red']
    const blue: [string, string] = ['color', 'blue']
    const keys = (value: string): string[] => store.filed('color', value).map(s => s.key)
    store.transact(() => {
      add(store, '/things/a/x', thing('x', 1), [red])
      add(store, '/things/a/y', thing('y', 1), [red])
      expect(keys('red')).toEqual(['/things/a/x', '/things/a/y'])
      const previous = store.get<Thing>('/things/a/x') as Stored<Thing>
      store.write({ key: previous.key, type: MODIFIED, body: thing('x', 2) as never, managed: null, previous: previous as never, addEntries: [blue], removeEntries: [red], totals: [] })
      drop(store, '/things/a/y', [red])
      add(store, '/things/a/y', thing('y', 2), [blue])
    })
    expect([keys('red'), keys('blue')]).toEqual([[], ['/things/a/x', '/things/a/y']])
    expect(() => store.transact(() => {
      drop(store, '/things/a/y', [blue])
      add(store, '/things/a/z', thing('z', 1), [['shape', 'round']])
      throw new Error('no')
    })).toThrow('no')
    expect([keys('blue'), store.filed('shape', 'round')]).toEqual([['/things/a/x', '/things/a/y'], []])
    store.close()
  })

  it('forgets what a transaction that is undone had not written yet', () => {
    const store = Store.open(path)
    add(store, '/things/a/x', thing('x', 1))
    expect(() => store.transact(() => {
      change(store, '/things/a/x', thing('x', 2))
      throw new Error('no')
    })).toThrow('no')
    change(store, '/things/a/x', thing('x', 3))
    expect(store.log(0, 10).map(e => [e.rv, (e.body as Thing).size])).toEqual([[1, 1], [2, 3]])
    store.close()
  })

  it('tells the log with what was before, also after it was reopened', () => {
    const store = Store.open(path)
    add(store, '/things/a/x', thing('x', 1))
    change(store, '/things/a/x', thing('x', 2))
    drop(store, '/things/a/x')
    const told = (s: Store) => s.log(0, 10).map(e => [e.rv, e.type, (e.body as Thing).size, (e.previous as Thing | undefined)?.size])
    const expected = [[1, ADDED, 1, undefined], [2, MODIFIED, 2, 1], [3, DELETED, 2, 2]]
    expect(told(store)).toEqual(expected)
    store.close()
    const again = Store.open(path)
    expect(told(again)).toEqual(expected)
    again.close()
  })

  it('forgets everything of a transaction that was rolled back', () => {
    const store = Store.open(path)
    add(store, '/things/a/x', thing('x', 1))
    store.begin()
    store.write({ key: '/things/a/y', type: ADDED, body: thing('y', 7), managed: null, addEntries: [['color', 'blue']], removeEntries: [], totals: [{ name: 'size', key: 'all', amounts: { n: 7 } }] })
    expect(store.total('size', 'all')).toEqual({ n: 8 })
    store.rollback()
    expect(store.get('/things/a/y')).toBeUndefined()
    expect(store.total('size', 'all')).toEqual({ n: 1 })
    expect(store.head()).toBe(1)
    add(store, '/things/a/z', thing('z', 2))
    expect(store.get<Thing>('/things/a/z')?.rv).toBe(2)
    expect(store.log(1, 10).map(e => e.key)).toEqual(['/things/a/z'])
    store.close()
  })

  it('sees what another connection wrote', () => {
    const one = Store.open(path)
    const two = Store.open(path)
    add(one, '/things/a/x', thing('x', 1))
    add(two, '/things/a/y', thing('y', 2))
    add(one, '/things/a/z', thing('z', 3))
    expect(one.total('size', 'all')).toEqual({ n: 6 })
    expect(two.log(0, 10).map(e => e.key)).toEqual(['/things/a/x', '/things/a/y', '/things/a/z'])
    one.close()
    two.close()
  })

  it('compacts old revisions in slices and keeps the present', () => {
    const store = Store.open(path)
    add(store, '/things/a/x', thing('x', 0))
    for (let i = 1; i <= 20; i++) change(store, '/things/a/x', thing('x', i))
    add(store, '/things/a/y', thing('y', 1))
    expect(store.compact(15, 10)).toBe(true)
    expect(store.compact(15, 10)).toBe(false)
    expect(store.compactedTo()).toBe(15)
    expect(store.log(15, 100).map(e => e.rv)).toEqual([16, 17, 18, 19, 20, 21, 22])
    expect(store.get<Thing>('/things/a/x')?.body.size).toBe(20)
    store.close()
  })

  it('counts, remembers and keeps timers in order', () => {
    const store = Store.open(path)
    expect([store.nextCount('a'), store.nextCount('a'), store.nextCount('b')]).toEqual([0, 1, 0])
    store.setTimer('c', 'two', 20)
    store.setTimer('c', 'one', 10)
    store.setTimer('c', 'two', 5)
    expect(store.nextTimerMs()).toBe(5)
    expect(store.dueTimers(10, 10).map(t => t.key)).toEqual(['two', 'one'])
    store.clearTimer('c', 'two')
    expect(store.nextTimerMs()).toBe(10)
    store.setMemory('c', 'k', '1')
    expect(store.memory('c', 'k')).toBe('1')
    store.setMemory('c', 'k', undefined)
    expect(store.memory('c', 'k')).toBeUndefined()
    store.close()
  })
})
