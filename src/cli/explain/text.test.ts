import { describe, expect, it } from 'vitest'
import { typeNamed } from '../../kinds/schema/table'
import { schemaOfJson, schemaOfType } from './schema'
import { explainText, followPath } from './text'

const deployment = schemaOfType(typeNamed('apps.v1.Deployment'))
const text = (path: string, recursive = false, root = deployment): string => explainText(followPath(root, path === '' ? [] : path.split('.')), recursive)

describe('explain', () => {
  it('shows fields with their types, values and what is required', () => {
    expect(text('spec.strategy', true)).toBe('FIELD: strategy <DeploymentStrategy>\n\n\nDESCRIPTION:\n    <empty>\nFIELDS:\n  rollingUpdate\t<RollingUpdateDeployment>\n    maxSurge\t<IntOrString>\n    maxUnavailable\t<IntOrString>\n  type\t<string>\n  enum: Recreate, RollingUpdate\n\n')
    expect(text('spec')).toContain('  selector\t<LabelSelector> -required-\n    <no description>\n\n')
  })
  it('looks through lists, and ends where a type contains itself', () => {
    expect(text('spec.template.spec.containers.ports')).toContain('FIELD: ports <[]ContainerPort>\n')
    expect(text('spec.template.spec.containers.name')).toBe('FIELD: name <string>\n\n\nDESCRIPTION:\n    <empty>\n\n')
    const crd = schemaOfType(typeNamed('apiextensions.v1.CustomResourceDefinition'))
    expect(text('spec.versions.schema', true, crd).length).toBeLessThan(20_000)
    expect(() => text('spec.nosuch.deeper')).toThrow('field "deeper" does not exist')
  })
  it('shows descriptions of custom resources', () => {
    const schema = schemaOfJson({ type: 'object', properties: { mode: { type: 'string', enum: ['a', ''], description: 'How it is done.' }, tags: { type: 'array', items: { type: 'string' } } }, required: ['mode'] })
    expect(explainText({ schema, field: undefined }, false)).toBe('DESCRIPTION:\n    <empty>\nFIELDS:\n  mode\t<string> -required-\n  enum: a, ""\n    How it is done.\n\n  tags\t<[]string>\n    <no description>\n\n\n')
    expect(explainText(followPath(schema, ['mode']), false)).toBe('FIELD: mode <string>\nENUM:\n    a\n    ""\n\nDESCRIPTION:\n    How it is done.\n    \n\n')
  })
})
