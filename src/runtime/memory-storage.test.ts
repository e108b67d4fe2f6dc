import { describe, expect, it } from 'vitest'
import { createMemoryStorage } from './memory-storage'
import type { FileEntry } from './storage'
import { LOG_LIMIT_BYTES } from './storage'

const file = (content: string | Uint8Array): FileEntry => ({ type: 'file', mode: 0o644, uid: 0, gid: 0, mtimeMs: 5, content })
const dir: FileEntry = { type: 'dir', mode: 0o755, uid: 0, gid: 0, mtimeMs: 5 }

describe('files', () => {
  it('keeps a tree per volume', () => {
    const { files } = createMemoryStorage()
    expect(files.stat('v', '/')).toEqual({ type: 'dir', mode: 0o755, uid: 0, gid: 0, mtimeMs: 0, size: 0 })
    files.put('v', '/b', dir)
    files.put('v', '/b/y', file('é'))
    files.put('v', '/b/x', file(new Uint8Array([255])))
    files.put('v', '/a', file('12'))
    files.put('w', '/b', file('other'))
    expect(files.list('v', '/').map(e => e.name)).toEqual(['a', 'b'])
    expect(files.list('v', '/b').map(e => [e.name, e.stat.size])).toEqual([['x', 1], ['y', 2]])
    expect(files.usedBytes('v')).toBe(5)
    files.append('v', '/a', '34', 9)
    expect(files.get('v', '/a')).toEqual({ ...file('1234'), mtimeMs: 9 })
    files.append('v', '/b/x', 'a', 9)
    expect(files.get('v', '/b/x')?.content).toEqual(new Uint8Array([255, 97]))
    files.remove('v', '/b')
    expect(files.stat('v', '/b/x')).toBeUndefined()
    expect(files.get('w', '/b')?.content).toBe('other')
  })

  it('counts changes', () => {
    const { files } = createMemoryStorage()
    expect(files.version('v')).toBe(0)
    files.put('v', '/a', file('1'))
    const first = files.version('v')
    files.put('v', '/a', file('1'))
    expect(files.version('v')).toBeGreaterThan(first)
    files.deleteVolume('v')
    files.put('v', '/a', file('1'))
    expect(files.version('v')).toBeGreaterThan(first + 1)
  })
})

describe('logs', () => {
  it('splits, tails, limits and cuts by time', () => {
    const { logs } = createMemoryStorage()
    logs.append('c', 'stdout', 'one\ntwo\n', 1)
    logs.append('c', 'stderr', 'three\n', 2)
    logs.append('c', 'stdout', 'fo', 3)
    logs.append('c', 'stdout', 'ur\n', 4)
    const text = (o?: object) => logs.read('c', o).map(e => e.text).join('')
    expect(text()).toBe('one\ntwo\nthree\nfour\n')
    expect(text({ tailLines: 1 })).toBe('four\n')
    expect(text({ tailLines: 2 })).toBe('three\nfour\n')
    expect(text({ tailLines: 0 })).toBe('')
    expect(text({ tailLines: 9 })).toBe('one\ntwo\nthree\nfour\n')
    expect(text({ sinceMs: 2 })).toBe('three\nfour\n')
    expect(text({ limitBytes: 6 })).toBe('one\ntw')
    expect(logs.read('c', { tailLines: 2 })[0]).toEqual({ timeMs: 2, stream: 'stderr', text: 'three\n' })
    expect(logs.version('c')).toBe(4)
  })

  it('drops the oldest lines of a full log', () => {
    const { logs } = createMemoryStorage()
    const line = `${'x'.repeat(1023)}\n`
    for (let i = 0; i < 1100; i++) logs.append('c', 'stdout', line, i)
    const kept = logs.read('c')
    expect(kept.length * 1024).toBeLessThanOrEqual(LOG_LIMIT_BYTES)
    expect(kept.length).toBeGreaterThan(900)
    expect(kept.at(-1)?.timeMs).toBe(1099)
  })
})

describe('programs', () => {
  it('keeps texts by container and key', () => {
    const { programs } = createMemoryStorage()
    programs.put('c', '2', 'b')
    programs.put('c', '1', 'a')
    programs.put('d', '1', 'z')
    expect(programs.keys('c')).toEqual(['1', '2'])
    programs.delete('c', '1')
    expect([programs.get('c', '1'), programs.get('c', '2')]).toEqual([undefined, 'b'])
    programs.deleteContainer('c')
    expect([programs.get('c', '2'), programs.get('d', '1')]).toEqual([undefined, 'z'])
  })
})
