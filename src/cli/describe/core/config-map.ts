/** `kubectl describe configmap`. upstream: kubectl/pkg/describe ConfigMapDescriber */
import { sortedKeys } from '../../../base/go-text'
import type { ConfigMap } from '../../../kinds/schema/types/core.v1'
import { describerOf } from '../describer'
import { labelsAndAnnotations } from '../metadata'
import { text } from '../writer'
import { decodedBytes } from './secret'

export const configMap = describerOf<ConfigMap>('v1', 'ConfigMap', (w, { metadata, data, binaryData }) => {
  w.write(0, `Name:\t${metadata.name}\n`)
  w.write(0, `Namespace:\t${text(metadata.namespace)}\n`)
  labelsAndAnnotations(w, metadata)
  w.write(0, '\nData\n====\n')
  for (const key of sortedKeys(data ?? {})) {
    w.write(0, `${key}:\n----\n`)
    w.write(0, `${data?.[key]}\n`)
    w.write(0, '\n')
  }
  w.write(0, '\nBinaryData\n====\n')
  for (const key of sortedKeys(binaryData ?? {})) w.write(0, `${key}: ${decodedBytes(binaryData?.[key])} bytes\n`)
  w.write(0, '\n')
})
