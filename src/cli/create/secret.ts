/** `kubectl create secret generic`, `docker-registry`, `tls`. upstream: kubectl/pkg/cmd/create create_secret.go, create_secret_docker.go, create_secret_tls.go */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from '../../base/errors'
import { goQuote } from '../../base/field'
import { goJson, goJsonString } from '../../base/go-text'
import { isConfigMapKey } from '../../base/validation'
import type { KubeObject } from '../../kinds/kind'
import type { IOStreams } from '../io-streams'
import { resourceOf } from '../resource-of'
import type { Generator } from './generate'
import type { Add } from './sources'
import { addEnvFiles, addFiles, addLiterals, contentHash } from './sources'

const FAILURE = 'failed to create secret '
const secretResource = (): ReturnType<typeof resourceOf> => resourceOf('v1', 'Secret')

export const genericSecret: Generator<'create secret generic'> = {
  resource: secretResource,
  failure: FAILURE,
  make({ name, flags, io }) {
    if (name === '') throw new UsageError('name must be specified')
    if (flags['from-env-file'].length > 0 && (flags['from-file'].length > 0 || flags['from-literal'].length > 0)) throw new UsageError('from-env-file cannot be combined with from-file or from-literal')
    return secretOf(name, flags.type, flags['append-hash'], add => {
      addLiterals(flags['from-literal'], add)
      addFiles(flags['from-file'], io, add)
      addEnvFiles(flags['from-env-file'], 'env secret file', io, add)
    })
  },
}

const DOCKER_KEY = '.dockerconfigjson'

export const dockerRegistrySecret: Generator<'create secret docker-registry'> = {
  resource: secretResource,
  failure: FAILURE,
  make({ name, flags, io }) {
    if (name === '') throw new UsageError('name must be specified')
    const files = flags['from-file']
    const [username, password, server] = [flags['docker-username'], flags['docker-password'], flags['docker-server']]
    if (files.length === 0 && (username === '' || password === '' || server === '')) {
      throw new UsageError('either --from-file or the combination of --docker-username, --docker-password and --docker-server is required')
    }
    return secretOf(name, 'kubernetes.io/dockerconfigjson', flags['append-hash'], add => {
      if (files.length > 0) addFiles(files.map(f => (f.includes('=') ? f : `${DOCKER_KEY}=${f}`)), io, add)
      else add(DOCKER_KEY, Buffer.from(dockerConfig(server, username, password, flags['docker-email'])))
    })
  },
}

/** In the order of the struct's fields, empty ones left out. */
function dockerConfig(server: string, username: string, password: string, email: string): string {
  const auth = Buffer.from(`${username}:${password}`).toString('base64')
  const fields = Object.entries({ username, password, email, auth }).filter(([, v]) => v !== '').map(([k, v]) => `"${k}":${goJsonString(v)}`)
  return `{"auths":{${goJsonString(server)}:{${fields.join(',')}}}}`
}

export const tlsSecret: Generator<'create secret tls'> = {
  resource: secretResource,
  failure: FAILURE,
  make({ name, flags, io }) {
    if (flags.key === '' || flags.cert === '') throw new UsageError('key and cert must be specified')
    const cert = readPem(flags.cert, io)
    const key = readPem(flags.key, io)
    checkKeyPair(cert, key)
    return secretOf(name, 'kubernetes.io/tls', flags['append-hash'], add => {
      add('tls.crt', cert)
      add('tls.key', key)
    })
  },
}

function readPem(path: string, { cwd }: IOStreams): Uint8Array {
  try {
    return readFileSync(resolve(cwd, path))
  } catch (error) {
    const why = (error as { code?: string }).code === 'EACCES' ? 'permission denied' : (error as { code?: string }).code === 'EISDIR' ? 'is a directory' : 'no such file or directory'
    throw new UsageError(`Cannot read file ${path}, ${why === 'is a directory' ? 'read' : 'open'} ${path}: ${why}`)
  }
}

/** upstream: crypto/tls X509KeyPair */
function checkKeyPair(cert: Uint8Array, key: Uint8Array): void {
  const { X509Certificate, createPrivateKey } = process.getBuiltinModule('node:crypto')
  const blocks = (bytes: Uint8Array): string[] => [...Buffer.from(bytes).toString('latin1').matchAll(/-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g)].map(m => m[1] as string)
  const inCert = blocks(cert)
  if (!inCert.includes('CERTIFICATE')) {
    if (inCert.length === 0) throw new UsageError('tls: failed to find any PEM data in certificate input')
    if (inCert.length === 1 && inCert[0]?.endsWith('PRIVATE KEY')) throw new UsageError('tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched')
    throw new UsageError(`tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${inCert.join(' ')}]`)
  }
  const inKey = blocks(key)
  if (!inKey.some(type => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY'))) {
    if (inKey.length === 0) throw new UsageError('tls: failed to find any PEM data in key input')
    if (inKey.length === 1 && inKey[0] === 'CERTIFICATE') throw new UsageError('tls: found a certificate rather than a key in the PEM for the private key')
    throw new UsageError(`tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${inKey.join(' ')}]`)
  }
  let certificate: InstanceType<typeof X509Certificate>
  let privateKey: ReturnType<typeof createPrivateKey>
  try {
    certificate = new X509Certificate(cert)
  } catch {
    throw new UsageError('x509: malformed certificate')
  }
  try {
    privateKey = createPrivateKey(Buffer.from(key))
  } catch {
    throw new UsageError('tls: failed to parse private key')
  }
  if (certificate.publicKey.asymmetricKeyType !== privateKey.asymmetricKeyType) throw new UsageError('tls: private key type does not match public key type')
  if (!certificate.checkPrivateKey(privateKey)) throw new UsageError('tls: private key does not match public key')
}

function secretOf(name: string, type: string, appendHash: boolean, fill: (add: Add) => void): KubeObject {
  const data: Record<string, string> = {}
  fill((key, value) => {
    const problems = isConfigMapKey(key)
    if (problems.length > 0) throw new UsageError(`${goQuote(key)} is not valid key name for a Secret ${problems.join(';')}`)
    if (Object.hasOwn(data, key)) throw new UsageError(`cannot add key ${key}, another key by that name already exists`)
    data[key] = Buffer.from(value).toString('base64')
  })
  const hash = appendHash ? `-${contentHash(goJson({ kind: 'Secret', type, name, data }))}` : ''
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: name + hash }, ...(Object.keys(data).length > 0 ? { data } : {}), ...(type === '' ? {} : { type }) } as KubeObject
}
