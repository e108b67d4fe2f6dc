/** Adds a value to fields. upstream: api/filters/valueadd, api/internal/builtins/ValueAddTransformer.go */
import { basename } from 'node:path'
import { BuildError } from '../errors'
import type { Selector } from '../selector'
import { expectKind, lookup, setScalar, splitPath } from '../yaml/edit'
import type { YamlNode } from '../yaml/node'
import { TAG, newNode, scalarNode } from '../yaml/node'
import { namespaceObject } from './namespace'
import type { Transformer } from './transformer'

export interface ValueTarget {
  readonly selector?: Selector
  readonly fieldPath?: string
  /** From 1: the value goes into this place of a path with slashes; otherwise it is the whole field. */
  readonly filePathPosition?: number
}

/** Without a value, the folder's name is it. Throws BuildError. */
export function addValue(given: string, targets: readonly ValueTarget[], folder: string): Transformer {
  const value = given || basename(folder)
  if (targets.length === 0) throw new BuildError('must specify at least one target')
  for (const { fieldPath = '', filePathPosition = 0 } of targets) {
    if (fieldPath === '') throw new BuildError('fieldPath cannot be empty')
    if (filePathPosition < 0) throw new BuildError(`value of FilePathPosition (${filePathPosition}) cannot be negative`)
  }
  return resources => {
    for (const { selector, fieldPath = '', filePathPosition = 0 } of targets) {
      for (const { root } of selector === undefined ? resources.items : resources.select(selector)) {
        if (fieldPath === 'metadata/namespace') namespaceObject(root, [], 'defaultOnly', node => setScalar(node, newNode('scalar', { tag: TAG.string, value })))
        else setValue(root, fieldPath, filePathPosition, value)
      }
    }
  }
}

function setValue(root: YamlNode, fieldPath: string, position: number, value: string): void {
  const field = lookup(root, splitPath(fieldPath, '/'), 'scalar')
  if (field === undefined) return
  expectKind(field, 'scalar')
  const text = position > 0 ? insertPart(field.value, position - 1, value) : value
  if (text !== '') setScalar(field, scalarNode(text))
}

/** upstream: kyaml/filesys InsertPathPart */
function insertPart(path: string, position: number, part: string): string {
  const isAbsolute = path.startsWith('/')
  const parts = path.split('/').filter(p => p !== '')
  if (parts.length === 0) return part
  parts.splice(Math.min(position, parts.length), 0, part)
  return (isAbsolute ? '/' : '') + parts.join('/')
}
