/** The formats of strings that a schema may name; others are ignored. upstream: apiextensions-apiserver/pkg/apiserver/validation/formats.go, kube-openapi/pkg/validation/strfmt */
import { parseCidr, parseIp } from '../../../base/ip'
import { isDns1123Label, isDns1123Subdomain } from '../../../base/validation'

const is = (pattern: RegExp) => (text: string): boolean => pattern.test(text)
const UUID = (version: string): RegExp => new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$`, 'i')

const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  bsonobjectid: is(/^[0-9a-f]{24}$/i),
  uri: is(/^(?:[A-Za-z][A-Za-z0-9+.-]*:[^\s]+|\/[^\s]*)$/),
  email: is(/^[^\s@]+@[^\s@]+$/),
  hostname: text => text.length <= 255 && /^(?:[A-Za-z0-9](?:[-A-Za-z0-9]{0,61}[A-Za-z0-9])?\.?)+$/.test(text),
  ipv4: text => !text.includes(':') && parseIp(text) !== undefined,
  ipv6: text => text.includes(':') && parseIp(text) !== undefined,
  cidr: text => parseCidr(text) !== undefined,
  mac: is(/^(?:[0-9A-Fa-f]{2}[:-]){5}(?:(?:[0-9A-Fa-f]{2}[:-]){2})?[0-9A-Fa-f]{2}$/),
  uuid: is(UUID('[0-9a-f]')),
  uuid3: is(UUID('3')),
  uuid4: is(UUID('4')),
  uuid5: is(UUID('5')),
  isbn: is(/^(?:97[89][- ]?)?\d{1,5}[- ]?\d+[- ]?\d+[- ]?[\dX]$/),
  isbn10: is(/^(?:\d[- ]?){9}[\dX]$/),
  isbn13: is(/^(?:\d[- ]?){13}$/),
  creditcard: is(/^(?:\d[- ]?){13,19}$/),
  ssn: is(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/),
  hexcolor: is(/^#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/),
  rgbcolor: is(/^rgb\((?:\s*\d{1,3}\s*,){2}\s*\d{1,3}\s*\)$/),
  byte: is(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/),
  date: text => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)),
  'date-time': text => /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:[Zz]|[+-]\d\d:?\d\d)?$/.test(text) && !Number.isNaN(Date.parse(text.replace(',', '.'))),
  datetime: text => !Number.isNaN(Date.parse(text)),
  duration: is(/^[-+]?(?:0|(?:\d+(?:\.\d*)?|\.\d+)\s*(?:ns|us|µs|μs|ms|s|m|h|d|w|nanos?|micros?|millis?|secs?|seconds?|mins?|minutes?|hours?|days?|weeks?)\s*)+$/),
  'k8s-short-name': text => isDns1123Label(text).length === 0,
  'k8s-long-name': text => isDns1123Subdomain(text).length === 0,
}

export const checkFormat = (format: string, text: string): boolean => FORMATS[format]?.(text) ?? true
