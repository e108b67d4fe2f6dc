/** Where the recordings of a real API server are, for the tests of this folder. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'

const ROOT = join(__dirname, '../../..')
const FOLDERS = [join(ROOT, 'test/conformance/api'), join(ROOT, '../shared/recordings/api')]
const found = (name: string): string | undefined => FOLDERS.map(folder => join(folder, name)).find(path => existsSync(path))

/** Whether this clone can read the file; a test skips, saying so, where it cannot. */
export const hasRecording = (name: string): boolean => found(name) !== undefined

/** The lines of a recording, parsed; empty where it is absent. */
export function recordingLines<T>(name: string): T[] {
  const path = found(name)
  return path === undefined ? [] : readFileSync(path, 'utf8').trim().split('\n').map(line => JSON.parse(line) as T)
}

export type Json = Record<string, unknown>

/** The objects that invalid.jsonl and update.jsonl change. */
export function sampleObjects(): Json[] {
  const path = found('samples.yaml')
  if (path === undefined) return []
  return parseAllDocuments(readFileSync(path, 'utf8'), { version: '1.1', logLevel: 'silent' }).map(d => d.toJS() as Json).filter(Boolean)
}

type Path = readonly (string | number)[]
const at = (object: unknown, path: Path): unknown => path.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | undefined)?.[key], object)

/** The body that a recorded mutation made of an object. */
export function mutated(object: Json, how: string, path: Path): Json {
  const copy = structuredClone(object)
  const holder = at(copy, path.slice(0, -1)) as Record<string | number, unknown>
  const key = path.at(-1) as string | number
  const value = holder[key]
  const pick = (ofString: unknown, ofNumber: unknown, ofBoolean: unknown, other: unknown): unknown =>
    typeof value === 'string' ? ofString : typeof value === 'number' ? ofNumber : typeof value === 'boolean' ? ofBoolean : other
  if (how === 'delete') {
    if (Array.isArray(holder)) holder.splice(key as number, 1)
    else delete holder[key]
    return copy
  }
  const made: Record<string, () => unknown> = {
    wrongtype: () => pick(12, 'abc', 'yes', 'x'),
    empty: () => (Array.isArray(value) ? [] : {}),
    duplicate: () => [...(value as unknown[]), (value as unknown[])[0]],
    unknown: () => 1,
    blank: () => '',
    badvalue: () => 'Bad_Value!',
    long: () => 'a'.repeat(300),
    negative: () => -1,
    zero: () => 0,
    huge: () => 99999999999,
    flip: () => !value,
    change: () => pick(`${value as string}x`, (value as number) + 1, !value, !value),
  }
  holder[key] = (made[how] as () => unknown)()
  return copy
}
