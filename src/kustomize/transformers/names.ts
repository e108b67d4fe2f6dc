/** Transformers of names: prefix, suffix, and the hash of what is inside. upstream: api/internal/builtins/{Prefix,Suffix,Hash}Transformer.go */
import type { FieldSpec } from '../field-specs'
import { visitField } from '../field-specs'
import { hashOf } from '../generators'
import { isSelected } from '../ids'
import { ANNOTATION } from '../resource'
import { setScalar } from '../yaml/edit'
import { TAG, scalarNode } from '../yaml/node'
import type { Transformer } from './transformer'

/** Whose names others rely on. */
const KEPT = [{ kind: 'CustomResourceDefinition' }, { group: 'apiregistration.k8s.io', kind: 'APIService' }, { kind: 'Namespace' }]

export const addPrefix = (prefix: string, specs: readonly FieldSpec[]): Transformer => rename('prefix', prefix, specs)
export const addSuffix = (suffix: string, specs: readonly FieldSpec[]): Transformer => rename('suffix', suffix, specs)

function rename(where: 'prefix' | 'suffix', text: string, specs: readonly FieldSpec[]): Transformer {
  return resources => {
    for (const resource of [...resources.items]) {
      const id = resource.originalId
      if (KEPT.some(kind => isSelected(id, kind))) continue
      for (const spec of specs) {
        if (!isSelected(id, spec)) continue
        if (spec.path === 'metadata/name' && text !== '') {
          if (where === 'prefix') resource.addPrefix(text)
          else resource.addSuffix(text)
          resource.storePreviousId()
        }
        visitField(resource.root, spec, { createKind: 'scalar', createTag: TAG.string, set: node => setScalar(node, scalarNode(where === 'prefix' ? text + node.value : node.value + text)) })
      }
    }
  }
}

export const addHashes: Transformer = resources => {
  for (const resource of resources.items) {
    if (!resource.isMarked(ANNOTATION.needsHash)) continue
    const hash = hashOf(resource.root)
    resource.storePreviousId()
    resource.name = `${resource.name}-${hash}`
  }
}
