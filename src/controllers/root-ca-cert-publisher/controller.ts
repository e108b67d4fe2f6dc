/** Publishes the cluster's CA certificate as ConfigMap kube-root-ca.crt in every namespace. upstream: pkg/controller/certificates/rootcacertpublisher */
import { deepEqual } from '../../base/equal'
import { defineController, type Watch } from '../../client/controller'
import { configMap } from '../../kinds/core/config-map/kind'
import { namespace } from '../../kinds/core/namespace/kind'
import type { ConfigMap, Namespace } from '../../kinds/schema/types/core.v1'

export const ROOT_CA = 'kube-root-ca.crt'
const DESCRIPTION = 'kubernetes.io/description'
const TEXT =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.'

const published: Watch<ConfigMap> = {
  kind: configMap,
  keys: ({ object }) => (object.metadata.name === ROOT_CA ? [object.metadata.namespace as string] : []),
}

/** @param certificate gives the CA's PEM text */
export function rootCaCertPublisher(certificate: () => string) {
  return defineController<Namespace>({
    name: 'root-ca-certificate-publisher',
    reconciles: namespace,
    watches: [published as Watch<never>],

    async reconcile(ns, { client, lister }) {
      if (ns.metadata.deletionTimestamp !== undefined || ns.status?.phase === 'Terminating') return
      const data = { 'ca.crt': certificate() }
      const current = lister.get(configMap, ROOT_CA, ns.metadata.name)
      if (current === undefined) await client.create(configMap, { metadata: { name: ROOT_CA, namespace: ns.metadata.name, annotations: { [DESCRIPTION]: TEXT } }, data })
      else if (!deepEqual(current.data, data) || (current.metadata.annotations?.[DESCRIPTION] ?? '') === '')
        await client.update(configMap, { ...current, metadata: { ...current.metadata, annotations: { ...current.metadata.annotations, [DESCRIPTION]: TEXT } }, data })
    },
  })
}
