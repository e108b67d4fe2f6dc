import { describe, expect, it } from 'vitest'
import { UsageError } from '../base/errors'
import { createRestMapper } from './rest-mapper'

const resource = (name: string, kind: string, version: string, group: string, shortNames: string[] = [], categories: string[] = []) =>
  ({ resource: name, responseKind: { group, version, kind }, scope: kind === 'Node' ? 'Cluster' : 'Namespaced', singularResource: kind.toLowerCase(), verbs: ['get'], shortNames, categories })
const group = (name: string, versions: Record<string, ReturnType<typeof resource>[]>) =>
  ({ metadata: { name }, versions: Object.entries(versions).map(([version, resources]) => ({ version, resources })) })

const mapper = createRestMapper([
  { items: [group('', { v1: [resource('pods', 'Pod', 'v1', '', ['po'], ['all']), resource('nodes', 'Node', 'v1', '', ['no']), resource('events', 'Event', 'v1', '', ['ev'])] })] },
  { items: [
    group('apps', { v1: [resource('deployments', 'Deployment', 'v1', 'apps', ['deploy'], ['all'])] }),
    group('events.k8s.io', { v1: [resource('events', 'Event', 'v1', 'events.k8s.io', ['ev'])] }),
    group('autoscaling', { v2: [resource('horizontalpodautoscalers', 'HorizontalPodAutoscaler', 'v2', 'autoscaling', ['hpa'], ['all'])], v1: [resource('horizontalpodautoscalers', 'HorizontalPodAutoscaler', 'v1', 'autoscaling', ['hpa'], ['all'])] }),
  ] },
])
const found = (argument: string): string => {
  const r = mapper.resourceFor(argument)
  return `${r.plural}.${r.version}.${r.group}`
}

describe('RestMapper', () => {
  it.each([
    ['po', 'pods.v1.'], ['pod', 'pods.v1.'], ['Pods', 'pods.v1.'], ['Pod', 'pods.v1.'], ['deploy', 'deployments.v1.apps'], ['deployments.apps', 'deployments.v1.apps'],
    ['deployments.v1.apps', 'deployments.v1.apps'], ['Deployment.v1.apps', 'deployments.v1.apps'], ['deploy.apps', 'deployments.v1.apps'], ['events', 'events.v1.'], ['ev.events.k8s.io', 'events.v1.events.k8s.io'],
    ['hpa', 'horizontalpodautoscalers.v2.autoscaling'], ['hpa.v1.autoscaling', 'horizontalpodautoscalers.v1.autoscaling'], ['deployments.app', 'deployments.v1.apps'],
  ])('%s is %s', (argument, expected) => {
    expect(found(argument)).toBe(expected)
  })

  it.each([['pots', 'pots'], ['pod.v2', 'pod'], ['deployments.extensions', 'deployments'], ['', '']])('does not know %s', (argument, named) => {
    expect(() => mapper.resourceFor(argument)).toThrow(new UsageError(`the server doesn't have a resource type "${named}"`))
  })

  it('finds the resource of a kind at its very version', () => {
    expect(mapper.resourceForKind('autoscaling', 'v1', 'HorizontalPodAutoscaler').version).toBe('v1')
    expect(() => mapper.resourceForKind('extensions', 'v1beta1', 'Deployment')).toThrow('no matches for kind "Deployment" in version "extensions/v1beta1"')
    expect(() => mapper.resourceForKind('', 'v1', 'Podd')).toThrow('no matches for kind "Podd" in version "v1"')
  })

  it('expands categories once, whatever the versions', () => {
    expect(mapper.category('all')).toEqual(['pods', 'deployments.apps', 'horizontalpodautoscalers.autoscaling'])
    expect(mapper.category('pods')).toBeUndefined()
  })
})
