/** Named formats. upstream: apiserver/pkg/cel/library/format.go */
import { Optional, type Environment } from '@marcbachmann/cel-js'
import { isDns1035Label, isDns1123Label, isDns1123Subdomain, isLabelValue, isQualifiedName, type Problems } from '../../base/validation'
import { namespaceOf, registrar } from './register'

class CelFormat {
  constructor(readonly name: string, readonly check: (text: string) => Problems) {}
}

const FORMAT = 'kubernetes.NamedFormat'
/** A prefix of a generated name: what follows makes it valid. */
const prefix = (check: (text: string) => Problems) => (text: string): Problems => check(text.endsWith('-') ? `${text.slice(0, -1)}a` : text)
const matching = (pattern: RegExp, problem: string) => (text: string): Problems => (pattern.test(text) ? [] : [problem])

const FORMATS: Readonly<Record<string, (text: string) => Problems>> = {
  dns1123Label: isDns1123Label,
  dns1123Subdomain: isDns1123Subdomain,
  dns1035Label: isDns1035Label,
  qualifiedName: isQualifiedName,
  dns1123LabelPrefix: prefix(isDns1123Label),
  dns1123SubdomainPrefix: prefix(isDns1123Subdomain),
  dns1035LabelPrefix: prefix(isDns1035Label),
  labelValue: isLabelValue,
  uri: text => (/^(?:[A-Za-z][A-Za-z0-9+.-]*:\/\/[^\s]+|\/[^\s]*)$/.test(text) ? [] : ['invalid URI']),
  uuid: matching(/^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i, 'does not match the UUID format'),
  byte: matching(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'invalid base64'),
  date: matching(/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/, 'invalid date'),
  datetime: matching(/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:?\d\d)$/, 'invalid datetime'),
}

export function registerFormats(env: Environment): void {
  env.registerType(FORMAT, { ctor: CelFormat, fields: {} } as never)
  const register = registrar(env)
  const format = namespaceOf(env, 'format')
  const known = new Map(Object.entries(FORMATS).map(([name, check]) => [name, new CelFormat(name, check)]))
  register('named', format, ['string'], `optional<${FORMAT}>`, (_: unknown, name: string) => {
    const found = known.get(name)
    return found === undefined ? Optional.none() : Optional.of(found)
  })
  for (const [name, made] of known) register(name, format, [], FORMAT, () => made)
  register('validate', FORMAT, ['string'], 'optional<list<string>>', (f: CelFormat, text: string) => {
    const problems = f.check(text)
    return problems.length === 0 ? Optional.none() : Optional.of([...problems])
  })
}
