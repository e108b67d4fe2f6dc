/** Credentials that a program of the person's gives for a server. upstream: client-go/plugin/pkg/client/auth/exec */
import { spawnSync } from 'node:child_process'
import { ConnectionError } from '../src/base/errors'
import type { ExecPlugin, Identity, ServerTarget } from '../src/cli/access'

const NOT_INSTALLED = `

It looks like you are trying to use a client-go credential plugin that is not installed.

To learn more about this feature, consult the documentation available at:
      https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins`

/** What Go says of a text that is no object. */
const NO_OBJECT = 'decoding stdout: couldn\'t get version/kind; json parse error: json: cannot unmarshal string into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'

interface Given {
  readonly apiVersion?: string
  readonly kind?: string
  readonly status?: { readonly token?: string; readonly clientCertificateData?: string; readonly clientKeyData?: string; readonly expirationTimestamp?: string }
}

type Credential = Pick<Identity, 'token' | 'clientCertificate' | 'clientKey'>

/** What plugins gave this process, until it expires. upstream: exec.Authenticator's cache */
const kept = new Map<string, { readonly credentials: Credential; readonly untilMs: number }>()

/** The identity with what its plugin gives, where it has one; over plain HTTP nobody is asked. Throws ConnectionError. */
export function withPlugin(target: ServerTarget, nowMs: number): ServerTarget {
  const { identity: { exec, ...identity }, url } = target
  if (exec === undefined || !url.startsWith('https:') || identity.token !== undefined || identity.clientCertificate !== undefined || identity.basic !== undefined) return target
  const { host } = new URL(url)
  const failed = (why: string): ConnectionError => new ConnectionError(host, `getting credentials: ${why}`)
  const key = JSON.stringify([exec, exec.provideClusterInfo ? clusterOf(target) : url])
  const known = kept.get(key)
  if (known !== undefined && nowMs <= known.untilMs) return { ...target, identity: { ...identity, ...known.credentials } }
  const interactive = process.stdin.isTTY === true && exec.interactiveMode !== 'Never'
  if (exec.interactiveMode === 'Always' && !interactive) throw failed('exec plugin cannot support interactive mode: standard input is not a terminal')
  const ran = spawnSync(exec.command, [...exec.args], { env: { ...process.env, ...exec.env, KUBERNETES_EXEC_INFO: JSON.stringify(request(exec, target, interactive)) }, stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'inherit'], encoding: 'utf8' })
  if (ran.error !== undefined) {
    const { code, message } = ran.error as NodeJS.ErrnoException
    throw failed(code === 'ENOENT' ? `exec: executable ${exec.command} not found${NOT_INSTALLED}${exec.installHint === '' ? '' : `\n\n${exec.installHint}`}` : `exec: ${message}`)
  }
  if (ran.status !== 0) throw failed(`exec: executable ${exec.command} failed with exit code ${ran.status ?? -1}`)
  const { untilMs, ...credentials } = credentialsIn(ran.stdout, exec, failed)
  kept.set(key, { credentials, untilMs })
  return { ...target, identity: { ...identity, ...credentials } }
}

function clusterOf({ url, tlsServerName, insecureSkipTlsVerify, certificateAuthority }: ServerTarget): object {
  return {
    server: url,
    ...(tlsServerName === undefined ? {} : { 'tls-server-name': tlsServerName }),
    ...(insecureSkipTlsVerify ? { 'insecure-skip-tls-verify': true } : {}),
    ...(certificateAuthority === undefined ? {} : { 'certificate-authority-data': Buffer.from(certificateAuthority).toString('base64') }),
    config: null,
  }
}

function request({ apiVersion, provideClusterInfo }: ExecPlugin, target: ServerTarget, interactive: boolean): object {
  return { kind: 'ExecCredential', apiVersion, spec: { ...(provideClusterInfo ? { cluster: clusterOf(target) } : {}), interactive } }
}

function credentialsIn(text: string, { apiVersion }: ExecPlugin, failed: (why: string) => ConnectionError): Credential & { readonly untilMs: number } {
  let given: Given
  try {
    given = JSON.parse(text) as Given
  } catch {
    throw failed(NO_OBJECT)
  }
  if (given.apiVersion !== apiVersion) throw failed(`exec plugin is configured to use API version ${apiVersion}, plugin returned version ${given.apiVersion ?? ''}`)
  if (given.status === undefined) throw failed("exec plugin didn't return a status field")
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = given.status
  if ((token ?? '') === '' && (clientCertificateData ?? '') === '' && (clientKeyData ?? '') === '') throw failed("exec plugin didn't return a token or cert/key pair")
  if (((clientCertificateData ?? '') === '') !== ((clientKeyData ?? '') === '')) throw failed('exec plugin returned only certificate or key, not both')
  return { token, clientCertificate: clientCertificateData, clientKey: clientKeyData, untilMs: expirationTimestamp === undefined ? Infinity : Date.parse(expirationTimestamp) }
}
