/** `kubectl describe` of one object or more of every kind, as the real kubectl prints them of the same server. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEndpoint, type Endpoint } from '../conformance/endpoint'
import { inParallel, runOurs, runReal } from '../conformance/programs'
import { realKubectl } from '../conformance/real-kubectl'
import { gizmo, GIZMOS, manifests } from '../printers/stored'
import { Dice } from '../printers/random'
import { rich } from './rich'

const found = realKubectl()

/** Two programs look at different instants. */
const withoutAges = (text: string): string => text.replace(/(?<=\s)(\d+s|\dm\d+s|<unknown>)(?=\s)/g, age => 'AGE'.padEnd(age.length)).replace(/ +$/gm, '')

describe.skipIf('missing' in found)(`describe${'missing' in found ? `: ${found.missing}` : ''}`, () => {
  const program = 'path' in found ? found.path : ''
  let endpoint: Endpoint
  const client = () => endpoint.cluster.clientFor(endpoint.cluster.ownUser(undefined, [], 'test', undefined))
  const send = async (method: 'POST' | 'GET' | 'PATCH', path: string, body?: unknown): Promise<string> => {
    const answer = await client().request({ method, path, ...(body === undefined ? {} : { body: JSON.stringify(body), contentType: method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' }) })
    if (answer.code >= 300) throw new Error(`${path}: ${answer.body}`)
    return answer.body
  }
  beforeAll(async () => {
    endpoint = await startEndpoint({ quiet: true })
    const dice = new Dice(7)
    await send('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', GIZMOS)
    // It is served once it is established.
    await endpoint.cluster.settle()
    for (let i = 0; i < 6; i++) await send('POST', '/apis/example.com/v1/namespaces/default/gizmos', gizmo(dice, `gizmo-${i}`))
    for (const { path, body } of manifests(dice)) await send('POST', path, body)
    for (const { path, body, status } of rich()) {
      await send('POST', path, body)
      if (status !== undefined) await send('PATCH', `${path}/${(body as { metadata: { name: string } }).metadata.name}/status`, { status })
    }
  }, 60_000)
  afterAll(() => endpoint.close())

  it('says the same of every object', { timeout: 240_000 }, async () => {
    const lines = await everything(send)
    expect(new Set(lines.map(([resource]) => resource)).size).toBeGreaterThan(55)
    const results = await inParallel(lines, 2, async ([resource, name, namespace]) => {
      const args = ['--kubeconfig', join(endpoint.home, 'config'), 'describe', resource, name, ...(namespace === undefined ? [] : ['-n', namespace])]
      const [real, ours] = [await runReal(program, args, endpoint.home), await runOurs(args, endpoint.home)]
      const shown = (ran: { code: number; stdout: string; stderr: string }) => ({ what: `${resource} ${name}`, code: ran.code, stdout: withoutAges(ran.stdout), stderr: ran.stderr })
      return { real: shown(real), ours: shown(ours) }
    })
    expect(results.filter(r => r.real.code === 0).length).toBeGreaterThan(60)
    const different = results.filter(({ real, ours }) => real.code !== ours.code || real.stdout !== ours.stdout || real.stderr !== ours.stderr)
    expect(different.map(r => r.ours)).toEqual(different.map(r => r.real))
  })
})

type Line = readonly [resource: string, name: string, namespace: string | undefined]
/** So many of one kind at most. */
const OF_A_KIND = 4

/** All listable kinds of the server, and some objects of each; those of `default` first. */
async function everything(send: (method: 'GET', path: string) => Promise<string>): Promise<Line[]> {
  const lines: Line[] = []
  const { groups } = JSON.parse(await send('GET', '/apis')) as { groups: { name: string; preferredVersion: { groupVersion: string } }[] }
  for (const at of ['/api/v1', ...groups.map(g => `/apis/${g.preferredVersion.groupVersion}`)]) {
    const { resources } = JSON.parse(await send('GET', at)) as { resources: { name: string; verbs: string[] }[] }
    const group = at === '/api/v1' ? '' : `.${at.split('/')[2]}`
    for (const { name, verbs } of resources) {
      if (name.includes('/') || !verbs.includes('list') || !verbs.includes('get')) continue
      const { items } = JSON.parse(await send('GET', `${at}/${name}`)) as { items: { metadata: { name: string; namespace?: string } }[] }
      const mine = [...items.filter(i => i.metadata.namespace === 'default'), ...items.filter(i => i.metadata.namespace !== 'default')]
      const rich = mine.filter(i => i.metadata.name.startsWith('rich'))
      for (const { metadata } of [...rich, ...mine.filter(i => !rich.includes(i)).slice(0, OF_A_KIND)]) lines.push([`${name}${group}`, metadata.name, metadata.namespace])
    }
  }
  return lines
}
