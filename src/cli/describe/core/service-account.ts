/** `kubectl describe serviceaccount`. upstream: kubectl/pkg/describe ServiceAccountDescriber */
import type { ServiceAccount } from '../../../kinds/schema/types/core.v1'
import { describerOf } from '../describer'
import { labelsAndAnnotations } from '../metadata'
import { text } from '../writer'

const TITLE = 'Image pull secrets:'

export const serviceAccount = describerOf<ServiceAccount>('v1', 'ServiceAccount', (w, { metadata, imagePullSecrets = [] }) => {
  w.write(0, `Name:\t${metadata.name}\n`)
  w.write(0, `Namespace:\t${text(metadata.namespace)}\n`)
  labelsAndAnnotations(w, metadata)
  if (imagePullSecrets.length === 0) w.write(0, `${TITLE}\t<none>\n`)
  for (const [i, { name }] of imagePullSecrets.entries()) w.write(0, `${i === 0 ? TITLE : ' '.repeat(TITLE.length)}\t${text(name)}\n`)
})
