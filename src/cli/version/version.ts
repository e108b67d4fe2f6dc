/** `kubectl version`: what this kubectl stands in for, and what the cluster says. upstream: kubectl/pkg/cmd/version */
import { UsageError } from '../../base/errors'
import { goJsonIndent } from '../../base/go-text'
import { failure, StatusError, type Status } from '../../base/status'
import { ConfigurationError } from '../errors'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import { yamlText } from '../../base/yaml/writer'
import { CLIENT_VERSION } from './client-version'

/** apimachinery/pkg/version Info, as far as a client has it. */
interface Info {
  readonly major: string
  readonly minor: string
  readonly gitVersion: string
  readonly gitCommit: string
  readonly gitTreeState: string
  readonly buildDate: string
  readonly goVersion: string
  readonly compiler: string
  readonly platform: string
}

const CLIENT: Info = {
  major: '1', minor: '36', gitVersion: CLIENT_VERSION, gitCommit: 'kubottle', gitTreeState: 'clean',
  buildDate: '2026-07-15T00:00:00Z', goVersion: 'go1.26.0', compiler: 'gc', platform: 'linux/amd64',
}
const KUSTOMIZE_VERSION = 'v5.8.1'

export interface Options {
  readonly factory: Factory
  readonly clientOnly: boolean
  readonly output: string
  readonly warningsAsErrors: boolean
}

export const toOptions = ({ flags }: Invocation<'version'>, factory: Factory): Options => ({ factory, clientOnly: flags.client, output: flags.output, warningsAsErrors: flags['warnings-as-errors'] })

/** Prints the client's version before it fails for want of a server. Throws what opening a cluster throws. */
export async function run({ factory, clientOnly, output, warningsAsErrors }: Options): Promise<void> {
  let server: Info | undefined
  let failed: unknown
  if (!clientOnly) {
    // A configuration that names no server is a failure before anything is printed.
    configured(factory)
    try {
      server = await serverVersion(factory)
    } catch (error) {
      failed = error
    }
  }
  const { io } = factory
  const both = { clientVersion: CLIENT, kustomizeVersion: KUSTOMIZE_VERSION, ...(server === undefined ? {} : { serverVersion: server }) }
  if (output === 'json') io.stdout(`${goJsonIndent(both, '  ', { sorted: false })}\n`)
  else if (output === 'yaml') io.stdout(`${yamlText(both)}\n`)
  else io.stdout(`Client Version: ${CLIENT.gitVersion}\nKustomize Version: ${KUSTOMIZE_VERSION}\n${server === undefined ? '' : `Server Version: ${server.gitVersion}\n`}`)
  const skew = server === undefined ? undefined : skewWarning(server.gitVersion)
  if (skew !== undefined && warningsAsErrors) throw new UsageError(skew)
  if (skew !== undefined) io.stderr(`Warning: ${skew}\n`)
  if (failed !== undefined) throw failed
}

/** Throws UsageError. */
function configured(factory: Factory): void {
  try {
    factory.server()
  } catch (error) {
    // Without any configuration there is just no server to ask.
    if (!(error instanceof ConfigurationError) || !error.message.includes('no configuration has been provided')) throw error
  }
}

async function serverVersion(factory: Factory): Promise<Info> {
  const client = await factory.client()
  const { code, body } = await client.request({ method: 'GET', path: '/version', accept: 'application/json' })
  if (code < 400) return JSON.parse(body) as Info
  const status = JSON.parse(body) as Status
  throw status.kind === 'Status' ? new StatusError(status) : failure(code, '', body)
}

/** upstream: skew_warning.go */
function skewWarning(server: string): string | undefined {
  const [, major = '', minor = ''] = /^v?(\d+)\.(\d+)/.exec(server) ?? []
  if (major === '') throw new UsageError(`server version error: could not parse ${JSON.stringify(server)} as version`)
  if (major === CLIENT.major && Math.abs(Number(minor) - Number(CLIENT.minor)) <= 1) return undefined
  return `version difference between client (${CLIENT.major}.${CLIENT.minor}) and server (${major}.${minor}) exceeds the supported minor version skew of +/-1`
}
