import { describe, expect, it } from 'vitest'
import { hasRecording, sampleObjects } from '../../kinds/schema/recordings.testing'
import { decodeProtobuf } from './decode'
import { encodeProtobuf } from './encode'

const SAMPLES = 'samples.yaml'

describe('x', () => {
  it.skipIf(!hasRecording(SAMPLES))('every sample object comes back', () => {
    const objects = sampleObjects()
    expect(objects.length).toBeGreaterThan(50)
    const kinds = new Set<string>()
    for (const o of objects) {
      const bytes = encodeProtobuf(o)
      if (bytes === undefined) { console.log('none', o.apiVersion, o.kind); continue }
      kinds.add(o.kind as string)
      expect.soft(decodeProtobuf(bytes), String(o.kind)).toMatchObject(o)
    }
    console.log(kinds.size, objects.length)
  })
})
