import { describe, expect, it } from 'vitest'
import { UsageError } from '../../base/errors'
import { createRestMapper } from '../rest-mapper'
import type { Plan, ResourceQuery } from './query'
import { hasNames, planQuery } from './query'

const mapper = createRestMapper([{ items: [{ metadata: { name: '' }, versions: [{ version: 'v1', resources: [
  { resource: 'pods', responseKind: { kind: 'Pod' }, scope: 'Namespaced', singularResource: 'pod', shortNames: ['po'], categories: ['all'] },
  { resource: 'services', responseKind: { kind: 'Service' }, scope: 'Namespaced', singularResource: 'service', shortNames: ['svc'], categories: ['all'] },
  { resource: 'nodes', responseKind: { kind: 'Node' }, scope: 'Cluster', singularResource: 'node', shortNames: ['no'] },
] }] }] }])
const plan = (args: string, more: Partial<ResourceQuery> = {}): Plan => planQuery({ args: args.split(' ').filter(a => a !== ''), namespace: 'ns', ...more }, mapper)
const names = (p: Plan): string[] => (p.kind === 'names' ? p.targets.map(t => `${t.namespace}:${t.resource.plural}/${t.name}`) : [p.kind])

describe('planQuery', () => {
  it.each([
    ['pod a', ['ns:pods/a']], ['po a b', ['ns:pods/a', 'ns:pods/b']], ['pod/a svc/b', ['ns:pods/a', 'ns:services/b']], ['pods,svc a', ['ns:pods/a', 'ns:services/a']], ['node x', [':nodes/x']],
  ])('%s names objects', (args, expected) => {
    expect(names(plan(args))).toEqual(expected)
  })

  it('selects all of a type where the command says so', () => {
    expect(plan('pods', { typeMeansAll: true })).toMatchObject({ kind: 'select', labelSelector: '' })
    expect(plan('all', { typeMeansAll: true })).toMatchObject({ kind: 'select', resources: [{ plural: 'pods' }, { plural: 'services' }] })
    expect(plan('pods,po,pod', { typeMeansAll: true })).toMatchObject({ resources: [{ plural: 'pods' }] })
    expect(plan('pods', { labelSelector: 'a=b' })).toMatchObject({ kind: 'select', labelSelector: 'a=b' })
  })

  it('takes bare words for names of a default type', () => {
    expect(names(plan('a svc/b', { defaultType: 'pods' }))).toEqual(['ns:pods/a', 'ns:services/b'])
  })

  it.each([
    ['pods', {}, 'resource(s) were provided, but no name was specified'],
    ['pots', {}, `the server doesn't have a resource type "pots"`],
    ['pods,', { typeMeansAll: true }, `the server doesn't have a resource type ""`],
    ['pods/a services', {}, "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'"],
    ['pods/a/b', {}, 'arguments in resource/name form may not have more than one slash'],
    ['pods/', {}, 'arguments in resource/name form must have a single resource and name'],
    ['pod a', { labelSelector: 'x=y' }, 'name cannot be provided when a selector is specified'],
    ['pod/a', { selectAll: true }, 'selectors and the all flag cannot be used when passing resource/name arguments'],
    ['', { labelSelector: 'x=y' }, 'at least one resource must be specified to use a selector'],
    ['pod a', { allNamespaces: true }, 'a resource cannot be retrieved by name across all namespaces'],
    ['pods', { filenames: ['x'] }, 'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well'],
    ['pods/a', { filenames: ['x'] }, 'resource/name arguments cannot be provided when a path is specified'],
    ['pods,svc', { typeMeansAll: true, singleType: true }, 'you may only specify a single resource type'],
  ] as const)('%s %j', (args, more, message) => {
    expect(() => plan(args, more)).toThrow(new UsageError(message))
  })

  it('tells names from types', () => {
    expect(hasNames(['pods'])).toBe(false)
    expect(hasNames(['pods', 'a'])).toBe(true)
    expect(hasNames(['pods/a'])).toBe(true)
  })
})
