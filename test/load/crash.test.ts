/** The server is killed again and again while clients write and watch: what was acknowledged stays, and watches go on or begin anew. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { seeded } from '../seeded'
import { startProcess, type ServerProcess } from './process'
import { Informer, keyOf, pause, Wire, type KubeObject, type List } from './wire'

const SEED = Number(process.env['KUBOTTLE_SEED'] ?? 11)
const KILLS = 4
const WRITERS = 10
const PATH = '/api/v1/namespaces/default/configmaps'

let server: ServerProcess
beforeAll(async () => void (server = await startProcess()), 60_000)
afterAll(() => server.remove())

/** What a client knows of its object: the number that it last wrote, and the one that was last acknowledged. */
interface Kept {
  readonly name: string
  sent: number
  acknowledged: number
  readonly revisions: number[]
}

/** Counts one object up as long as it may; a broken connection leaves open whether the last write was taken. */
async function write(wire: Wire, kept: Kept, over: () => boolean): Promise<void> {
  while (!over()) {
    const { name } = kept
    const n = kept.sent + 1
    const created = kept.sent === 0
    kept.sent = n
    const { code, body } = created ? await wire.send('POST', PATH, { metadata: { name }, data: { n: String(n) } }) : await wire.send('PATCH', `${PATH}/${name}`, { data: { n: String(n) } })
    if (code === 200 || code === 201) {
      kept.acknowledged = n
      kept.revisions.push(Number(body.metadata.resourceVersion))
    } else if (code === 404) kept.sent = 0
    else if (code !== 0 && code !== 409) throw new Error(`${code} ${JSON.stringify(body)}`)
    await pause(code === 0 ? 20 : 2)
  }
}

it(`loses nothing when it is killed (seed ${SEED})`, async () => {
  const random = seeded(SEED)
  const port = (): number => server.port
  const kept: Kept[] = Array.from({ length: WRITERS }, (_, n) => ({ name: `kept-${n}`, sent: 0, acknowledged: 0, revisions: [] }))
  const informers = [PATH, '/api/v1/configmaps', ...kept.map(k => `${PATH}?fieldSelector=metadata.name%3D${k.name}`)].map(path => new Informer(port, path))
  await Promise.all(informers.map(i => i.start()))
  let over = false
  const wires = kept.map(() => new Wire(port))
  const writing = Promise.all(kept.map((k, n) => write(wires[n] as Wire, k, () => over)))
  for (let n = 0; n < KILLS; n++) {
    await pause(300 + random.below(700))
    await server.kill()
    await server.start()
  }
  await pause(500)
  over = true
  await writing

  const admin = new Wire(port)
  const { body } = await admin.send<List>('GET', PATH)
  const stored = new Map(body.items.map(o => [o.metadata.name, o] as const))
  for (const { name, acknowledged, sent } of kept) {
    expect(acknowledged).toBeGreaterThan(10)
    // The last write before a kill may have been taken although nobody was told.
    expect(Number(stored.get(name)?.data?.n)).toBeGreaterThanOrEqual(acknowledged)
    expect(Number(stored.get(name)?.data?.n)).toBeLessThanOrEqual(sent)
  }
  const newest = Math.max(...body.items.map(o => Number(o.metadata.resourceVersion)))
  for (const [i, informer] of informers.entries()) {
    const mine = (o: KubeObject): boolean => informer.objects.has(keyOf(o))
    for (let waited = 0; waited < 10_000 && !body.items.filter(mine).every(o => informer.objects.get(keyOf(o))?.metadata.resourceVersion === o.metadata.resourceVersion); waited += 20) await pause(20)
    expect(informer.disorder).toEqual([])
    // The first knows the namespace, the second more, the others one object each.
    if (i < 2) expect(informer.objects.size).toBeGreaterThanOrEqual(body.items.length)
    else expect([...informer.objects.keys()]).toEqual([`default/${kept[i - 2]?.name}`])
    expect(informer.resumes).toBeGreaterThanOrEqual(KILLS)
    for (const o of body.items.filter(mine)) expect(informer.objects.get(keyOf(o))).toMatchObject({ data: o.data, metadata: { resourceVersion: o.metadata.resourceVersion } })
  }
  const [first] = informers as [Informer]
  expect(Math.max(...first.told)).toBe(newest)
  // Each acknowledged revision was told, unless a list stands for it.
  const told = new Set(first.told)
  if (first.lists === 1) for (const { revisions } of kept) expect(revisions.slice(1).filter(rv => !told.has(rv))).toEqual([])
  expect(first.objects.size).toBe(body.items.length)
  await Promise.all(informers.map(i => i.stop()))
  for (const wire of [...wires, admin]) wire.close()
}, 120_000)
