import { describe, expect, it } from 'vitest'
import { fieldErrorBody } from './field'
import * as v from './validation'

const errors = (found: Iterable<Parameters<typeof fieldErrorBody>[0]>) => [...found].map(e => `${e.field}: ${fieldErrorBody(e)}`)

describe('names', () => {
  it('DNS labels', () => {
    for (const ok of ['a', 'a1', '1a', 'a-b', 'a'.repeat(63)]) expect(v.isDns1123Label(ok)).toEqual([])
    expect(v.isDns1123Label('a.b')).toEqual(['must not contain dots'])
    expect(v.isDns1123Label('')).toEqual(["a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"])
    expect(v.isDns1123Label('a'.repeat(64))).toEqual(['must be no more than 63 characters'])
    expect(v.isDns1123Label('A'.repeat(64))).toHaveLength(2)
    expect(v.isDns1123Label('é'.repeat(32))[0]).toBe('must be no more than 63 characters')
  })
  it('DNS subdomains', () => {
    expect(v.isDns1123Subdomain('a.b-c.d')).toEqual([])
    expect(v.isDns1123Subdomain('Web')).toEqual(["a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"])
    expect(v.isDns1123Subdomain('a'.repeat(254))).toEqual(['must be no more than 253 characters'])
    for (const bad of ['a..b', '.a', 'a.', '-a', 'a-', 'a_b', 'a b', 'a\n']) expect(v.isDns1123Subdomain(bad)).toHaveLength(1)
    expect(v.isDns1123SubdomainWithUnderscore('_a.b_c')).toEqual([])
    expect(v.isDns1123SubdomainCaseless('Foo.com')).toEqual([])
    expect(v.isWildcardDns1123Subdomain('*.foo.com')).toEqual([])
    expect(v.isWildcardDns1123Subdomain('*.*.com')).toHaveLength(1)
  })
  it('DNS 1035 labels', () => {
    expect(v.isDns1035Label('web-1')).toEqual([])
    expect(v.isDns1035Label('1web')[0]).toMatch(/^a DNS-1035 label must consist of .* \(e\.g\. 'my-name', {2}or 'abc-123', regex used for validation is '\[a-z\]\(\[-a-z0-9\]\*\[a-z0-9\]\)\?'\)$/)
  })
  it('prefixes of names', () => {
    expect(v.nameIsDnsSubdomain('web-', true)).toEqual([])
    expect(v.nameIsDnsSubdomain('web-', false)).toHaveLength(1)
    expect(v.nameIsDnsLabel('-', true)).toHaveLength(1)
    expect(v.nameIsPathSegment('system:node', false)).toEqual([])
    expect(v.nameIsPathSegment('a/b%', false)).toEqual(["may not contain '/'", "may not contain '%'"])
    expect(v.nameIsPathSegment('..', false)).toEqual(["may not be '..'"])
  })
})

describe('labels', () => {
  it('keys', () => {
    for (const ok of ['a', 'A.b_c-1', 'example.com/a', `${'a'.repeat(253)}/${'b'.repeat(63)}`]) expect(v.isQualifiedName(ok)).toEqual([])
    const shape = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
    expect(v.isQualifiedName('')).toEqual(['name part must be non-empty', `name part ${shape}`])
    expect(v.isQualifiedName('/a')).toEqual(['prefix part must be non-empty'])
    expect(v.isQualifiedName('a/b/c')).toEqual([`a valid label key ${shape} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`])
    expect(v.isQualifiedName('a'.repeat(64))).toEqual(['name part must be no more than 63 bytes'])
    expect(v.isQualifiedName('A/b')[0]).toMatch(/^prefix part a lowercase RFC 1123 subdomain/)
    expect(v.isPrefixedLabelKey('a')).toEqual(["must include a prefix (e.g. 'example.com/key')"])
  })
  it('values', () => {
    for (const ok of ['', 'a', 'A-b_c.1', 'a'.repeat(63)]) expect(v.isLabelValue(ok)).toEqual([])
    expect(v.isLabelValue('a'.repeat(64))).toEqual(['must be no more than 63 bytes'])
    expect(v.isLabelValue('Jane Doe')).toEqual(["a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"])
  })
  it('maps', () => {
    expect(errors(v.validateLabels({ ok: 'a', '-': 'b c' }, 'metadata.labels'))).toEqual([expect.stringMatching(/^metadata.labels: Invalid value: "-": name part must consist/), expect.stringMatching(/^metadata.labels: Invalid value: "b c": a valid label must be/)])
    expect(errors(v.validateAnnotations({ UPPER: 'any\ntext' }, 'metadata.annotations'))).toEqual([])
    expect(errors(v.validateAnnotations({ a: 'x'.repeat(262144) }, 'metadata.annotations'))).toEqual(['metadata.annotations: Too long: may not be more than 262144 bytes'])
    expect(errors(v.validateLabelSelector({ matchExpressions: [{ key: 'a', operator: 'In' }, { key: 'b', operator: 'Exists', values: ['x'] }, { key: 'c', operator: 'Is' }] }, 'spec.selector'))).toEqual([
      "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
      "spec.selector.matchExpressions[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
      'spec.selector.matchExpressions[2].operator: Invalid value: "Is": not a valid selector operator',
    ])
  })
})

describe('other texts', () => {
  it('ports', () => {
    expect(v.isPortNumber(65535)).toEqual([])
    expect(v.isPortNumber(0)).toEqual(['must be between 1 and 65535, inclusive'])
    expect(v.isPortName('http-2')).toEqual([])
    expect(v.isPortName('')).toEqual(['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)', 'must contain at least one letter (a-z)'])
    expect(v.isPortName('-a--verylongnames')).toEqual(['must be no more than 15 characters', 'must not contain consecutive hyphens', 'must not begin or end with a hyphen'])
  })
  it('keys and names', () => {
    expect(v.isConfigMapKey('app.properties')).toEqual([])
    expect(v.isConfigMapKey('..a b')).toEqual(["a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')", "must not start with '..'"])
    expect(v.isConfigMapKey('..')).toEqual(["must not be '..'"])
    expect(v.isEnvVarName('1A')).toEqual(["a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')"])
    expect(v.isRelaxedEnvVarName('1 A')).toEqual([])
    expect(v.isRelaxedEnvVarName('A=')).toEqual(["a valid environment variable name must consist only of printable ASCII characters other than '='"])
    expect(v.isRelaxedEnvVarName('')).toEqual(['environment variable name must be non-empty'])
    expect(v.isPercent('5%')).toEqual([])
    expect(v.isPercent('5')).toEqual(["a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"])
    expect(v.isHttpHeaderName('X_A')).toEqual(["a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')"])
    expect(v.isCIdentifier('a-b')).toHaveLength(1)
    expect(v.isConditionReason('A:B')).toEqual([])
    expect(v.isConditionReason('1')).toHaveLength(1)
  })
  it('domains', () => {
    expect(errors(v.validateFullyQualifiedName('a.b', 'p'))).toEqual(['p: Invalid value: "a.b": should be a domain with at least three segments separated by dots'])
    expect(errors(v.validateFullyQualifiedDomainName('a.b.', 'p'))).toEqual([])
    expect(errors(v.validateFullyQualifiedDomainName('a', 'p'))).toEqual(['p: Invalid value: "a": should be a domain with at least two segments separated by dots'])
    expect(errors(v.validateDomainPrefixedPath('acme.io/foo', 'p'))).toEqual([])
    expect(errors(v.validateDomainPrefixedPath('acme.io', 'p'))).toEqual(['p: Invalid value: "acme.io": must be a domain-prefixed path (such as "acme.io/foo")'])
    expect(errors(v.validateDomainPrefixedKey('foo', 'p'))).toEqual(['p: Invalid value: "foo": must be a domain-prefixed key (such as "acme.io/foo")'])
  })
})
