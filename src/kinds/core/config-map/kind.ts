/** ConfigMap. */
import { age, defineKind, name } from '../../kind'
import type { ConfigMap } from '../../schema/types/core.v1'
import { validateConfigMap, validateConfigMapUpdate } from './validate'

export const configMap = defineKind<ConfigMap>({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  scope: 'Namespaced',
  generation: 'never',
  validate: validateConfigMap,
  validateUpdate: validateConfigMapUpdate,
  subresources: {},
  columns: [name, { name: 'Data', type: 'string', cell: c => Object.keys(c.data ?? {}).length + Object.keys(c.binaryData ?? {}).length }, age],
})
