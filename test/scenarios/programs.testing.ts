/** The programs as a person runs them: processes of their own, on cluster files in a folder that goes away. */
import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Another build of the programs than the one in this repository. */
const BIN = process.env['KUBOTTLE_TEST_BIN'] ?? fileURLToPath(new URL('../../bin/', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A process: awaited, it is at its end. */
export type Running = Promise<Ended> & { readonly printed: (text: string) => Promise<void> }

export interface RunOptions {
  /** As another user, which only the superuser may. */
  readonly uid?: number | undefined
  /** Ctrl-C as soon as this was printed. */
  readonly interruptAfter?: string
}

export class Sandbox {
  readonly dir = mkdtempSync(join(tmpdir(), 'kubottle-test-'))

  path(name: string): string {
    return join(this.dir, name)
  }

  write(name: string, text: string | Buffer): string {
    writeFileSync(this.path(name), text)
    return this.path(name)
  }

  /** The cluster file that is used when nothing names another. */
  get cluster(): string {
    return this.path('.kubottle/default.db')
  }

  /** A folder of its own with a copy of the cluster, to go on from here. */
  fork(): Sandbox {
    const other = new Sandbox()
    mkdirSync(other.path('.kubottle'))
    copyFileSync(this.cluster, other.cluster)
    return other
  }

  kubottle(args: readonly string[], env: Record<string, string> = {}): Running {
    return this.run(`${BIN}kubottle`, args, env)
  }

  kubectl(args: readonly string[], env: Record<string, string> = {}, options: RunOptions = {}): Running {
    return this.run(`${BIN}kubectl`, args, env, options)
  }

  /** A line of POSIX shell in which `$KUBECTL` is the program. */
  shell(line: string): Running {
    return this.run('/bin/sh', ['-c', line], { KUBECTL: `${BIN}kubectl` })
  }

  private run(program: string, args: readonly string[], env: Record<string, string>, { uid, interruptAfter }: RunOptions = {}): Running {
    const waiting: { text: string; resolve: () => void }[] = []
    let interrupted = false
    let stdout = ''
    const ended = new Promise<Ended>((resolve, reject) => {
      const child = spawn(program, args, { cwd: this.dir, env: { PATH: process.env['PATH'] ?? '', HOME: this.dir, ...env }, stdio: ['ignore', 'pipe', 'pipe'], ...(uid === undefined ? {} : { uid }) })
      let stderr = ''
      child.stdout.setEncoding('utf8').on('data', text => {
        stdout += text
        for (const w of waiting) if (stdout.includes(w.text)) w.resolve()
        // Once: a second Ctrl-C ends a program at once.
        if (interruptAfter !== undefined && !interrupted && stdout.includes(interruptAfter)) interrupted = child.kill('SIGINT')
      })
      child.stderr.setEncoding('utf8').on('data', text => (stderr += text))
      child.once('error', reject)
      child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
    })
    const printed = (text: string): Promise<void> => new Promise(resolve => (stdout.includes(text) ? resolve() : void waiting.push({ text, resolve })))
    return Object.assign(ended, { printed })
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true })
  }
}

/** A cluster file whose time and draws repeat. */
export const STEADY = `lifecycle: fast
nodes: 3
seed: steady
clock: {mode: fixed, at: "2026-01-01T00:00:00Z"}
`

export const deployment = (name: string, image: string, replicas = 3): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      containers: [{name: main, image: "${image}"}]
`
