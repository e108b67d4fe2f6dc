/** Metrics of nodes and pods, and refusals, as protocol buffers. upstream: k8s.io/metrics/pkg/apis/metrics/v1beta1/generated.proto */
import { timestamp } from '../../base/clock'
import { readFields } from './wire'

type Json = Record<string, unknown>
type Read = (bytes: Uint8Array) => unknown

const MAGIC_LENGTH = 4

/** The object that the bytes of a metrics server stand for. Throws an Error for what is no such message. */
export function decodeMetrics(body: Uint8Array): Json {
  let [apiVersion, kind] = ['', '']
  let raw: Uint8Array = new Uint8Array()
  for (const { number, value } of readFields(body.subarray(MAGIC_LENGTH))) {
    if (number === 1) ({ apiVersion = '', kind = '' } = fields(TYPE)(value as Uint8Array) as { apiVersion?: string; kind?: string })
    else if (number === 2) raw = value as Uint8Array
  }
  const read = KINDS[kind]
  if (read === undefined) throw new Error(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`)
  return { kind, apiVersion, ...(read(raw) as Json) }
}

const text: Read = bytes => Buffer.from(bytes).toString('utf8')

/** By number: the field's name and how it is read; `[]` after the name for several, `{}` for entries of a map. */
type Fields = Readonly<Record<number, readonly [name: string, read: Read]>>

function fields(known: Fields): Read {
  return bytes => {
    const out: Json = {}
    for (const { number, value } of readFields(bytes)) {
      const [name = '', read] = known[number] ?? []
      if (read === undefined) continue
      const found = read(value as Uint8Array)
      const bare = name.replace(/[[{].*/, '')
      if (name.endsWith('[]')) ((out[bare] ??= []) as unknown[]).push(found)
      else if (name.endsWith('{}')) Object.assign((out[bare] ??= {}) as Json, found)
      else out[bare] = found
    }
    return out
  }
}

const entry = (readValue: Read): Read => bytes => {
  const { key = '', value } = fields({ 1: ['key', text], 2: ['value', readValue] })(bytes) as { key?: string; value?: unknown }
  return { [key]: value }
}
const inner = (number: number): Read => bytes => {
  for (const field of readFields(bytes)) if (field.number === number) return field.value
  return undefined
}

const TYPE: Fields = { 1: ['apiVersion', text], 2: ['kind', text] }
const quantity: Read = bytes => text((inner(1)(bytes) ?? new Uint8Array()) as Uint8Array)
const time: Read = bytes => timestamp(Number((inner(1)(bytes) as bigint | undefined) ?? 0n) * 1000)
const seconds: Read = bytes => `${Number((inner(1)(bytes) as bigint | undefined) ?? 0n) / 1e9}s`
const metadata = fields({ 1: ['name', text], 3: ['namespace', text], 11: ['labels{}', entry(text)], 12: ['annotations{}', entry(text)] })
const listMetadata = fields({ 2: ['resourceVersion', text], 3: ['continue', text] })
const usage = entry(quantity)
const node = fields({ 1: ['metadata', metadata], 2: ['timestamp', time], 3: ['window', seconds], 4: ['usage{}', usage] })
const pod = fields({ 1: ['metadata', metadata], 2: ['timestamp', time], 3: ['window', seconds], 4: ['containers[]', fields({ 1: ['name', text], 2: ['usage{}', usage] })] })
const listOf = (item: Read): Read => fields({ 1: ['metadata', listMetadata], 2: ['items[]', item] })

const number: Read = value => Number(value as unknown as bigint)
const cause = fields({ 1: ['reason', text], 2: ['message', text], 3: ['field', text] })
const details = fields({ 1: ['name', text], 2: ['group', text], 3: ['kind', text], 4: ['causes[]', cause], 5: ['retryAfterSeconds', number], 6: ['uid', text] })
const status = fields({ 1: ['metadata', listMetadata], 2: ['status', text], 3: ['message', text], 4: ['reason', text], 5: ['details', details], 6: ['code', number] })

const KINDS: Readonly<Record<string, Read>> = {
  Status: status,
  NodeMetrics: node, PodMetrics: pod, NodeMetricsList: listOf(node), PodMetricsList: listOf(pod),
}
