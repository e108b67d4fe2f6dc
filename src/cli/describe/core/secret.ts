/** `kubectl describe secret`: sizes, never values, but for the tokens of service accounts. upstream: kubectl/pkg/describe SecretDescriber */
import { sortedKeys } from '../../../base/go-text'
import type { Secret } from '../../../kinds/schema/types/core.v1'
import { describerOf } from '../describer'
import { labelsAndAnnotations } from '../metadata'
import { text } from '../writer'

export const secret = describerOf<Secret>('v1', 'Secret', (w, { metadata, type, data }) => {
  w.write(0, `Name:\t${metadata.name}\n`)
  w.write(0, `Namespace:\t${text(metadata.namespace)}\n`)
  labelsAndAnnotations(w, metadata)
  w.write(0, `\nType:\t${text(type)}\n`)
  w.write(0, '\nData\n====\n')
  for (const key of sortedKeys(data ?? {})) {
    const value = data?.[key]
    const shown = key === 'token' && type === 'kubernetes.io/service-account-token' ? Buffer.from(text(value), 'base64').toString('utf8') : `${decodedBytes(value)} bytes`
    w.write(0, `${key}:\t${shown}\n`)
  }
}, { events: false })

/** Length of what base64 holds. */
export const decodedBytes = (base64: string | undefined): number => Buffer.from(text(base64), 'base64').length
