/** Events of a watch as lines of JSON. What many watch is written out once. upstream: apiserver/pkg/endpoints/handlers/watch.go */
import { writeJson } from '../base/exact-json'
import { internalError, StatusError, type Status } from '../base/status'
import type { Kind, KubeObject } from '../kinds/kind'
import { wireText, withManagedFields } from './managed'
import type { Negotiated } from './negotiate'
import { partialOf } from './partial'
import type { ApiServer } from './server'
import { eventTables, type IncludeObject } from './tables'
import type { Batch } from './watch'

/** Objects whose text is kept: those that everybody is being told of now. */
const KEPT = 512
/** Characters that go out together. */
const CHUNK = 65_536

type Text = (type: string, object: KubeObject) => string

/** Ends with an event of type ERROR where the batches fail. `failed` is told of what is no Status. */
export async function* watchLines(server: ApiServer, kind: Kind, batches: AsyncIterable<Batch<KubeObject>>, { as }: Negotiated, include: IncludeObject, failed: (error: unknown) => void): AsyncGenerator<string> {
  const text = textFor(server, kind, as, include)
  let chunk = ''
  try {
    for await (const batch of batches) {
      for (const { type, object } of batch) {
        chunk += `{"type":"${type}","object":${text(type, object)}}\n`
        if (chunk.length < CHUNK) continue
        yield chunk
        chunk = ''
      }
      if (chunk !== '') yield chunk
      chunk = ''
    }
  } catch (e) {
    if (chunk !== '') yield chunk
    if (!(e instanceof StatusError)) failed(e)
    yield `${JSON.stringify({ type: 'ERROR', object: statusOf(e) })}\n`
  }
}

const statusOf = (e: unknown): Status => (e instanceof StatusError ? e : internalError(e instanceof Error ? e.message : String(e))).status

function textFor(server: ApiServer, kind: Kind, as: Negotiated['as'], include: IncludeObject): Text {
  if (as?.kind === 'Table') {
    const tableOf = eventTables(server, kind, include)
    return (type, object) => writeJson(tableOf(type, object))
  }
  if (as === undefined) return (type, object) => (type === 'BOOKMARK' ? JSON.stringify(object) : kept(server, '', object, () => wireText(server, object)))
  const apiVersion = `meta.k8s.io/${as.version}`
  return (type, object) => {
    const whole = (): KubeObject => (type === 'BOOKMARK' ? object : withManagedFields(server, kind, object))
    return kept(server, apiVersion, object, () => JSON.stringify(partialOf(whole() as never, apiVersion)))
  }
}

const texts = new WeakMap<ApiServer, Map<string, Map<KubeObject, string>>>()

/** Objects are shared and never changed: the same one has the same text. */
function kept(server: ApiServer, form: string, object: KubeObject, make: () => string): string {
  let forms = texts.get(server)
  if (forms === undefined) texts.set(server, (forms = new Map()))
  let known = forms.get(form)
  if (known === undefined) forms.set(form, (known = new Map()))
  const found = known.get(object)
  if (found !== undefined) return found
  const text = make()
  if (known.size >= KEPT) known.delete(known.keys().next().value as KubeObject)
  known.set(object, text)
  return text
}
