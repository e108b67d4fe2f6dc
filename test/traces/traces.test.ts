/**
 * Who does what: our commands ask a server what the real kubectl asks it, in the same order. Each program has a cluster of its
 * own, and both run the same lines one after the other.
 */
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RawRequest } from '../../src/client/client'
import { startEndpoint, type Endpoint } from '../conformance/endpoint'
import { runOurs, runReal } from '../conformance/programs'
import { realKubectl } from '../conformance/real-kubectl'
import { ACCEPTED } from './accepted'
import { COMMANDS, FILES } from './commands'

const found = realKubectl()

/** What a server has, and how its objects look: asked when a client needs it, and kept in its cache. */
const DISCOVERY = /^\/(api|apis|version|openapi)(\/[^/?]+){0,2}(\?|$)|^\/openapi\//
const isDiscovery = ({ method, path }: RawRequest): boolean => method === 'GET' && DISCOVERY.test(path) && !/^\/api\/v1\/./.test(path)

/** The hash in a pod's name is that of its template, and a restart writes its second into it: the two programs may fall into different ones. */
const withoutHash = (path: string): string => path.replace(/(\/pods\/made)-[a-z0-9]+-[a-z0-9]{5}(?=\/|$)/, '$1-…')

/** Terms of field selectors stand in any order: that of a Go map. `PATCH /api/v1/namespaces/default/pods/x?fieldManager=kubectl (application/merge-patch+json)` */
function traceOf(requests: readonly RawRequest[]): string[] {
  return requests.filter(r => !isDiscovery(r)).map(({ method, path, contentType, body }) => {
    const [bare, query = ''] = path.split('?')
    const sorted = query.split('&').filter(q => q !== '').sort().map(q => (q.startsWith('fieldSelector=') ? `fieldSelector=${q.slice(14).split('%2C').sort().join('%2C')}` : q).replace(/^(resourceVersion|timeoutSeconds|continue)=.+/, '$1=…')).join('&')
    return `${method} ${withoutHash(bare as string)}${sorted === '' ? '' : `?${sorted}`}${body === undefined ? '' : ` (${contentType})`}`
  })
}

describe.skipIf('missing' in found)(`requests${'missing' in found ? `: ${found.missing}` : ''}`, () => {
  const program = 'path' in found ? found.path : ''
  const sides: Endpoint[] = []
  beforeAll(async () => {
    for (let i = 0; i < 2; i++) {
      const endpoint = await startEndpoint()
      for (const [name, text] of Object.entries(FILES)) writeFileSync(join(endpoint.home, name), text)
      chmodSync(join(endpoint.home, 'editor.sh'), 0o755)
      sides.push(endpoint)
    }
  }, 60_000)
  afterAll(() => sides.forEach(s => s.close()))

  it('are enough to mean something', () => expect(COMMANDS.length).toBeGreaterThan(60))
  it.each(COMMANDS.map((line, i) => [`${i}: ${line}`, line]))('%s', { timeout: 60_000 }, async (_, line) => {
    const [theirs, mine] = sides as [Endpoint, Endpoint]
    const argsFor = ({ home }: Endpoint): string[] => ['--kubeconfig', join(home, 'config'), ...(line as string).split(' ')]
    const before = [theirs.requests.length, mine.requests.length]
    const [real, ours] = await Promise.all([runReal(program, argsFor(theirs), theirs.home, { KUBE_EDITOR: join(theirs.home, 'editor.sh') }), runOurs(argsFor(mine), mine.home, { KUBE_EDITOR: join(mine.home, 'editor.sh') })])
    const accepted = ACCEPTED[line as string]
    // Pods are evicted at the same time, and looked for until they are gone.
    const inOrder = (trace: string[]): string[] => ((line as string).startsWith('drain') ? [...new Set(trace)].sort() : trace)
    const [wanted, got] = [inOrder(traceOf(theirs.requests.slice(before[0]))), inOrder(traceOf(mine.requests.slice(before[1])))]
    if (accepted !== undefined) return expect(got, accepted).not.toEqual(wanted)
    expect({ code: ours.code, trace: got }, `${real.stderr}\n---\n${ours.stderr}`).toEqual({ code: real.code, trace: wanted })
  })
})
