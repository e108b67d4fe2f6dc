/** `kubectl api-resources`. upstream: kubectl/pkg/cmd/apiresources */
import { UsageError } from '../../base/errors'
import { byCodePoint } from '../../base/go-text'
import { apiVersionOf } from '../../kinds/kind'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import { noPrinterError, toPrinter } from '../print-flags'
import { TABLE_STYLE, TabWriter } from '../print/tab-writer'
import type { DiscoveredResource } from '../rest-mapper'

export interface Options {
  readonly factory: Factory
  readonly apiGroup: string | undefined
  readonly namespaced: boolean | undefined
  readonly verbs: readonly string[]
  readonly categories: readonly string[]
  readonly sortBy: string
  readonly print: (resources: readonly DiscoveredResource[]) => void
}

/** Throws UsageError. */
export function toOptions({ flags, changed }: Invocation<'api-resources'>, factory: Factory): Options {
  const print = printerOf(flags, factory)
  const sortBy = flags['sort-by']
  if (!['', 'name', 'kind'].includes(sortBy)) throw new UsageError('--sort-by accepts only name or kind')
  return {
    factory, sortBy, print, verbs: flags.verbs, categories: flags.categories,
    apiGroup: changed.has('api-group') ? flags['api-group'] : undefined,
    namespaced: changed.has('namespaced') ? flags.namespaced : undefined,
  }
}

export async function run({ factory, apiGroup, namespaced, verbs, categories, sortBy, print }: Options): Promise<void> {
  const { resources } = await factory.mapper()
  const preferred = new Map<string, DiscoveredResource>()
  // The server lists the preferred version of a group first.
  for (const r of resources) if (!preferred.has(`${r.group}/${r.plural}`)) preferred.set(`${r.group}/${r.plural}`, r)
  const wanted = [...preferred.values()].filter(r =>
    r.verbs.length > 0
    && (apiGroup === undefined || r.group === apiGroup)
    && (namespaced === undefined || (r.scope === 'Namespaced') === namespaced)
    && verbs.every(v => r.verbs.includes(v))
    && categories.every(c => r.categories?.includes(c) === true))
  const key = (r: DiscoveredResource): string => (sortBy === 'name' ? r.plural : sortBy === 'kind' ? r.kind : r.group)
  print(wanted.sort((a, b) => byCodePoint(key(a), key(b)) || byCodePoint(a.plural, b.plural)))
}

type Flags = Invocation<'api-resources'>['flags']

function printerOf(flags: Flags, { io }: Factory): Options['print'] {
  const { output } = flags
  if (output === 'name') return resources => io.stdout(resources.map(r => `${r.group === '' ? r.plural : `${r.plural}.${r.group}`}\n`).join(''))
  if (output === 'json' || output === 'yaml') {
    const print = toPrinter({ output, template: '', 'allow-missing-template-keys': true, 'show-managed-fields': flags['show-managed-fields'] }, io, { typed: true })
    return resources => print({
      kind: 'APIResourceList', apiVersion: 'v1', groupVersion: '',
      resources: resources.map(r => ({
        name: r.plural, singularName: r.singular, namespaced: r.scope === 'Namespaced', ...(r.group === '' ? {} : { group: r.group }), version: r.version, kind: r.kind, verbs: r.verbs,
        ...((r.shortNames ?? []).length === 0 ? {} : { shortNames: r.shortNames }), ...((r.categories ?? []).length === 0 ? {} : { categories: r.categories }),
      })),
    })
  }
  if (output !== '' && output !== 'wide') throw noPrinterError(output, ['json', 'kyaml', 'name', 'wide', 'yaml'])
  const wide = output === 'wide'
  return resources => {
    const writer = new TabWriter(TABLE_STYLE, true)
    if (!flags['no-headers']) writer.write(`NAME\tSHORTNAMES\tAPIVERSION\tNAMESPACED\tKIND${wide ? '\tVERBS\tCATEGORIES' : ''}\n`)
    for (const r of resources) {
      const more = wide ? `\t${r.verbs.join(',')}\t${(r.categories ?? []).join(',')}` : ''
      writer.write(`${r.plural}\t${(r.shortNames ?? []).join(',')}\t${apiVersionOf(r)}\t${r.scope === 'Namespaced'}\t${r.kind}${more}\n`)
    }
    io.stdout(writer.flush())
  }
}
