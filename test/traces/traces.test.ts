/**
 * Who does what: our commands ask a server what the real kubectl asks it, in the same order. Each program has a cluster of its
 * own, and both run the same lines one after the other.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RawRequest } from '../../src/client/client'
import { startEndpoint, type Endpoint } from '../conformance/endpoint'
import { runOurs, runReal } from '../conformance/programs'
import { realKubectl } from '../conformance/real-kubectl'
import { ACCEPTED } from './accepted'
import { COMMANDS, FILES } from './commands'

const found = realKubectl()

/** Who waits has asked for what it waits for. */
async function untilAsked({ requests }: Endpoint, count: number): Promise<void> {
  for (let i = 0; i < 500 && requests.length < count; i++) await new Promise(done => setTimeout(done, 20))
}

/** What a server has, and how its objects look: asked when a client needs it, and kept in its cache. */
const DISCOVERY = /^\/(api|apis|version|openapi)(\/[^/?]+){0,2}(\?|$)|^\/openapi\//
const isDiscovery = ({ method, path }: RawRequest): boolean => method === 'GET' && DISCOVERY.test(path) && !/^\/api\/v1\/./.test(path)

/** The hash in a pod's name is that of its template, and a restart writes its second into it: the two programs may fall into different ones. */
const withoutHash = (path: string): string => path.replace(/(\/pods\/(?:made|web))-[a-z0-9]+-[a-z0-9]{5}(?=\/|$)/, '$1-…').replace(/(\/pods\/node-debugger-worker-1)-[a-z0-9]{5}(?=\/|$)/, '$1-…')

const isWatch = (query: string): boolean => query.includes('watch=true')
/** Whether the answer is to come as a table. */
const asTable = (accept = ''): string => (accept.includes('as=Table') ? ' as a table' : '')

/** Terms of field selectors stand in any order: that of a Go map. `PATCH /api/v1/namespaces/default/pods/x?fieldManager=kubectl (application/merge-patch+json)` */
function traceOf(requests: readonly RawRequest[]): string[] {
  return requests.filter(r => !isDiscovery(r)).map(({ method, path, contentType, body, accept }) => {
    const [bare, query = ''] = path.split('?')
    // A typed client tells the end of a watch twice, and never that of all requests.
    const sorted = query.split('&').filter(q => q !== '' && !(isWatch(query) && q.startsWith('timeout='))).sort().map(q => (q.startsWith('fieldSelector=') ? `fieldSelector=${q.slice(14).split('%2C').sort().join('%2C')}` : q).replace(/^(resourceVersion|timeoutSeconds|continue)=.+/, '$1=…')).join('&')
    return `${method} ${withoutHash(bare as string)}${sorted === '' ? '' : `?${sorted}`}${body === undefined ? '' : ` (${contentType})`}${asTable(accept)}`
  })
}

describe.skipIf('missing' in found)(`requests${'missing' in found ? `: ${found.missing}` : ''}`, () => {
  const program = 'path' in found ? found.path : ''
  const sides: Endpoint[] = []
  beforeAll(async () => {
    for (let i = 0; i < 2; i++) {
      const endpoint = await startEndpoint()
      for (const [name, text] of Object.entries(FILES)) {
        mkdirSync(join(endpoint.home, dirname(name)), { recursive: true })
        writeFileSync(join(endpoint.home, name), text)
      }
      chmodSync(join(endpoint.home, 'editor.sh'), 0o755)
      sides.push(endpoint)
    }
  }, 60_000)
  afterAll(() => sides.forEach(s => s.close()))

  it('are enough to mean something', () => expect(COMMANDS.length).toBeGreaterThan(60))
  it.each(COMMANDS.map((line, i) => [`${i}: ${line}`, line]))('%s', { timeout: 60_000 }, async (_, line) => {
    const [theirs, mine] = sides as [Endpoint, Endpoint]
    const [waiting = '', meanwhile] = (line as string).split(' & ')
    const argsFor = ({ home }: Endpoint, words = waiting): string[] => ['--kubeconfig', join(home, 'config'), ...words.split(' ')]
    const later = meanwhile === undefined ? undefined : Promise.all(sides.map(s => untilAsked(s, s.requests.length + 2).then(() => runReal(program, argsFor(s, meanwhile), s.home))))
    const before = [theirs.requests.length, mine.requests.length]
    const [real, ours] = await Promise.all([runReal(program, argsFor(theirs), theirs.home, { KUBE_EDITOR: join(theirs.home, 'editor.sh') }), runOurs(argsFor(mine), mine.home, { KUBE_EDITOR: join(mine.home, 'editor.sh') })])
    await later
    const accepted = ACCEPTED[line as string]
    // Old pods go in their own time. Pods are evicted at the same time, and looked for until they are gone; what is not there yet is looked for again and again.
    const inOrder = (trace: string[]): string[] => (/^drain|^logs -l|^wait --for=create/.test(line as string) ? [...new Set(trace)].filter(t => !/^GET .*\/pods\/[^?/]+$/.test(t)).sort() : trace)
    const [wanted, got] = [inOrder(traceOf(theirs.requests.slice(before[0]))), inOrder(traceOf(mine.requests.slice(before[1])))]
    if (accepted !== undefined) return expect(got, accepted).not.toEqual(wanted)
    expect({ code: ours.code, trace: got }, `${real.stderr}\n---\n${ours.stderr}`).toEqual({ code: real.code, trace: wanted })
  })
})
