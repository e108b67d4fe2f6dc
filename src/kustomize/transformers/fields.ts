/** Transformers that set fields: labels, annotations, replicas, images. upstream: api/filters/{labels,annotations,replicacount,imagetag} */
import { BuildError } from '../errors'
import type { FieldSpec } from '../field-specs'
import { visitField, visitFields } from '../field-specs'
import { gvkText, isSelected } from '../ids'
import type { Image, Replica } from '../kustomization-types'
import { regexOf } from '../selector'
import { expectKind, getField, kindOf, setField, setScalar } from '../yaml/edit'
import type { YamlNode } from '../yaml/node'
import { TAG, entriesOf, newNode, rawField, scalarNode } from '../yaml/node'
import type { Transformer } from './transformer'

/** Sets entries of maps, as labels and annotations are. */
export function setEntries(entries: Readonly<Record<string, string>>, specs: readonly FieldSpec[]): Transformer {
  const keys = Object.keys(entries).sort()
  return resources => {
    for (const { root } of resources.items) {
      for (const key of keys) {
        // One node for all the places that have none yet.
        const value = newNode('scalar', { tag: TAG.string, value: entries[key] as string })
        visitFields(root, specs, { createKind: 'map', createTag: TAG.map, set: node => void setField(node, key, value) })
      }
    }
  }
}

export function setReplicas({ name = '', count = 0 }: Replica, specs: readonly FieldSpec[]): Transformer {
  return resources => {
    let found = false
    for (const spec of specs) {
      for (const { root } of resources.withAnyId(id => id.name === name && isSelected(id, spec))) {
        found = true
        visitField(root, spec, { createKind: 'scalar', createTag: TAG.int, set: node => setScalar(node, newNode('scalar', { tag: TAG.int, value: String(count) })) })
      }
    }
    if (!found) throw new BuildError(`resource with name ${name} does not match a config with the following GVK [${specs.map(gvkText).join(' ')}]`)
  }
}

// ── Images ──────────────────────────────────────────────────────────────────

export function setImage(image: Image, specs: readonly FieldSpec[]): Transformer {
  return resources => {
    for (const { root } of resources.items) if (kindOf(root) !== 'CustomResourceDefinition') visitContainers(root, node => setImageOf(node, image))
    for (const { root } of resources.items) if (kindOf(root) !== 'CustomResourceDefinition') visitFields(root, specs, { set: node => setImageOf(node, image) })
  }
}

/** The images of every list called containers or initContainers, wherever it stands. */
function visitContainers(node: YamlNode, visit: (image: YamlNode) => void): void {
  if (node.kind === 'list') for (const element of node.content) visitContainers(element, visit)
  if (node.kind !== 'map') return
  for (const [key] of entriesOf(node)) {
    const value = rawField(node, key.value) as YamlNode
    visitContainers(value, visit)
    if ((key.value !== 'containers' && key.value !== 'initContainers') || value.kind !== 'list') continue
    for (const container of value.content) {
      const image = getField(container, 'image')
      if (image !== undefined) visit(image)
    }
  }
}

function setImageOf(node: YamlNode, { name = '', newName = '', newTag = '', digest = '', tagSuffix = '' }: Image): void {
  expectKind(node, 'scalar')
  if (!regexOf(`^${name}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`).test(node.value)) return
  const old = imageParts(node.value)
  let [tag, sum] = [old.tag, old.digest]
  if (newTag !== '') [tag, sum] = [newTag, digest]
  else if (digest !== '') [tag, sum] = ['', digest]
  else if (tagSuffix !== '') [tag, sum] = [tag + tagSuffix, '']
  setScalar(node, scalarNode(`${newName || old.name}${tag === '' ? '' : `:${tag}`}${sum === '' ? '' : `@${sum}`}`))
}

/** upstream: api/internal/image Split */
function imageParts(image: string): { name: string; tag: string; digest: string } {
  const slash = Math.max(image.indexOf('/'), 0)
  const at = image.indexOf('@', slash)
  const colon = image.indexOf(':', slash)
  if (at < 0 && colon < 0) return { name: image, tag: '', digest: '' }
  if (at >= 0 && (at < colon || colon < 0)) return { name: image.slice(0, at), tag: '', digest: image.slice(at + 1) }
  return { name: image.slice(0, colon), tag: image.slice(colon + 1, at < 0 ? undefined : at), digest: at < 0 ? '' : image.slice(at + 1) }
}
