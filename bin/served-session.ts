/** A cluster in a file that another process serves: commands go through its socket, and the cluster works there. */
import { randomBytes } from 'node:crypto'
import { UsageError } from '../src/base/errors'
import type { ClusterSummary } from '../src/client/cluster-summary'
import type { RawRequest } from '../src/client/client'
import type { FileTarget, OpenOptions, OwnControl, Session } from '../src/cli/access'
import { HttpClient, streamQuery } from '../src/http/client/http-client'
import { remoteCommand } from '../src/http/client/remote-command'
import { Transport } from '../src/http/client/transport'
import { HEAD, IDENTITY, OUTSIDE, TIME } from '../src/http/control'

/** The server names the field manager after it. */
const USER_AGENT = 'kubectl'
const NOBODY = { token: undefined, clientCertificate: undefined, clientKey: undefined, basic: undefined, impersonate: undefined }

/** Whether somebody listens there. */
export function isServed(socket: string): Promise<boolean> {
  return new Promise(done => {
    const connection = process.getBuiltinModule('node:net').connect(socket)
    connection.once('error', () => done(false))
    connection.once('connect', () => {
      connection.destroy()
      done(true)
    })
  })
}

/** Undefined where nobody listens any more. */
export async function openServed(socket: string, target: FileTarget, options: OpenOptions): Promise<Session | undefined> {
  if (!(await isServed(socket))) return undefined
  return new ServedSession(socket, target, options).session()
}

class ServedSession {
  private readonly transport: Transport
  /** As the last answer said. */
  private nowMs = 0
  private head = -1

  constructor(socket: string, private readonly target: FileTarget, private readonly options: OpenOptions) {
    const { exec: _, ...identity } = target.identity
    const headers = { [IDENTITY]: Buffer.from(JSON.stringify(identity)).toString('base64'), 'kubectl-session': randomBytes(8).toString('hex') }
    const address = { url: 'http://kubottle', socketPath: socket, headers, insecureSkipTlsVerify: false, certificateAuthority: undefined, tlsServerName: undefined, requestTimeoutMs: 0, disableCompression: true, identity: NOBODY }
    this.transport = new Transport(address, USER_AGENT, undefined, told => {
      this.nowMs = Math.max(this.nowMs, Number(told[TIME] ?? 0))
      this.head = Number(told[HEAD] ?? this.head)
    })
  }

  async session(): Promise<Session> {
    // Asked for before anything else: the clock is right from the beginning, and what was on its way has arrived.
    await this.ask('clock')
    return {
      client: new HttpClient(this.transport, this.options.warn, this.options.metricsAsProtobuf),
      clock: { now: () => this.nowMs },
      discovery: undefined,
      settle: () => this.ask('settle').then(() => undefined),
      waitUntil: (condition, timeoutMs) => this.waitUntil(condition, timeoutMs),
      looksOnly: true,
      own: this.own(),
      close: () => Promise.resolve(),
    }
  }

  private async waitUntil(condition: () => Promise<boolean>, timeoutMs: number): Promise<boolean> {
    await this.ask('pass', { head: -1, timeoutMs: 0 })
    const endMs = this.nowMs + timeoutMs
    for (;;) {
      const { head } = this
      if (await condition()) return true
      const leftMs = endMs - this.nowMs
      if (leftMs <= 0 || this.options.interrupt.aborted) return false
      await this.ask('pass', { head, timeoutMs: leftMs })
    }
  }

  private own(): OwnControl {
    return {
      summary: async () => ({ ...(await this.ask<ClusterSummary>('status')), file: this.target.path }),
      advanceTo: ms => this.ask('clock', { toMs: ms }).then(() => undefined),
      setClockMode: mode => this.ask('clock', { mode }).then(() => undefined),
      why: target => this.ask('why', { target }),
      outside: options => remoteCommand(this.transport, OUTSIDE + streamQuery(options.query), options, true),
      objects: () => this.objects(),
      reset: () => Promise.reject(new UsageError(`${this.target.path} is being served: end "kubottle serve" first`)),
    }
  }

  private async *objects(): AsyncGenerator<object> {
    const { body } = await this.transport.send(request('objects'))
    let rest = ''
    for await (const chunk of body.setEncoding('utf8')) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() as string
      for (const line of lines) yield JSON.parse(line) as object
    }
  }

  /** Throws UsageError for what the server refuses. */
  private async ask<T>(what: string, body: object = {}): Promise<T> {
    const { code, body: answer } = await this.transport.send(request(what, body))
    const said = JSON.parse(await this.transport.text(answer)) as T & { message?: string }
    if (code >= 400) throw new UsageError(said.message ?? `the server answered ${code}`)
    return said
  }
}

const request = (what: string, body: object = {}): RawRequest => ({ method: 'POST', path: `/kubottle.dev/v1/${what}`, body: JSON.stringify(body) })
