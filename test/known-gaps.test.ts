/** test/known-gaps.md names every command that is not implemented, and no other. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { commands } from '../commands/registry'
import { childrenOf } from '../src/cli/flags/find'
import { isRunnable } from '../src/cli/help/help'
import { OWN_SUMMARIES } from '../src/cli/flags/own'
import { COMMANDS } from '../src/cli/flags/table.gen'

/** Groups that do nothing without a subcommand. */
const onlyGroups = new Set(['auth', 'config', 'create secret', 'create service', 'kuberc', 'plugin', 'rollout', 'set', 'top'])

describe('known gaps', () => {
  it('lists the commands that are missing', () => {
    const all = [...Object.keys(COMMANDS).filter(path => path !== '(global)' && isRunnable(path) && !(childrenOf(path).length > 0 && onlyGroups.has(path))), ...OWN_SUMMARIES.keys()]
    const missing = all.filter(path => !commands.has(path)).map(path => (path.startsWith('kubottle ') ? path : `kubectl ${path}`))
    const text = readFileSync(new URL('known-gaps.md', import.meta.url), 'utf8')
    const section = text.slice(text.indexOf('## Commands'), text.indexOf('\n## ', text.indexOf('## Commands') + 1) >>> 0)
    const listed = [...section.matchAll(/^- `(.*)`$/gm)].map(m => m[1])
    expect(listed.sort()).toEqual(missing.sort())
  })
})
