/** The CLI prints over HTTP what it prints of a cluster in its own process: the same transcripts, with a wire between. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { normalise, parseGolden } from './golden'
import { pathOf, replay, type Answer } from './replay'

const TRANSCRIPTS = ['200-configmap-create', '204-service-types', '214-crd-backups', '300-get-output-formats', '302-label-annotate-select', '303-apply-three-way-merge', '306-server-side-apply-and-diff', '307-patch-types', '108-deployment-lifecycle', '315-typing-mistakes']
/** What a wire does not carry yet. */
const UPGRADED = /kubectl (exec|cp|attach|port-forward|debug|proxy)|run .*(-i|-it|--attach)\b/

const said = ({ id, code, stdout, stderr }: Answer) => ({ id, code, stdout: normalise(stdout), stderr: normalise(stderr) })

describe('commands over HTTP', () => {
  it.each(TRANSCRIPTS)('%s', { timeout: 120_000 }, async name => {
    const golden = parseGolden(readFileSync(pathOf(name) as string, 'utf8'))
    const embedded = (await replay(golden)).filter(a => !UPGRADED.test(a.recorded.line))
    const wired = (await replay(golden, 'http')).filter(a => !UPGRADED.test(a.recorded.line))
    expect(embedded.length).toBeGreaterThan(5)
    expect(wired.map(said)).toEqual(embedded.map(said))
  })
})
