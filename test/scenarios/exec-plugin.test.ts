/** Credential plugins of a kubeconfig, with the words that the real kubectl has for their mistakes. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { withProvider } from '../../bin/auth-provider'
import { withPlugin as withPluginAt } from '../../bin/exec-credential'
import type { ServerTarget } from '../../src/cli/access'

const folder = mkdtempSync(join(tmpdir(), 'kubottle-exec-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const V1 = 'client.authentication.k8s.io/v1'
const NOW_MS = Date.UTC(2026, 10, 21)
const withPlugin = (t: ServerTarget, nowMs = NOW_MS): ServerTarget => withPluginAt(t, nowMs)
const credential = (more: object): string => JSON.stringify({ apiVersion: V1, kind: 'ExecCredential', ...more })

function target(script: string, exec: object = {}, url = 'https://127.0.0.1:1'): ServerTarget {
  const command = join(folder, `${Math.abs(hash(script))}.sh`)
  writeFileSync(command, `#!/bin/sh\n${script}\n`)
  chmodSync(command, 0o755)
  const plugin = { command, args: ['one'], env: { GREETING: 'hello' }, apiVersion: V1, interactiveMode: 'Never', provideClusterInfo: false, installHint: '', ...exec }
  return { kind: 'server', url, insecureSkipTlsVerify: true, certificateAuthority: undefined, tlsServerName: undefined, proxyUrl: undefined, disableCompression: false, requestTimeoutMs: 0, identity: { exec: plugin, user: 'u', groups: [], token: undefined, clientCertificate: undefined, clientKey: undefined, basic: undefined, impersonate: undefined } }
}
const hash = (text: string): number => [...text].reduce((h, c) => (h * 31 + c.charCodeAt(0)) | 0, 7)
const echo = (text: string): string => `cat <<'END'\n${text}\nEND`

describe('a credential plugin', () => {
  it('gives a token, knows its environment, arguments and what is asked', () => {
    expect(withPlugin(target(`echo '${credential({})}' | sed "s/}$/,\\"status\\":{\\"token\\":\\"$GREETING-$1\\"}}/"`)).identity.token).toBe('hello-one')
    const asked = withPlugin(target(`t=$(echo "$KUBERNETES_EXEC_INFO" | sed 's/"/\\\\"/g'); echo "{\\"apiVersion\\":\\"${V1}\\",\\"status\\":{\\"token\\":\\"$t\\"}}"`, { provideClusterInfo: true })).identity.token
    expect(JSON.parse(asked as string)).toEqual({ kind: 'ExecCredential', apiVersion: V1, spec: { cluster: { server: 'https://127.0.0.1:1', 'insecure-skip-tls-verify': true, config: null }, interactive: false } })
  })
  it('gives a certificate', () => {
    expect(withPlugin(target(echo(credential({ status: { clientCertificateData: 'CERT', clientKeyData: 'KEY' } })))).identity).toMatchObject({ clientCertificate: 'CERT', clientKey: 'KEY' })
  })
  it('is asked again when what it gave has expired', () => {
    const file = join(folder, 'count')
    const counting = target(`n=$(($(cat ${file} 2>/dev/null || echo 0) + 1)); echo $n > ${file}; echo '${credential({ status: { token: 'TOKEN', expirationTimestamp: '2026-11-21T01:00:00Z' } })}' | sed "s/TOKEN/token-$n/"`)
    const tokens = [0, 1, 59, 60, 61, 62].map(minutes => withPlugin(counting, NOW_MS + minutes * 60_000).identity.token)
    expect(tokens).toEqual(['token-1', 'token-1', 'token-1', 'token-1', 'token-2', 'token-3'])
  })
  it('is not asked over plain HTTP', () => {
    expect(withPlugin(target('exit 9', {}, 'http://127.0.0.1:1')).identity.token).toBeUndefined()
  })
  it.each([
    ['exit 3', {}, / failed with exit code 3$/],
    [echo('nonsense'), {}, /^getting credentials: decoding stdout: couldn't get version\/kind; json parse error: json: cannot unmarshal string into Go value of type struct/],
    [echo(credential({})), {}, /^getting credentials: exec plugin didn't return a status field$/],
    [echo(credential({ status: {} })), {}, /^getting credentials: exec plugin didn't return a token or cert\/key pair$/],
    [echo(credential({ status: { clientKeyData: 'KEY' } })), {}, /^getting credentials: exec plugin returned only certificate or key, not both$/],
    [echo(credential({ apiVersion: `${V1}beta1` })), {}, /^getting credentials: exec plugin is configured to use API version client.authentication.k8s.io\/v1, plugin returned version client.authentication.k8s.io\/v1beta1$/],
    ['true', { command: 'no-such-plugin', installHint: 'install it' }, /^getting credentials: exec: executable no-such-plugin not found\n\nIt looks like[^]*\n\ninstall it$/],
    ['true', { interactiveMode: 'Always' }, /^getting credentials: exec plugin cannot support interactive mode: standard input is not a terminal$/],
  ])('%s: is told', (script, exec, message) => expect(() => withPlugin(target(script, exec))).toThrow(message))
})

describe('a provider of a library', () => {
  const jwt = (exp: number): string => ['{"alg":"none"}', JSON.stringify({ exp }), ''].map(text => Buffer.from(text).toString('base64url')).join('.')
  const provided = (name: string, config: Record<string, string> = {}, url = 'https://127.0.0.1:1'): ServerTarget => {
    const base = target('true', {}, url)
    return { ...base, identity: { ...base.identity, exec: undefined, provider: { name, config } } }
  }
  const oidc = (config: Record<string, string>): ServerTarget => provided('oidc', { 'idp-issuer-url': 'https://id.example.com', 'client-id': 'me', ...config })
  it('is not there but for OpenID Connect', () => {
    expect(() => withProvider(provided('none'), NOW_MS)).toThrow('no Auth Provider found for name "none"')
    expect(() => withProvider(provided('gcp'), NOW_MS)).toThrow('The gcp auth plugin has been removed.\nPlease use the "gke-gcloud-auth-plugin"')
    expect(() => withProvider(provided('azure'), NOW_MS)).toThrow('The azure auth plugin has been removed.')
    expect(withProvider(provided('none', {}, 'http://127.0.0.1:1'), NOW_MS).identity.token).toBeUndefined()
  })
  it('gives its token while it lasts', () => {
    expect(() => withProvider(provided('oidc'), NOW_MS)).toThrow('Must provide idp-issuer-url')
    const lasting = jwt(NOW_MS / 1000 + 60)
    expect(withProvider(oidc({ 'id-token': lasting }), NOW_MS).identity.token).toBe(lasting)
    expect(() => withProvider(oidc({ 'id-token': lasting }), NOW_MS + 55_000)).toThrow('No valid id-token, and cannot refresh without refresh-token')
    expect(() => withProvider(oidc({ 'id-token': 'abc' }), NOW_MS)).toThrow('ID Token is not a valid JWT')
  })
})
