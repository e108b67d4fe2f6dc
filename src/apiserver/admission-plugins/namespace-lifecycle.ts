/** NamespaceLifecycle: nothing is created in a namespace that is not there or is going. upstream: apiserver/pkg/admission/plugin/namespace/lifecycle */
import { forbiddenRequest, notFound } from '../../base/status'
import { namespace } from '../../kinds/core/namespace/kind'
import type { AdmissionPlugin } from '../admission'

const IMMORTAL = new Set(['default', 'kube-system', 'kube-public'])
const REVIEWS = new Set(['localsubjectaccessreviews', 'subjectaccessreviews', 'selfsubjectaccessreviews', 'selfsubjectrulesreviews'])

export const namespaceLifecycle: AdmissionPlugin = {
  name: 'NamespaceLifecycle',
  operations: ['CREATE', 'DELETE'],
  admit({ operation, kind, name, namespace: ns }, { lister }) {
    const isNamespace = kind.group === '' && kind.plural === 'namespaces'
    if (operation === 'DELETE') {
      if (isNamespace && IMMORTAL.has(name)) throw forbiddenRequest(kind, name, 'this namespace may not be deleted')
      return
    }
    if (isNamespace || ns === undefined || ns === '' || REVIEWS.has(kind.plural)) return
    const found = lister.get(namespace, ns)
    if (found === undefined) throw notFound(namespace, ns)
    if (found.status?.phase !== 'Terminating') return
    const refusal = forbiddenRequest(kind, name, `unable to create new content in namespace ${ns} because it is being terminated`)
    refusal.status.details = { ...refusal.status.details, causes: [{ reason: 'NamespaceTerminating', message: `namespace ${ns} is being terminated`, field: 'metadata.namespace' }] }
    throw refusal
  },
}
