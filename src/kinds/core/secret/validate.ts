/** The defaults and the validation of secrets. upstream: pkg/apis/core/validation ValidateSecret, ValidateSecretUpdate, pkg/apis/core/v1/conversion.go */
import { deepEqual } from '../../../base/equal'
import { Path, type Findings } from '../../../base/findings'
import { isConfigMapKey } from '../../../base/validation'
import { checked, checkedUpdate, checkMetadata } from '../../metadata-checks'
import { JsonSyntaxError, parseJsonText } from '../../schema/json-text'
import type { Secret } from '../../schema/types/core.v1'
import { base64Bytes, MAX_BYTES, SEALED } from '../config-map/validate'
import { keyPairProblem } from './key-pair'

const DATA = Path.of('data')
const ACCOUNT = 'kubernetes.io/service-account.name'

/** stringData is for writing only: it becomes data. */
export function defaultSecret(s: Secret): void {
  if (s.stringData !== undefined) {
    const data = { ...s.data }
    for (const key in s.stringData) data[key] = Buffer.from(s.stringData[key] as string).toString('base64')
    s.data = data
    delete s.stringData
  }
  if ((s.type ?? '') === '') s.type = 'Opaque'
}

export const validateSecret = checked(check)

export const validateSecretUpdate = checkedUpdate<Secret>((f, next, previous) => {
  if (next.type !== previous.type) f.invalid(Path.of('type'), next.type ?? '', 'field is immutable')
  if (previous.immutable === true) {
    if (next.immutable !== true) f.forbidden(Path.of('immutable'), SEALED)
    if (!deepEqual(next.data ?? {}, previous.data ?? {})) f.forbidden(DATA, SEALED)
  }
  checkMetadata(f, next.metadata, { previous: previous.metadata })
  check(f, next)
})

function check(f: Findings, s: Secret): void {
  const { data = {} } = s
  let bytes = 0
  for (const key in data) {
    const problems = isConfigMapKey(key)
    if (problems.length > 0) f.problems(DATA.key(key), key, problems)
    bytes += base64Bytes(data[key] as string)
  }
  if (bytes > MAX_BYTES) f.tooLong(DATA, MAX_BYTES)
  switch (s.type) {
    case 'kubernetes.io/service-account-token':
      if ((s.metadata.annotations?.[ACCOUNT] ?? '') === '') f.required(Path.of('metadata').child('annotations').key(ACCOUNT))
      break
    case 'kubernetes.io/dockercfg':
      validateJson(f, data, '.dockercfg')
      break
    case 'kubernetes.io/dockerconfigjson':
      validateJson(f, data, '.dockerconfigjson')
      break
    case 'kubernetes.io/basic-auth':
      if (data.username === undefined && data.password === undefined) for (const key of ['username', 'password']) f.required(DATA.key(key))
      break
    case 'kubernetes.io/ssh-auth':
      if ((data['ssh-privatekey'] ?? '') === '') f.required(DATA.key('ssh-privatekey'))
      break
    case 'kubernetes.io/tls':
      for (const key of ['tls.crt', 'tls.key']) if (data[key] === undefined) f.required(DATA.key(key))
  }
}

const GO_KINDS: Record<string, string> = { string: 'string', number: 'number', boolean: 'bool', array: 'array' }

function validateJson(f: Findings, data: Readonly<Record<string, string>>, key: string): void {
  const encoded = data[key]
  if (encoded === undefined) return f.required(DATA.key(key))
  const problem = jsonObjectProblem(Buffer.from(encoded, 'base64').toString())
  if (problem !== undefined) f.invalid(DATA.key(key), '<secret contents redacted>', problem)
}

/** What Go's encoding/json says of a text that is no object. */
function jsonObjectProblem(text: string): string | undefined {
  try {
    const { value } = parseJsonText(text)
    if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined
    return `json: cannot unmarshal ${GO_KINDS[Array.isArray(value) ? 'array' : typeof value]} into Go value of type map[string]interface {}`
  } catch (e) {
    if (e instanceof JsonSyntaxError) return e.message
    throw e
  }
}

/** upstream: pkg/registry/core/secret/strategy.go warningsForSecret */
export function* secretWarnings({ type, data }: Secret): Iterable<string> {
  if (type !== 'kubernetes.io/tls') return
  const text = (key: string): string => Buffer.from(data?.[key] ?? '', 'base64').toString()
  const problem = keyPairProblem(text('tls.crt'), text('tls.key'))
  if (problem !== undefined) yield problem
}
