/** What names, labels, ports and other small texts must look like; each check answers the list of what is wrong, worded as upstream, empty when all is well. upstream: apimachinery/pkg/util/validation, pkg/api/validate/content, pkg/api/validation */
import type { FieldErrors } from './field'
import { at, child, forbidden, invalidValue, required, tooLong } from './field'

/** Messages about a text; empty when it is valid. */
export type Problems = readonly string[]
/** Whether a name may be taken for a resource; with `prefix` more will be appended to it. */
export type NameCheck = (name: string, prefix: boolean) => Problems

const NONE: Problems = []

/** Longer than `max` bytes of UTF-8. */
function longerThan(value: string, max: number): boolean {
  return value.length > max || (value.length * 3 > max && Buffer.byteLength(value) > max)
}

export const maxLengthError = (characters: number): string => `must be no more than ${characters} characters`
const maxBytesError = (bytes: number): string => `must be no more than ${bytes} bytes`
export const emptyError = (): string => 'must be non-empty'
export const inclusiveRangeError = (low: number, high: number): string => `must be between ${low} and ${high}, inclusive`

/** `msg (e.g. 'a',  or 'b', regex used for validation is '…')`; upstream's odd commas included. */
export function regexError(message: string, pattern: string, ...examples: string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${pattern}')`
  return `${message} (e.g. ${examples.map(e => `'${e}', `).join(' or ')}regex used for validation is '${pattern}')`
}

const whole = (pattern: string): RegExp => new RegExp(`^${pattern}$`)

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`
const UNDERSCORE_LABEL = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
const UNDERSCORE_SUBDOMAIN = `${UNDERSCORE_LABEL}(\\.${UNDERSCORE_LABEL})*`
const DNS1035 = '[a-z]([-a-z0-9]*[a-z0-9])?'
const WILDCARD = `\\*\\.${SUBDOMAIN}`
const LABEL_KEY = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const LABEL_VALUE = `(${LABEL_KEY})?`
const PERCENT = '[0-9]+%'
const HEADER = '[-A-Za-z0-9]+'
const ENV_NAME = '[-._a-zA-Z][-._a-zA-Z0-9]*'
const CONFIG_KEY = '[-._a-zA-Z0-9]+'
const C_IDENTIFIER = '[A-Za-z_][A-Za-z0-9_]*'
const HTTP_PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+"
const CONDITION_REASON = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?'

const LABEL_RE = whole(LABEL)
const SUBDOMAIN_RE = whole(SUBDOMAIN)
const UNDERSCORE_SUBDOMAIN_RE = whole(UNDERSCORE_SUBDOMAIN)
const CASELESS_SUBDOMAIN_RE = new RegExp(`^${SUBDOMAIN}$`, 'i')
const DNS1035_RE = whole(DNS1035)
const WILDCARD_RE = whole(WILDCARD)
const LABEL_KEY_RE = whole(LABEL_KEY)
const PERCENT_RE = whole(PERCENT)
const HEADER_RE = whole(HEADER)
const ENV_NAME_RE = whole(ENV_NAME)
const CONFIG_KEY_RE = whole(CONFIG_KEY)
const C_IDENTIFIER_RE = whole(C_IDENTIFIER)
const HTTP_PATH_RE = whole(HTTP_PATH)
const CONDITION_REASON_RE = whole(CONDITION_REASON)

const SUBDOMAIN_MESSAGE = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"

export function isDns1123Label(value: string): Problems {
  if (LABEL_RE.test(value)) return value.length > 63 ? [maxLengthError(63)] : NONE
  const problems = longerThan(value, 63) ? [maxLengthError(63)] : []
  if (SUBDOMAIN_RE.test(value)) return [...problems, 'must not contain dots']
  return [...problems, regexError("a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character", LABEL, 'my-name', '123-abc')]
}

export const isDns1123Subdomain = (value: string): Problems => check(value, SUBDOMAIN_RE, 253, () => regexError(SUBDOMAIN_MESSAGE, SUBDOMAIN, 'example.com'))

export const isDns1123SubdomainWithUnderscore = (value: string): Problems =>
  check(value, UNDERSCORE_SUBDOMAIN_RE, 253, () =>
    regexError("a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character", UNDERSCORE_SUBDOMAIN, 'example.com'))

/** Upper case is let through (names of CSI and DRA drivers). The length is in bytes, as the newer checks word it. */
export function isDns1123SubdomainCaseless(value: string): Problems {
  const problems = longerThan(value, 253) ? [maxBytesError(253)] : []
  if (CASELESS_SUBDOMAIN_RE.test(value)) return problems
  return [...problems, regexError("an RFC 1123 subdomain must consist of alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character", SUBDOMAIN, 'Example.com')]
}

export const isDns1035Label = (value: string): Problems =>
  check(value, DNS1035_RE, 63, () =>
    regexError("a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character", DNS1035, 'my-name', 'abc-123'))

export const isWildcardDns1123Subdomain = (value: string): Problems =>
  check(value, WILDCARD_RE, 253, () =>
    regexError("a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character", WILDCARD, '*.example.com'))

function check(value: string, pattern: RegExp, maxLength: number, mismatch: () => string): Problems {
  const matches = pattern.test(value)
  if (matches && value.length <= maxLength) return NONE
  const problems = longerThan(value, maxLength) ? [maxLengthError(maxLength)] : []
  return matches ? problems : [...problems, mismatch()]
}

/** The key of a label: `[prefix/]name`. */
export function isQualifiedName(value: string): Problems {
  if (value.length <= 63 && LABEL_KEY_RE.test(value)) return NONE
  const parts = value.split('/')
  const shape = (): string => regexError("must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character", LABEL_KEY, 'MyName', 'my.name', '123-abc')
  if (parts.length > 2) return [`a valid label key ${shape()} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`]
  const problems: string[] = []
  if (parts.length === 2) {
    const prefix = parts[0] as string
    if (prefix === '') problems.push(`prefix part ${emptyError()}`)
    else {
      if (longerThan(prefix, 253)) problems.push(`prefix part ${maxBytesError(253)}`)
      if (!SUBDOMAIN_RE.test(prefix)) problems.push(`prefix part ${regexError(SUBDOMAIN_MESSAGE, SUBDOMAIN, 'example.com')}`)
    }
  }
  const name = parts[parts.length - 1] as string
  if (name === '') problems.push(`name part ${emptyError()}`)
  else if (longerThan(name, 63)) problems.push(`name part ${maxBytesError(63)}`)
  if (!LABEL_KEY_RE.test(name)) problems.push(`name part ${shape()}`)
  return problems
}

/** A label key that must have its prefix. */
export function isPrefixedLabelKey(value: string): Problems {
  const problems = isQualifiedName(value)
  return problems.length > 0 || value.includes('/') ? problems : ["must include a prefix (e.g. 'example.com/key')"]
}

export function isLabelValue(value: string): Problems {
  if (value === '' || (value.length <= 63 && LABEL_KEY_RE.test(value))) return NONE
  const problems = longerThan(value, 63) ? [maxBytesError(63)] : []
  if (LABEL_KEY_RE.test(value)) return problems
  return [...problems, regexError("a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character", LABEL_VALUE, 'MyValue', 'my_value', '12345')]
}

export const isInRange = (value: number, low: number, high: number): Problems => (value >= low && value <= high ? NONE : [inclusiveRangeError(low, high)])
export const isPortNumber = (port: number): Problems => isInRange(port, 1, 65535)
/** Of users and of groups. */
export const isUserId = (id: number): Problems => isInRange(id, 0, 2147483647)

/** The name of a container's or Service's port (IANA_SVC_NAME). */
export function isPortName(value: string): Problems {
  const problems: string[] = []
  if (longerThan(value, 15)) problems.push(maxLengthError(15))
  if (!/^[-a-z0-9]+$/.test(value)) problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')
  if (!/[a-z]/.test(value)) problems.push('must contain at least one letter (a-z)')
  if (value.includes('--')) problems.push('must not contain consecutive hyphens')
  if (value.startsWith('-') || value.endsWith('-')) problems.push('must not begin or end with a hyphen')
  return problems
}

export const isPercent = (value: string): Problems =>
  PERCENT_RE.test(value) ? NONE : [regexError("a valid percent string must be a numeric string followed by an ending '%'", PERCENT, '1%', '93%')]

export const isHttpHeaderName = (value: string): Problems =>
  HEADER_RE.test(value) ? NONE : [regexError("a valid HTTP header must consist of alphanumeric characters or '-'", HEADER, 'X-Header-Name')]

export const isCIdentifier = (value: string): Problems =>
  C_IDENTIFIER_RE.test(value) ? NONE : [regexError("a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'", C_IDENTIFIER, 'my_name', 'MY_NAME', 'MyName')]

/** The strict rule, that kubectl's flags keep. */
export function isEnvVarName(value: string): Problems {
  const shape = ENV_NAME_RE.test(value) ? [] : [regexError("a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit", ENV_NAME, 'my.env-name', 'MY_ENV.NAME', 'MyEnvName1')]
  return [...shape, ...parentDirectoryProblems(value)]
}

/** The rule of the API since 1.34: printable ASCII without `=`. */
export function isRelaxedEnvVarName(value: string): Problems {
  if (value === '') return [`environment variable name ${emptyError()}`]
  return /^[ -<>-~]*$/.test(value) ? NONE : ["a valid environment variable name must consist only of printable ASCII characters other than '='"]
}

/** A key of a ConfigMap or Secret. */
export function isConfigMapKey(value: string): Problems {
  const problems = longerThan(value, 253) ? [maxLengthError(253)] : []
  if (!CONFIG_KEY_RE.test(value)) problems.push(regexError("a valid config key must consist of alphanumeric characters, '-', '_' or '.'", CONFIG_KEY, 'key.name', 'KEY_NAME', 'key-name'))
  return [...problems, ...parentDirectoryProblems(value)]
}

function parentDirectoryProblems(value: string): Problems {
  if (value === '.') return ["must not be '.'"]
  if (value === '..') return ["must not be '..'"]
  return value.startsWith('..') ? ["must not start with '..'"] : NONE
}

/** A name that can stand in a URL's path (RBAC's rule). upstream: pkg/api/validate/content/path.go */
export function isPathSegmentName(name: string): Problems {
  if (name === '.' || name === '..') return [`may not be '${name}'`]
  return isPathSegmentPrefix(name)
}
export const isPathSegmentPrefix = (name: string): Problems => ['/', '%'].filter(c => name.includes(c)).map(c => `may not contain '${c}'`)
export const nameIsPathSegment: NameCheck = (name, prefix) => (prefix ? isPathSegmentPrefix(name) : isPathSegmentName(name))

export const isConditionReason = (value: string): Problems =>
  CONDITION_REASON_RE.test(value)
    ? NONE
    : [regexError("a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'", CONDITION_REASON, 'my_name', 'MY_NAME', 'MyName', 'ReasonA,ReasonB', 'ReasonA:ReasonB')]

export const nameIsDnsSubdomain: NameCheck = (name, prefix) => isDns1123Subdomain(prefix ? maskTrailingDash(name) : name)
export const nameIsDnsLabel: NameCheck = (name, prefix) => isDns1123Label(prefix ? maskTrailingDash(name) : name)

/** A prefix may end in a dash, since more follows. Upstream drops two characters, and so do we. */
function maskTrailingDash(name: string): string {
  return name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name
}

export function* validateNonnegative(value: number, path: string): FieldErrors {
  if (value < 0) yield invalidValue(path, value, 'must be greater than or equal to 0')
}

/** At least two labels, a trailing dot allowed. */
export function* validateFullyQualifiedDomainName(name: string, path: string): FieldErrors {
  if (name === '') return yield required(path)
  const labels = (name.endsWith('.') ? name.slice(0, -1) : name).split('.')
  if (labels.length < 2) return yield invalidValue(path, name, 'should be a domain with at least two segments separated by dots')
  for (const label of labels) {
    const problems = isDns1123Label(label)
    if (problems.length > 0) return yield invalidValue(path, label, problems.join(','))
  }
}

/** At least three labels (signer names, API service names). */
export function* validateFullyQualifiedName(name: string, path: string): FieldErrors {
  if (name === '') return yield required(path)
  const problems = isDns1123Subdomain(name)
  if (problems.length > 0) yield invalidValue(path, name, problems.join(','))
  else if (name.split('.').length < 3) yield invalidValue(path, name, 'should be a domain with at least three segments separated by dots')
}

/** `acme.io/foo`, the part behind the slash as in a URL. */
export function* validateDomainPrefixedPath(value: string, path: string): FieldErrors {
  if (value === '') return yield required(path)
  const slash = value.indexOf('/')
  const [host, rest] = slash < 0 ? ['', ''] : [value.slice(0, slash), value.slice(slash + 1)]
  if (host === '' || rest === '') return yield invalidValue(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")')
  for (const problem of isDns1123Subdomain(host)) yield invalidValue(path, host, problem)
  if (!HTTP_PATH_RE.test(rest)) yield invalidValue(path, rest, regexError('Invalid path', HTTP_PATH))
}

/** `acme.io/foo`, the part behind the slash as in a label's key. */
export function* validateDomainPrefixedKey(value: string, path: string): FieldErrors {
  if (value === '') return yield required(path)
  const problems = isQualifiedName(value)
  for (const problem of problems) yield invalidValue(path, value, problem)
  if (problems.length === 0 && !value.includes('/')) yield invalidValue(path, value, 'must be a domain-prefixed key (such as "acme.io/foo")')
}

export function* validateLabelName(name: string, path: string): FieldErrors {
  for (const problem of isQualifiedName(name)) yield invalidValue(path, name, problem)
}

export function* validateLabels(labels: Readonly<Record<string, string>> | undefined, path: string): FieldErrors {
  for (const key in labels) {
    yield* validateLabelName(key, path)
    for (const problem of isLabelValue(labels[key] as string)) yield invalidValue(path, labels[key], problem)
  }
}

const MAX_ANNOTATIONS_BYTES = 256 * 1024

export function* validateAnnotations(annotations: Readonly<Record<string, string>> | undefined, path: string): FieldErrors {
  let bytes = 0
  for (const key in annotations) {
    for (const problem of isQualifiedName(key.toLowerCase())) yield invalidValue(path, key, problem)
    bytes += Buffer.byteLength(key) + Buffer.byteLength(annotations[key] as string)
  }
  if (bytes > MAX_ANNOTATIONS_BYTES) yield tooLong(path, MAX_ANNOTATIONS_BYTES)
}

/** The selector of an object's spec (matchLabels, matchExpressions). upstream: apis/meta/v1/validation.ValidateLabelSelector */
export function* validateLabelSelector(
  selector: { readonly matchLabels?: Readonly<Record<string, string>>; readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[] } | undefined,
  path: string,
  options: { readonly allowInvalidValues?: boolean; readonly allowUnknownOperator?: boolean } = {},
): FieldErrors {
  yield* validateLabels(selector?.matchLabels, child(path, 'matchLabels'))
  for (const [i, e] of (selector?.matchExpressions ?? []).entries()) yield* validateLabelSelectorRequirement(e, at(child(path, 'matchExpressions'), i), options)
}

export function* validateLabelSelectorRequirement(
  { key, operator, values = [] }: { readonly key: string; readonly operator: string; readonly values?: readonly string[] },
  path: string,
  options: { readonly allowInvalidValues?: boolean; readonly allowUnknownOperator?: boolean } = {},
): FieldErrors {
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) yield required(child(path, 'values'), "must be specified when `operator` is 'In' or 'NotIn'")
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) yield forbidden(child(path, 'values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
  } else if (!options.allowUnknownOperator) yield invalidValue(child(path, 'operator'), operator, 'not a valid selector operator')
  yield* validateLabelName(key, child(path, 'key'))
  if (options.allowInvalidValues) return
  for (const [i, value] of values.entries()) for (const problem of isLabelValue(value)) yield invalidValue(at(child(path, 'values'), i), value, problem)
}
