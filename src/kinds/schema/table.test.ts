/** The type table: what it knows of some types, and that every type in it resolves. */
import { describe, expect, it } from 'vitest'
import { typesText } from './types-text.gen'
import { resources, typeNamed, typeOfKind } from './table'
import { Shape, type TypeInfo } from './type-info'

describe('types', () => {
  it('knows how the fields of a pod merge', () => {
    const spec = typeNamed('core.v1.PodSpec')
    const containers = spec.fields.get('containers')
    expect(containers).toMatchObject({ required: true, omitEmpty: false, mergeKey: 'name', patchStrategy: ['merge'], listType: 'map', mapKeys: ['name'] })
    expect(containers?.type.goName).toBe('[]v1.Container')
    expect(spec.fields.get('volumes')?.patchStrategy).toEqual(['merge', 'retainKeys'])
    expect(spec.fields.get('nodeSelector')).toMatchObject({ atomic: true, pointer: false })
    expect(spec.fields.get('restartPolicy')?.type).toMatchObject({ goName: 'v1.RestartPolicy', shape: Shape.String, enumValues: ['Always', 'Never', 'OnFailure'] })
    expect(typeNamed('core.v1.ContainerPort').fields.get('protocol')?.default).toBe('TCP')
    expect(typeNamed('core.v1.ResourceRequirements').fields.get('limits')?.type).toMatchObject({ goName: 'v1.ResourceList', shape: Shape.Map })
    expect(typeNamed('meta.v1.ObjectMeta').fields.get('uid')?.type.goName).toBe('types.UID')
  })
  it('knows what is written though empty', () => {
    expect(typeNamed('apps.v1.Deployment').alwaysWritten.map(f => f.name)).toEqual(['metadata', 'spec', 'status'])
    expect(typeNamed('core.v1.Container').alwaysWritten.map(f => f.name)).toEqual(['name', 'resources'])
    expect(typeNamed('meta.v1.ObjectMeta').alwaysWritten).toEqual([])
    expect(typeNamed('core.v1.PodSpec').alwaysWritten.map(f => f.name)).toEqual(['containers'])
  })
  it('finds kinds by apiVersion', () => {
    expect(typeOfKind('apps/v1', 'Deployment')?.name).toBe('apps.v1.Deployment')
    expect(typeOfKind('v1', 'Pod')).toBe(typeNamed('core.v1.Pod'))
    expect(typeOfKind('v1', 'Status')?.name).toBe('meta.v1.Status')
    expect(typeOfKind('batch/v1beta1', 'CronJob')).toBeUndefined()
  })
  it('resolves every type of every field', () => {
    const seen = new Set<TypeInfo>()
    const visit = (type: TypeInfo): void => {
      if (seen.has(type)) return
      seen.add(type)
      if (type.shape === Shape.List || type.shape === Shape.Map) visit(type.element)
      for (const field of type.fieldList) {
        expect(field.name).toMatch(/^[$\w-]+$/)
        visit(field.type)
      }
    }
    let pkg = ''
    for (const line of typesText().split('\n')) {
      if (line.startsWith('package ')) pkg = line.split(' ')[1] as string
      else if (line !== '') visit(typeNamed(`${pkg}.${line.split(/[ ;]/)[1]}`))
    }
    expect(seen.size).toBeGreaterThan(800)
  })
})

describe('resources', () => {
  it('reads discovery', () => {
    expect(resources()).toHaveLength(68)
    const deployments = resources().find(r => r.plural === 'deployments')
    expect(deployments).toMatchObject({ group: 'apps', version: 'v1', kind: 'Deployment', singular: 'deployment', namespaced: true, shortNames: ['deploy'], categories: ['all'] })
    expect(deployments?.subresources.map(s => [s.name, s.apiVersion, s.kind])).toEqual([['scale', 'autoscaling/v1', 'Scale'], ['status', 'apps/v1', 'Deployment']])
    expect(resources()[0]).toMatchObject({ group: '', version: 'v1', apiVersion: 'v1', plural: 'bindings', verbs: ['create'] })
  })
})
