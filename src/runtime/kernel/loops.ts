/** Recognising a loop whose turn changes only the log, so that time can be skipped: DESIGN.md, a container is a resumable program. */
import type { Json } from '../program'
import type { KernelState, ProcessState } from './state'

/** What matters of a state: all but times and counters; ids are told relative to where their counters stood at the last rest. */
function shapeOf(state: KernelState, base: Base): string {
  const pid = (n: number): number | string => (n >= base.nextPid ? `+${n - base.nextPid}` : n)
  const id = (n: number): number | string => (n >= base.nextDescription ? `+${n - base.nextDescription}` : n)
  const inner = (value: Json | undefined): unknown => {
    if (Array.isArray(value)) return value.map(inner)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, (key === 'pid' || key === 'lastBackground') && typeof v === 'number' ? pid(v) : key === 'pids' && Array.isArray(v) ? v.map(n => (typeof n === 'number' ? pid(n) : n)) : key === 'atMs' || key === 'untilMs' || key === 'nextText' || key === 'draws' ? 0 : inner(v)]))
  }
  const process = (p: ProcessState): unknown => ({
    pid: pid(p.pid), ppid: pid(p.ppid), program: p.program, argv: p.argv, cwd: p.cwd, exit: p.exit, env: p.env,
    fds: Object.entries(p.fds).map(([fd, d]) => [fd, id(d)]), state: inner(p.state), wait: p.wait?.map(w => (w.until === 'time' ? 'time' : inner(w as unknown as Json))),
  })
  return hash(JSON.stringify([state.processes.map(process), Object.entries(state.descriptions).map(([d, description]) => [id(Number(d)), description]), state.pipes, state.execs, state.partial]))
}

/** 53 bits: two rounds of a multiplicative hash. */
function hash(text: string): string {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    a = Math.imul(a ^ c, 2654435761)
    b = Math.imul(b ^ c, 1597334677)
  }
  return ((b >>> 0) * 0x200000 + ((a >>> 0) & 0x1fffff)).toString(36)
}

interface Base {
  readonly nextPid: number
  readonly nextDescription: number
}

/** Called whenever a container has come to rest: notes how it looks, and whether it looked so before. */
export function noteRest(state: KernelState): void {
  const times = wakeTimes(state)
  if (state.exited !== undefined || times.length === 0) {
    delete state.loop
    return
  }
  const previous = state.loop
  const atMs = Math.min(...times)
  // Still the same sleep: somebody else's step.
  if (previous !== undefined && previous.atMs === atMs) return
  const shape = shapeOf(state, previous ?? { nextPid: state.nextPid, nextDescription: state.nextDescription })
  const repeats = previous !== undefined && previous.shape === shape && previous.effects === state.effects && times.length === 1
  state.loop = {
    shape, atMs, effects: state.effects, nextPid: state.nextPid, nextDescription: state.nextDescription,
    ...(repeats ? { periodMs: atMs - previous.atMs } : {}),
  }
}

export function wakeTimes(state: KernelState): number[] {
  return state.processes.flatMap(p => (p.wait ?? []).flatMap(w => (w.until === 'time' ? [w.atMs] : [])))
}

/** Moves all wake times by so much. */
export function shiftWakes(state: KernelState, byMs: number): void {
  for (const process of state.processes) {
    process.wait = process.wait?.map(w => (w.until === 'time' ? { ...w, atMs: w.atMs + byMs } : w))
    if (process.state !== undefined) process.state = shifted(process.state, byMs)
  }
  if (state.loop !== undefined) state.loop.atMs += byMs
}

/** Programs keep the end of their sleep as `untilMs`. */
function shifted(value: Json, byMs: number): Json {
  if (Array.isArray(value)) return value.map(v => shifted(v, byMs))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, key === 'untilMs' && typeof v === 'number' ? v + byMs : shifted(v, byMs)]))
}
