/** `kubectl create configmap`. upstream: kubectl/pkg/cmd/create/create_configmap.go */
import { isUtf8 } from 'node:buffer'
import { UsageError } from '../../base/errors'
import { goQuote } from '../../base/field'
import { goJson } from '../../base/go-text'
import { isConfigMapKey } from '../../base/validation'
import type { KubeObject } from '../../kinds/kind'
import { resourceOf } from '../resource-of'
import type { Generator } from './generate'
import { addEnvFiles, addFiles, addLiterals, contentHash } from './sources'

export const configMap: Generator<'create configmap'> = {
  resource: () => resourceOf('v1', 'ConfigMap'),
  failure: 'failed to create configmap: ',
  make({ name, flags, io }) {
    if (name === '') throw new UsageError('name must be specified')
    if (flags['from-env-file'].length > 0 && (flags['from-file'].length > 0 || flags['from-literal'].length > 0)) throw new UsageError('from-env-file cannot be combined with from-file or from-literal')
    const data: Record<string, string> = {}
    const binaryData: Record<string, string> = {}
    const add = (key: string, value: Uint8Array): void => {
      const problems = isConfigMapKey(key)
      if (problems.length > 0) throw new UsageError(`${goQuote(key)} is not a valid key name for a ConfigMap: ${problems.join(',')}`)
      for (const [map, field] of [[data, 'Data'], [binaryData, 'BinaryData']] as const) {
        if (Object.hasOwn(map, key)) throw new UsageError(`cannot add key ${goQuote(key)}, another key by that name already exists in ${field} for ConfigMap ${goQuote(name)}`)
      }
      if (isUtf8(value)) data[key] = Buffer.from(value).toString('utf8')
      else binaryData[key] = Buffer.from(value).toString('base64')
    }
    addFiles(flags['from-file'], io, add)
    addLiterals(flags['from-literal'], add)
    addEnvFiles(flags['from-env-file'], 'env config file', io, add)
    const binary = Object.keys(binaryData).length > 0 ? { binaryData } : {}
    const hash = flags['append-hash'] ? `-${contentHash(goJson({ kind: 'ConfigMap', name, data, ...binary }))}` : ''
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: name + hash }, ...(Object.keys(data).length > 0 ? { data } : {}), ...binary } as KubeObject
  },
}
