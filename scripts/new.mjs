/** `npm run new kind|controller|plugin|command NAME`: writes the skeleton of a unit and says which registry line it needs. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { root } from './ensure.mjs'

const [what, name] = process.argv.slice(2)
const camel = text => text.replace(/[-/ ]+(\w)/g, (_, c) => c.toUpperCase())
const pascal = text => camel(text).replace(/^./, c => c.toUpperCase())

/** kind apps/daemon-set: its group's folder and its name in kebab case. */
function kind(path) {
  const [group, id] = path.split('/')
  if (id === undefined) throw new Error('a kind is named group/name-in-kebab-case, like apps/daemon-set')
  const version = group === 'core' ? 'v1' : 'v1'
  return {
    files: {
      [`src/kinds/${path}/kind.ts`]: `/** ${pascal(id)}: say in a sentence what it is for. */
import { age, defineKind, name } from '../../kind'
import type { ${pascal(id)} } from '../../schema/types/${group}.${version}'

export const ${camel(id)} = defineKind<${pascal(id)}>({
  group: '${group === 'core' ? '' : group}', version: '${version}', kind: '${pascal(id)}',
  plural: '${id.replaceAll('-', '')}s', singular: '${id.replaceAll('-', '')}', scope: 'Namespaced',

  // upstream: pkg/apis/${group}/validation
  *validate() {},

  columns: [name, age],
})
`,
      [`src/kinds/${path}/kind.test.ts`]: `import { describe, expect, it } from 'vitest'
import { ${camel(id)} } from './kind'

describe('${camel(id)}', () => {
  it('is known by its names', () => {
    expect(${camel(id)}.kind).toBe('${pascal(id)}')
  })
})
`,
    },
    register: `src/kinds/rare.ts: ${camel(id)}`,
  }
}

function controller(id) {
  return {
    files: {
      [`src/controllers/${id}/controller.ts`]: `/** Say in a sentence what ${id} brings about. upstream: pkg/controller/${id.replaceAll('-', '')} */
import { defineController } from '../../client/controller'
import { someKind } from '../../kinds/some-group/some-kind/kind'

export const ${camel(id)} = defineController({
  name: '${id}',
  reconciles: someKind,

  async reconcile(object, { client, clock }) {
    // Compute in exported pure functions, write last. Return nothing, or { requeueAfterMs }.
  },
})
`,
    },
    register: `src/cluster/composition.ts: ${camel(id)}`,
  }
}

function plugin(id) {
  return {
    files: {
      [`src/scheduler/plugins/${id}/plugin.ts`]: `/** Say in a sentence which nodes ${pascal(id)} wants. upstream: pkg/scheduler/framework/plugins/${id.replaceAll('-', '')} */
import type { SchedulerPlugin } from '../../framework'

export const NAME = '${pascal(id)}'

export const ${camel(id)}: SchedulerPlugin = {
  name: NAME,
}
`,
    },
    register: `src/scheduler/plugins/registry.ts and one line of the profile: ${camel(id)}`,
  }
}

function command(path) {
  const words = path.split('/')
  const up = '../'.repeat(words.length)
  const typed = words.join(' ')
  return {
    files: {
      [`commands/${path}.ts`]: `import { run, toOptions } from '${up}src/cli/${path}'
import { KubectlCommand } from '${words.length === 1 ? './' : '../'.repeat(words.length - 1)}kubectl-command'

export default class ${pascal(path)} extends KubectlCommand<'${typed}'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory))
  }
}
`,
      [`src/cli/${path}.ts`]: `/** \`kubectl ${typed}\`. upstream: kubectl/pkg/cmd/${words[0]} */
import type { Client } from '${up}client/client'
import type { Factory } from '${words.length === 1 ? './' : '../'.repeat(words.length - 1)}factory'
import type { Invocation } from '${words.length === 1 ? './' : '../'.repeat(words.length - 1)}invocation'

/** What the command needs: complete, immutable, easy to build in a test. */
export interface Options {
  readonly client: Client
}

/** Throws UsageError in kubectl's words. */
export async function toOptions(invocation: Invocation<'${typed}'>, factory: Factory): Promise<Options> {
  return { client: await factory.client() }
}

export async function run({ client }: Options): Promise<void> {}
`,
    },
    register: `commands/rare.ts: '${typed}': ${pascal(path)}`,
  }
}

const MAKERS = { kind, controller, plugin, command }
if (!Object.hasOwn(MAKERS, what) || name === undefined) {
  console.error('usage: npm run new kind GROUP/NAME | controller NAME | plugin NAME | command PATH   (names in kebab-case, a path as commands/ has it)')
  process.exit(1)
}
const { files, register } = MAKERS[what](name)
for (const [file, text] of Object.entries(files)) {
  if (existsSync(root + file)) {
    console.error(`${file} exists`)
    process.exit(1)
  }
  mkdirSync(dirname(root + file), { recursive: true })
  writeFileSync(root + file, text)
  console.log(`wrote ${file}`)
}
console.log(`now add a line to ${register}`)
console.log('and use it in a scenario under test/scenarios')
