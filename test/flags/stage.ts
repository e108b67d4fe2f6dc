/** A small prepared cluster on which one command line is run at a time, in this process; a changed one is thrown away. */
import { copyFileSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { StatusError } from '../../src/base/status'
import type { RawRequest, RawResponse } from '../../src/client/client'
import { credentialsOf } from '../../src/http/credentials'
import { serveHttp } from '../../src/http/plain'
import type { Access } from '../../src/cli/access'
import type { IOStreams } from '../../src/cli/io-streams'
import { sessionOf } from '../../bin/access'
import { profile } from '../../bin/profile'
import { openServer } from '../../bin/server-session'
import { main } from '../../commands/main'
import { ADD_ONS, readConfig } from '../../src/cluster/config'
import { createCluster } from '../../src/cluster/create'
import { openCluster, type Cluster } from '../../src/cluster/open'
import type { Case } from './case'
import { FILES, PROGRAMS, WORLD } from './world'

const BEGIN_MS = Date.UTC(2026, 10, 21, 8, 0, 0)
const BETWEEN_COMMANDS_MS = 40
const LIMIT_MS = 15_000

/** What a command line left to see. */
export type Seen = string

export class Stage {
  private readonly folder = mkdtempSync(join(tmpdir(), 'kubottle-flags-'))
  private readonly template = join(this.folder, 'template.db')
  private cluster: Cluster | undefined
  private copies = 0
  private nowMs = BEGIN_MS
  private startMs = BEGIN_MS
  private startRevision = 0
  private work = ''
  private startContents = ''
  private folders = 0
  private server: Server | undefined
  private requests: string[] = []

  /** Makes the cluster that every line starts from. */
  async prepare(): Promise<void> {
    await createCluster(this.template, readConfig({ settle: { quiet: '2s', busyQuiet: '30s', cap: '120s' }, images: { unknown: 'strict' }, nodes: 2, addOns: ADD_ONS.filter(a => a !== 'control-plane') }), { replace: true, wall: () => this.nowMs, secret: 'flags' })
    this.cluster = openCluster({ path: this.template, wall: () => this.nowMs })
    this.freshFolder()
    for (const line of WORLD) {
      const seen = await this.line(line, {})
      if (/^exit /m.test(seen)) throw new Error(`${line}\n${seen}`)
    }
    this.cluster.store.db.pragma('wal_checkpoint(TRUNCATE)')
    this.cluster.close()
    this.cluster = undefined
    this.startMs = this.nowMs
  }

  /** Whoever follows the cluster sees its time pass, faster than ours. */
  private pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
    this.nowMs += ms
    return new Promise(done => {
      setTimeout(done, 10)
      signal?.addEventListener('abort', () => done(), { once: true })
    })
  }

  /** Names, sizes and times of what lies in the folder. */
  private contents(): string {
    return readdirSync(this.work, { recursive: true, encoding: 'utf8' }).map(name => {
      const { size, mtimeMs } = lstatSync(join(this.work, name))
      return `${name} ${size} ${mtimeMs}`
    }).join('\n')
  }

  private freshFolder(): void {
    if (this.work !== '' && this.contents() === this.startContents) return
    if (this.work !== '') rmSync(this.work, { recursive: true, force: true })
    this.work = join(this.folder, `work${this.folders++}`)
    for (const name in FILES) {
      mkdirSync(dirname(join(this.work, name)), { recursive: true })
      writeFileSync(join(this.work, name), FILES[name] as string)
    }
    mkdirSync(join(this.work, 'bin'))
    for (const name in PROGRAMS) writeFileSync(join(this.work, 'bin', name), PROGRAMS[name] as string, { mode: 0o755 })
    this.startContents = this.contents()
  }

  private freshCluster(): Cluster {
    if (this.cluster !== undefined && this.cluster.store.head() === this.startRevision) return this.cluster
    this.cluster?.close()
    const path = join(this.folder, `copy${++this.copies}.db`)
    copyFileSync(this.template, path)
    this.nowMs = this.startMs
    this.cluster = openCluster({ path, wall: () => this.nowMs, pause: (ms, signal) => this.pause(ms, signal) })
    this.startRevision = this.cluster.store.head()
    return this.cluster
  }

  /** Runs the line on a fresh cluster in a fresh folder; answers what the case looks at. */
  async see(line: string, options: Case): Promise<Seen> {
    this.freshCluster()
    this.freshFolder()
    for (const before of options.before ?? []) {
      const seen = await this.line(before.replace(/^!/, ''), { ...options, wire: undefined })
      if (!before.startsWith('!') && /^exit /m.test(seen)) throw new Error(`${before}\n${seen}`)
    }
    this.requests = []
    const own = await this.line(line, options)
    if (options.file !== undefined) return `${this.read(options.file)}${failures(own)}`
    if (options.wire === true) return `${this.requests.join('\n')}\n${own}`
    if (options.then === undefined) return own
    const seen = []
    for (const then of options.then) seen.push(await this.line(then, { env: options.env }))
    return `${seen.join('')}${failures(own)}`
  }

  private read(name: string): string {
    const path = join(this.work, name)
    if (!existsSync(path)) return 'absent\n'
    try {
      return readFileSync(path, 'utf8')
    } catch {
      return `${readdirSync(path, { recursive: true }).sort().join('\n')}\n`
    }
  }

  /** stdout, stderr, and `exit N` unless that is 0. */
  private async line(text: string, options: Case): Promise<Seen> {
    const cluster = this.cluster as Cluster
    this.nowMs += BETWEEN_COMMANDS_MS
    let [out, err] = ['', '']
    const asText = (t: string | Uint8Array): string => (typeof t === 'string' ? t : Buffer.from(t).toString('utf8'))
    const asked = new AbortController()
    const interrupt = asked.signal
    const limit = setTimeout(() => asked.abort(), options.interruptMs ?? LIMIT_MS)
    let answer = ''
    const serving = (text: string): void => {
      const address = /^Starting to serve on (\S+)/.exec(text)?.[1]
      if (address === undefined || options.ask === undefined) return
      void ask(address, options.ask).then(seen => (answer = seen), e => (answer = String(e))).finally(() => asked.abort())
    }
    const url = options.wire === true || /SERVER/.test(text) ? await this.url() : ''
    const secure = text.includes('TLS') ? await this.secureUrl() : ''
    const uidOf = /UID\((\S+?)\)/.exec(text)
    const uid = uidOf === null ? '' : await this.line(`get ${uidOf[1]} -o jsonpath={.metadata.uid}`, {})
    const words = wordsOf(text.replace(/UID\(\S+?\)/, uid).replaceAll('SERVER', url).replaceAll('TLS', secure).replaceAll('WORK', this.work))
    if (options.wire === true) writeFileSync(join(this.work, 'wire.kubeconfig'), kubeconfigOf(url))
    const io: IOStreams = {
      stdin: { async *[Symbol.asyncIterator]() { yield Buffer.from(options.stdin ?? '') } },
      stdout: t => {
        out += asText(t)
        serving(asText(t))
      },
      stderr: t => void (err += asText(t)),
      stdinIsTerminal: options.terminal ?? false,
      stdoutIsTerminal: false,
      columns: 80,
      env: {
        HOME: join(this.work, 'home'), KUBERC: 'off', NO_COLOR: '1', PATH: `${this.work}/bin:/usr/bin:/bin`, TMPDIR: this.work,
        ...(options.wire === true ? { KUBECONFIG: join(this.work, 'wire.kubeconfig') } : {}),
        ...Object.fromEntries(Object.entries(options.env ?? {}).map(([k, v]) => [k, v.replaceAll('WORK', this.work)])),
      },
      cwd: this.work,
      interrupt,
    }
    const access: Access = {
      open: async (target, open) => (target.kind === 'server' ? openServer(target, open) : { ...sessionOf(cluster, target, open), close: async () => {} }),
      create: () => Promise.reject(new Error('no cluster is made here')),
      serve: () => Promise.reject(new Error('nothing is served here')),
      programs: this.work,
      profile,
      runProgram: async (command, { env, cwd }) => {
        const { spawnSync } = process.getBuiltinModule('node:child_process')
        const { status, stdout, stderr } = spawnSync(command[0] as string, command.slice(1), { cwd, env: env as NodeJS.ProcessEnv })
        out += asText(stdout)
        err += asText(stderr)
        return status ?? 1
      },
    }
    const code = await main(words, io, { now: () => this.nowMs }, access)
    clearTimeout(limit)
    if (options.wire === true) await cluster.settle()
    // Asking ends with Ctrl-C, which is not what is looked at.
    return `${out}${err}${answer}${code === 0 || answer !== '' ? '' : `exit ${code}\n`}`
  }

  private async url(): Promise<string> {
    this.server ??= await serveHttp(request => this.answer(request), '127.0.0.1', 0)
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  private secure: Server | undefined
  private async secureUrl(): Promise<string> {
    const [certificate, key] = [FILES['tls.crt'] as string, FILES['tls.key'] as string]
    this.secure ??= await serveHttp(request => this.answer(request), '127.0.0.1', 0, { certificate, key, authority: certificate })
    return `https://127.0.0.1:${(this.secure.address() as AddressInfo).port}`
  }

  private async answer(request: RawRequest): Promise<RawResponse> {
    const cluster = this.cluster as Cluster
    const headers = Object.entries(request.headers ?? {}).map(([name, value]) => `  ${name}: ${(value as string[]).join(', ')}\n`).join('')
    const shown = request.clientCertificate === undefined ? '' : '  client certificate shown\n'
    // What the other cluster of the kubeconfig stands below.
    const path = request.path.replace(/^\/below\//, '/')
    this.requests.push(`${request.method} ${request.path}\n${headers}${shown}${typeof request.body === 'string' ? `  ${request.body}\n` : ''}`)
    try {
      return await cluster.clientFor(cluster.ownUser(undefined, [], 'kubectl', credentialsOf(request.headers ?? {}).wanted)).request({ ...request, path })
    } catch (e) {
      if (!(e instanceof StatusError)) throw e
      return { code: e.code, contentType: 'application/json', body: `${JSON.stringify(e.status)}\n`, warnings: [] }
    }
  }

  close(): void {
    for (const server of [this.server, this.secure]) {
      server?.close()
      server?.closeAllConnections()
    }
    this.cluster?.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** The status and the body of an answer. */
function ask(address: string, what: string): Promise<Seen> {
  const [method = 'GET', path = '/', host] = what.split(' ')
  const colon = address.lastIndexOf(':')
  const where = colon < 0 ? { socketPath: address } : { host: address.slice(0, colon).replace(/[[\]]/g, ''), port: Number(address.slice(colon + 1)) }
  return new Promise((done, failed) => {
    const call = httpRequest({ ...where, method, path, agent: false, headers: { host: host ?? 'localhost' } }, answer => {
      let body = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => (body += chunk)).once('end', () => done(`${answer.statusCode} ${body.slice(0, 300)}\n`))
    })
    call.once('error', failed)
    call.end()
  })
}

/** A line that failed is seen, whatever else is looked at. */
const failures = (own: Seen): string => (/(^|\n)exit \d+\n$/.test(own) ? own : '')

const kubeconfigOf = (url: string): string => `apiVersion: v1
kind: Config
clusters: [{name: kubernetes, cluster: {server: "${url}"}}, {name: other, cluster: {server: "${url}/below"}}]
users: [{name: kubernetes-admin, user: {}}, {name: other, user: {token: of-another}}]
contexts: [{name: admin, context: {cluster: kubernetes, user: kubernetes-admin}}]
current-context: admin
`

/** Words as a shell splits them, with single quotes alone; the first is `kubectl`. */
export function wordsOf(line: string): string[] {
  return ['kubectl', ...(line.match(/(?:[^\s']|'[^']*')+/g) ?? []).map(word => word.replaceAll("'", ''))]
}
