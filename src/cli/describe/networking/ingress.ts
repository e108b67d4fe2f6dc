/** `kubectl describe ingress`. upstream: kubectl/pkg/describe IngressDescriber */
import type { Service } from '../../../kinds/schema/types/core.v1'
import type { Ingress, IngressBackend, IngressServiceBackend } from '../../../kinds/schema/types/networking.v1'
import { resourceOf } from '../../resource-of'
import { describerOf, type DescribeContext } from '../describer'
import { endpointsText, slicesOf } from '../discovery/endpoints-of'
import { annotations, labels } from '../metadata'
import { text } from '../writer'

export const ingress = describerOf<Ingress>('networking.k8s.io/v1', 'Ingress', async (w, { metadata, spec = {}, status }, context) => {
  const show = (backend: IngressBackend): Promise<string> => backendText(context, metadata.namespace, backend)
  w.write(0, `Name:\t${metadata.name}\n`)
  labels(w, 'Labels', metadata.labels)
  w.write(0, `Namespace:\t${text(metadata.namespace)}\n`)
  w.write(0, `Address:\t${[...new Set((status?.loadBalancer?.ingress ?? []).map(i => i.ip || text(i.hostname)).filter(a => a !== ''))].sort().join(',')}\n`)
  w.write(0, `Ingress Class:\t${spec.ingressClassName ?? '<none>'}\n`)
  const fallback = spec.defaultBackend === undefined ? '<default>' : await show(spec.defaultBackend)
  w.write(0, `Default backend:\t${fallback}\n`)
  if ((spec.tls ?? []).length > 0) w.write(0, 'TLS:\n')
  for (const { secretName = '', hosts = [] } of spec.tls ?? []) w.write(1, secretName === '' ? `SNI routes ${hosts.join(',')}\n` : `${secretName} terminates ${hosts.join(',')}\n`)
  w.write(0, 'Rules:\n  Host\tPath\tBackends\n')
  w.write(1, '----\t----\t--------\n')
  const rules = (spec.rules ?? []).filter(r => r.http !== undefined)
  for (const { host, http } of rules) {
    w.write(1, `${text(host) === '' ? '*' : host}\t\n`)
    for (const { path, backend } of http?.paths ?? []) w.write(2, `\t${text(path)} \t${await show(backend)}\n`)
  }
  if (rules.length === 0) w.write(1, `*\t*\t${fallback}\n`)
  annotations(w, 'Annotations', metadata.annotations)
})

/** `web:80 (10.0.0.1:80)` */
async function backendText(context: DescribeContext, namespace: string | undefined, { service, resource }: IngressBackend): Promise<string> {
  if (service !== undefined) return serviceText(context, namespace, service)
  return resource === undefined ? '' : `APIGroup: ${resource.apiGroup ?? '<none>'}, Kind: ${resource.kind}, Name: ${resource.name}`
}

async function serviceText(context: DescribeContext, namespace: string | undefined, { name, port }: IngressServiceBackend): Promise<string> {
  const target = `${name}:${(port?.number ?? 0) !== 0 ? port?.number : text(port?.name)}`
  try {
    const slices = await slicesOf(context, namespace, name)
    const { spec } = await context.client.get(resourceOf<Service>('v1', 'Service'), name, namespace)
    const fitting = (spec?.ports ?? []).filter(p => ((port?.number ?? 0) !== 0 && port?.number === p.port) || (text(port?.name) !== '' && port?.name === p.name))
    return `${target} (${endpointsText(slices, text(fitting.at(-1)?.name))})`
  } catch (e) {
    return `${target} (<error: ${(e as Error).message}>)`
  }
}
