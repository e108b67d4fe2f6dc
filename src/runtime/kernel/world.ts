/** What a container's kernel needs from outside: time, chance, storage, the other containers. */
import type { KeptRules } from '../../network/proxy-mode'
import type { Network } from '../network'
import type { NodeStorage } from '../storage'
import type { NodeNotice, Program } from '../program'
import type { EndRef, SocketEnd } from './state'

export interface World {
  readonly storage: NodeStorage
  readonly network: Network
  now(): number
  /** In [0, 1), by container and turn. */
  random(containerId: string, turn: number): number
  program(name: string): Program | undefined
  /** One end of a connection, wherever it lives; undefined when its container is gone. */
  socketEnd(ref: EndRef): SocketEnd | undefined
  /** A listening description. */
  listener(ref: EndRef): { backlog: { from: EndRef; ip: string; port: number }[] } | undefined
  /** A container has got something to do by what another one did. */
  wake(containerId: string): void
  /** Something is on its way from outside the containers: whoever lets them run waits for it. */
  expect(work: Promise<void>): void
  /** Runs another container until it rests, within the step of this one. */
  runNow(containerId: string): void
  /** A file of the volume has changed. */
  volumeChanged(volumeId: string, byContainerId: string): void
  /** Something that a person can see has happened. */
  noteVisible(containerId: string): void
  /** A program tells of the machine that it runs on. */
  tellOfNode(containerId: string, notice: NodeNotice): void
  /** Counts what makes a result depend on more than files (for `ExecResult.pure`). */
  noteImpure(): void
  /** Processes of other containers in the same process namespace. */
  neighbours(containerId: string): readonly NeighbourProcess[]
  killNeighbour(containerId: string, pid: number, signal: string): boolean
}

export interface NeighbourProcess {
  readonly containerId: string
  readonly pid: number
  readonly ppid: number
  readonly argv: readonly string[]
  readonly user: string
  readonly startedAtMs: number
}

/** Who listens, by address (a pod's or a node's IP) and port. */
export interface ListenerRecord {
  readonly c: string
  readonly d: number
  readonly address: string
  readonly pid: number
}

const key = (ip: string): string => `net:${ip}`

export function findListener(storage: NodeStorage, ip: string, port: number, isLoopback: boolean): ListenerRecord | undefined {
  const text = storage.programs.get(key(ip), String(port))
  if (text === undefined) return undefined
  const record = JSON.parse(text) as ListenerRecord
  return isLoopback || !(record.address.startsWith('127.') || record.address === '::1') ? record : undefined
}

export function addListener(storage: NodeStorage, ip: string, port: number, record: ListenerRecord): void {
  storage.programs.put(key(ip), String(port), JSON.stringify(record))
}

export function removeListener(storage: NodeStorage, ip: string, port: number): void {
  storage.programs.delete(key(ip), String(port))
}

export function listeners(storage: NodeStorage, ip: string): (ListenerRecord & { port: number })[] {
  return storage.programs.keys(key(ip)).map(port => ({ ...(JSON.parse(storage.programs.get(key(ip), port) as string) as ListenerRecord), port: Number(port) })).sort((a, b) => a.port - b.port)
}

const rules = (ip: string): string => `rules:${ip}`

/** How the proxy that started last on the machine with this address keeps its rules. */
export function keptRules(storage: NodeStorage, ip: string): KeptRules | undefined {
  const text = storage.programs.get(rules(ip), 'kept')
  return text === undefined ? undefined : (JSON.parse(text) as KeptRules)
}

export function keepRules(storage: NodeStorage, ip: string, kept: KeptRules): void {
  storage.programs.put(rules(ip), 'kept', JSON.stringify(kept))
}
