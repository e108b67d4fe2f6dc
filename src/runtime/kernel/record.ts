/** What is fixed when a container starts: its specification and what the image made of it. */
import type { ContainerSpec } from '../container'

export interface ContainerRecord {
  readonly spec: ContainerSpec
  readonly argv: readonly string[]
  /** The first process's program. */
  readonly program: string
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly user: { readonly uid: number; readonly gid: number; readonly groups: number[]; readonly name: string }
  readonly stopSignal: string
  readonly startedAtMs: number
  readonly ports: readonly number[]
}
