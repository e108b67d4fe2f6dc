/** Every recorded API request is answered as the real server answered it, except those listed in api-not-yet.json, which must not agree. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasRecording } from '../../src/kinds/schema/recordings.testing'
import { playSection, SECTIONS } from './api-replay'

const LIST = join(import.meta.dirname, 'api-not-yet.json')
const notYet = JSON.parse(readFileSync(LIST, 'utf8')) as Record<string, string[]>

describe('recorded API requests', () => {
  for (const section of SECTIONS) {
    // create, patch and apply hold other projects' manifests: they are read from outside the repository.
    it.skipIf(!hasRecording(`${section}.jsonl`))(`${section}${hasRecording(`${section}.jsonl`) ? '' : ': the recording is not here'}`, { timeout: 120_000 }, async () => {
      const { judged, differences } = await playSection(section)
      expect(judged).toBeGreaterThan(800)
      if (process.env['UPDATE'] === '1') {
        notYet[section] = differences.map(d => d.id)
        writeFileSync(LIST, `${JSON.stringify(notYet, null, 2)}\n`)
      }
      const unexpected = differences.filter(d => !notYet[section]?.includes(d.id))
      expect(unexpected).toEqual([])
      // What agrees now is taken off the list: UPDATE=1.
      expect(differences.map(d => d.id)).toEqual(notYet[section])
    })
  }
})
