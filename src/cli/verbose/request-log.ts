/** Requests and answers as `-v=6` and above print them. upstream: client-go/transport/round_trippers.go debuggingRoundTripper, client-go/rest/request.go logBody */
import type { Clock } from '../../base/clock'
import { goQuote } from '../../base/field'
import type { RequestLog } from '../../client/request-log'
import type { Verbosity } from './levels'

const TRIPS = { request: 'round_trippers.go:527', answer: 'round_trippers.go:632', body: 'helper.go:105' } as const
/** From which level on what is told. */
const LEVEL = { answer: 6, request: 7, headers: 8, bodies: 8, longBodies: 9, curl: 9, wholeBodies: 10 } as const
const MASKED = '<masked>'
const SECRET_HEADERS = new Set(['authorization', 'proxy-authorization'])

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/** Undefined where nothing would be told. */
export function createRequestLog(verbosity: Verbosity, clock: Clock): RequestLog | undefined {
  if (!verbosity.at(TRIPS.answer, LEVEL.answer) && !verbosity.at(TRIPS.body, LEVEL.bodies)) return undefined
  const bodyOf = (kind: string, text: string): void => {
    const length = verbosity.at(TRIPS.body, LEVEL.wholeBodies) ? Infinity : verbosity.at(TRIPS.body, LEVEL.longBodies) ? 10_240 : 1024
    const shown = text.length > length ? `${text.slice(0, length)} [truncated ${text.length - length} chars]` : text
    verbosity.info(TRIPS.body, LEVEL.bodies, `"${kind} Body" body=${quoted(shown)}`)
  }
  return {
    request({ method, url, headers, body }) {
      bodyOf('Request', body)
      if (verbosity.at(TRIPS.request, LEVEL.curl)) verbosity.info(TRIPS.request, LEVEL.curl, `"Request" curlCommand=${quoted(`curl -v -X${method} ${pairs(headers).map(([name, value]) => ` -H "${name}: ${value}"`).join('')} '${url}'\n`)}`)
      else verbosity.info(TRIPS.request, LEVEL.request, `"Request" verb="${method}" url="${url}" headers=${headerText(headers)}`)
      const startedMs = clock.now()
      return ({ status, headers: answered }) => {
        const which = verbosity.at(TRIPS.request, LEVEL.request) && !verbosity.at(TRIPS.request, LEVEL.curl) ? '' : ` verb="${method}" url="${url}"`
        const shown = verbosity.at(TRIPS.answer, LEVEL.headers) ? ` headers=${headerText(answered)}` : ''
        verbosity.info(TRIPS.answer, LEVEL.answer, `"Response"${which} status="${status}"${shown} milliseconds=${Math.floor(clock.now() - startedMs)}`)
      }
    },
    body: text => bodyOf('Response', text),
  }
}

/** As klog prints a value: what has several lines stands below, indented. */
const quoted = (text: string): string => (text.includes('\n') ? `<\n${text.replace(/\n$/, '').split('\n').map(line => `\t${line}\n`).join('')} >` : goQuote(text))

/** Names as Go writes them, in their order; what lets somebody in is hidden. */
function pairs(headers: Headers): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) => {
    if (value === undefined) return []
    const written = name.replace(/(^|-)[a-z]/g, letter => letter.toUpperCase())
    return (typeof value === 'string' ? [value] : value).map((one): [string, string] => [written, SECRET_HEADERS.has(name.toLowerCase()) ? one.replace(/ .*/, ` ${MASKED}`) : one])
  }).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}

const headerText = (headers: Headers): string => `<\n${pairs(headers).map(([name, value]) => `\t${name}: ${value}\n`).join('')} >`
