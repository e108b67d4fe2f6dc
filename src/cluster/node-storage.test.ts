import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMemoryStorage, selectEntries, splitLines } from '../runtime/memory-storage'
import { LOG_LIMIT_BYTES, type LogReadOptions, type NodeStorage } from '../runtime/storage'
import { createNodeStorage } from '../store/node-storage'
import { Store } from '../store/store'

const path = fc.constantFrom('/', '/a', '/a/b', '/a/b/c', '/ab', '/b', '/a.d')
const volume = fc.constantFrom('v1', 'v2')
const content = fc.constantFrom('', 'x', 'two\nlines\n', 'ü')
const action = fc.oneof(
  fc.record({ do: fc.constant('put' as const), volume, path, content }),
  fc.record({ do: fc.constant('append' as const), volume, path, content }),
  fc.record({ do: fc.constant('remove' as const), volume, path, content }),
  fc.record({ do: fc.constant('log' as const), volume, path, content }),
  fc.record({ do: fc.constant('drop' as const), volume, path, content }),
)

function act(s: NodeStorage, a: { do: string; volume: string; path: string; content: string }): void {
  if (a.do === 'put') s.files.put(a.volume, a.path, { type: 'file', mode: 0o644, uid: 0, gid: 0, mtimeMs: 5, content: a.content })
  else if (a.do === 'append') s.files.append(a.volume, a.path, a.content, 6)
  else if (a.do === 'remove') s.files.remove(a.volume, a.path)
  else if (a.do === 'log') s.logs.append(a.volume, a.path === '/' ? 'stderr' : 'stdout', a.content, 7)
  else s.files.deleteVolume(a.volume)
}

function seen(s: NodeStorage): unknown {
  const paths = ['/', '/a', '/a/b', '/a/b/c', '/ab', '/b', '/a.d']
  return ['v1', 'v2'].map(v => ({ files: paths.map(p => s.files.get(v, p)), lists: paths.map(p => s.files.list(v, p)), used: s.files.usedBytes(v), logs: s.logs.read(v), tail: s.logs.read(v, { tailLines: 2, limitBytes: 5 }) }))
}

describe('node storage in SQLite', () => {
  it('answers as the one in memory does, whatever is done to it', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 30 }), actions => {
        const store = Store.open(':memory:')
        const real = createNodeStorage<LogReadOptions>(store, { splitLines, select: selectEntries, limitBytes: LOG_LIMIT_BYTES })
        const model = createMemoryStorage()
        for (const a of actions) {
          act(real, a)
          act(model, a)
          expect(seen(real)).toEqual(seen(model))
        }
        store.close()
      }),
      { numRuns: 60, seed: 1 },
    )
  })
})
