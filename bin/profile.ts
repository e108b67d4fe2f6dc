/** Measures this process for `--profile`: with V8's own profilers, as files that Chrome's tools open. */
import type { ProfileKind } from '../src/cli/access'

/** Begins; what it answers ends it and answers the profile. */
export async function profile(kind: ProfileKind): Promise<() => Promise<string>> {
  if (kind === 'cpu' || kind === 'heap' || kind === 'trace') return measured(kind)
  // Goroutines, locks and threads are Go's: of one thread of JavaScript there is its stack, its heap and its handles.
  return () => Promise.resolve(`${JSON.stringify(process.report.getReport())}\n`)
}

type Post = (method: string, params?: object) => Promise<unknown>

async function measured(kind: 'cpu' | 'heap' | 'trace'): Promise<() => Promise<string>> {
  // Loaded when first needed: an inspector costs a few milliseconds.
  const { Session } = process.getBuiltinModule('node:inspector')
  const session = new Session()
  session.connect()
  const post: Post = (method, params) => new Promise((done, failed) => session.post(method, params, (error, result) => (error === null ? done(result) : failed(error))))
  const end = await BEGIN[kind](post, session)
  return async () => {
    const found = await end()
    session.disconnect()
    return `${JSON.stringify(found)}\n`
  }
}

type Begin = (post: Post, session: import('node:inspector').Session) => Promise<() => Promise<unknown>>

const BEGIN: Readonly<Record<'cpu' | 'heap' | 'trace', Begin>> = {
  async cpu(post) {
    await post('Profiler.enable')
    await post('Profiler.start')
    return async () => ((await post('Profiler.stop')) as { profile: unknown }).profile
  },
  async heap(post) {
    await post('HeapProfiler.enable')
    await post('HeapProfiler.startSampling')
    return async () => ((await post('HeapProfiler.stopSampling')) as { profile: unknown }).profile
  },
  async trace(post, session) {
    const traceEvents: unknown[] = []
    session.on('NodeTracing.dataCollected', ({ params }: { params: { value: unknown[] } }) => traceEvents.push(...params.value))
    await post('NodeTracing.start', { traceConfig: { includedCategories: ['v8', 'node', 'node.async_hooks'] } })
    return async () => {
      const complete = new Promise<void>(done => session.once('NodeTracing.tracingComplete', () => done()))
      await post('NodeTracing.stop')
      await complete
      return { traceEvents }
    }
  },
}
