/** Metrics that came as protocol buffers. */
import { expect, it } from 'vitest'
import { decodeMetrics } from './metrics'

const bytes = (number: number, content: Uint8Array | string): Buffer => {
  const body = Buffer.from(content)
  return Buffer.concat([Buffer.from([(number << 3) | 2, body.length]), body])
}
const varint = (number: number, value: number): Buffer => {
  const out = [number << 3]
  for (let rest = BigInt(value); ; rest >>= 7n) {
    if (rest < 0x80n) return Buffer.from([...out, Number(rest)])
    out.push(Number(rest & 0x7fn) | 0x80)
  }
}
const join = (...parts: Buffer[]): Buffer => Buffer.concat(parts)
const used = (number: number, name: string, amount: string): Buffer => bytes(number, join(bytes(1, name), bytes(2, bytes(1, amount))))
const message = (kind: string, raw: Buffer): Buffer => join(Buffer.from('k8s\0'), bytes(1, join(bytes(1, 'metrics.k8s.io/v1beta1'), bytes(2, kind))), bytes(2, raw))

it('reads a list of nodes', () => {
  const item = join(bytes(1, join(bytes(1, 'node-1'), bytes(11, join(bytes(1, 'zone'), bytes(2, 'a'))))), bytes(2, varint(1, 1_700_000_000)), bytes(3, varint(1, 15e9)), used(4, 'cpu', '120m'), used(4, 'memory', '3Mi'))
  expect(decodeMetrics(message('NodeMetricsList', join(bytes(1, bytes(2, '7')), bytes(2, item))))).toEqual({
    kind: 'NodeMetricsList', apiVersion: 'metrics.k8s.io/v1beta1', metadata: { resourceVersion: '7' },
    items: [{ metadata: { name: 'node-1', labels: { zone: 'a' } }, timestamp: '2023-11-14T22:13:20Z', window: '15s', usage: { cpu: '120m', memory: '3Mi' } }],
  })
})

it('reads a pod with its containers', () => {
  const container = (name: string, amount: string): Buffer => bytes(4, join(bytes(1, name), used(2, 'cpu', amount)))
  expect(decodeMetrics(message('PodMetrics', join(bytes(1, join(bytes(1, 'web'), bytes(3, 'default'))), container('a', '1m'), container('b', '2m'))))).toMatchObject({
    metadata: { name: 'web', namespace: 'default' }, containers: [{ name: 'a', usage: { cpu: '1m' } }, { name: 'b', usage: { cpu: '2m' } }],
  })
})

it('refuses other kinds', () => {
  expect(() => decodeMetrics(message('Pod', Buffer.alloc(0)))).toThrow('no kind "Pod" is registered for version "metrics.k8s.io/v1beta1"')
})
