import { describe, expect, it } from 'vitest'
import { Store } from './store'

const rows = (store: Store, sql: string): unknown[] => store.db.prepare(sql).raw().all()

describe('what a transaction keeps back', () => {
  it('is read as if it were written, and is written when the transaction ends', () => {
    const store = Store.open(':memory:')
    store.begin()
    store.addTotals([{ name: 'use', key: 'node-1', amounts: { cpu: 2, pods: 1 } }, { name: 'use', key: 'node-1', amounts: { cpu: 3 } }])
    store.setMemory('kubelet', 'a', '1')
    store.setMemory('kubelet', 'a', '2')
    expect([store.nextCount('names'), store.nextCount('names')]).toEqual([0, 1])
    expect(store.total('use', 'node-1')).toEqual({ cpu: 5, pods: 1 })
    expect(store.memory('kubelet', 'a')).toBe('2')
    expect(store.counted('names')).toBe(2)
    expect(rows(store, 'SELECT * FROM totals UNION ALL SELECT component, key, value FROM memory UNION ALL SELECT name, n, 0 FROM counters')).toEqual([])
    store.commit()
    expect(rows(store, 'SELECT name, key, amounts FROM totals')).toEqual([['use', 'node-1', '{"cpu":5,"pods":1}']])
    expect(rows(store, 'SELECT component, key, value FROM memory')).toEqual([['kubelet', 'a', '2']])
    expect(rows(store, 'SELECT name, n FROM counters')).toEqual([['names', 2]])
  })

  it('is gone when the transaction is undone', () => {
    const store = Store.open(':memory:')
    store.transact(() => {
      store.addTotals([{ name: 'use', key: 'a', amounts: { pods: 1 } }])
      store.nextCount('names')
    })
    store.begin()
    store.addTotals([{ name: 'use', key: 'a', amounts: { pods: 1 } }])
    store.setMemory('kubelet', 'a', '1')
    store.nextCount('names')
    store.rollback()
    store.begin()
    expect(store.total('use', 'a')).toEqual({ pods: 1 })
    expect(store.memory('kubelet', 'a')).toBeUndefined()
    expect(store.nextCount('names')).toBe(1)
    store.commit()
  })

  it('goes with the sums of its name, and a sum without units is none', () => {
    const store = Store.open(':memory:')
    store.begin()
    store.addTotals([{ name: 'use', key: 'a', amounts: { pods: 1 } }, { name: 'other', key: 'a', amounts: { pods: 1 } }])
    store.dropTotals('use')
    expect([store.total('use', 'a'), store.total('other', 'a')]).toEqual([undefined, { pods: 1 }])
    store.addTotals([{ name: 'other', key: 'a', amounts: { pods: -1 } }])
    expect(store.total('other', 'a')).toBeUndefined()
    expect(store.totalKeys('other')).toEqual([])
    store.commit()
    expect(rows(store, 'SELECT * FROM totals')).toEqual([])
  })

  it('forgets what begins so', () => {
    const store = Store.open(':memory:')
    store.transact(() => store.setMemory('events', 'u1 old', 'x'))
    store.begin()
    store.setMemory('events', 'u1 new', 'y')
    store.setMemory('events', 'u2 new', 'z')
    store.forget('events', 'u1 ')
    expect(['u1 old', 'u1 new', 'u2 new'].map(k => store.memory('events', k))).toEqual([undefined, undefined, 'z'])
    store.commit()
  })
})
