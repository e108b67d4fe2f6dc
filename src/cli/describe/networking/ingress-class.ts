/** `kubectl describe ingressclass`. upstream: kubectl/pkg/describe IngressClassDescriber */
import type { IngressClass } from '../../../kinds/schema/types/networking.v1'
import { describerOf } from '../describer'
import { labelsAndAnnotations } from '../metadata'
import { text } from '../writer'

export const ingressClass = describerOf<IngressClass>('networking.k8s.io/v1', 'IngressClass', (w, { metadata, spec }) => {
  w.write(0, `Name:\t${metadata.name}\n`)
  labelsAndAnnotations(w, metadata)
  w.write(0, `Controller:\t${text(spec?.controller)}\n`)
  const parameters = spec?.parameters
  if (parameters === undefined) return
  w.write(0, 'Parameters:\n')
  if (typeof parameters.apiGroup === 'string') w.write(1, `APIGroup:\t${parameters.apiGroup}\n`)
  w.write(1, `Kind:\t${parameters.kind}\n`)
  w.write(1, `Name:\t${parameters.name}\n`)
})
