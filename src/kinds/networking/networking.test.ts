import { describe, expect, it } from 'vitest'
import { fieldErrorBody, type FieldErrors } from '../../base/field'
import type { Ingress, IngressClass, NetworkPolicy, ServiceCIDR } from '../schema/types/networking.v1'
import { ingress } from './ingress/kind'
import { ingressClass } from './ingress-class/kind'
import { networkPolicy } from './network-policy/kind'
import { serviceCidr } from './service-cidr/kind'

const texts = (errors: FieldErrors | undefined): string[] => [...(errors ?? [])].map(e => `${e.field}: ${fieldErrorBody(e)}`)
const metadata = { name: 'x', namespace: 'default', resourceVersion: '1' }
const policy = (spec: NetworkPolicy['spec']): NetworkPolicy => ({ metadata, spec })
const AT = { nowMs: 0 }
const cells = <T>(kind: { columns: readonly { cell(o: T, at: { nowMs: number }): unknown }[] }, o: T): unknown[] => kind.columns.slice(0, -1).map(c => c.cell(o, AT))

describe('network policies', () => {
  it('are about incoming traffic, and about outgoing traffic where they speak of it', () => {
    const [plain, outgoing] = [policy({}), policy({ egress: [{ ports: [{ port: 53 }] }] })]
    for (const p of [plain, outgoing]) networkPolicy.applyDefaults?.(p)
    expect(plain.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress'] })
    expect(outgoing.spec).toEqual({ podSelector: {}, egress: [{ ports: [{ port: 53, protocol: 'TCP' }] }], policyTypes: ['Ingress', 'Egress'] })
  })

  it.each<[string, NonNullable<NonNullable<NetworkPolicy['spec']['ingress']>[number]['from']>[number], string[]]>([
    ['what is no part of its block', { ipBlock: { cidr: '10.0.0.0/16', except: ['10.1.0.0/24'] } }, ['spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "10.1.0.0/24": must be a strict subset of `cidr`']],
    ['a block and pods', { ipBlock: { cidr: '10.0.0.0/16' }, podSelector: {} }, ['spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer']],
    ['bits beyond the prefix', { ipBlock: { cidr: '10.0.0.1/16' } }, ['spec.ingress[0].from[0].ipBlock.cidr: Invalid value: "10.0.0.1/16": must not have bits set beyond the prefix length']],
  ])('refuse %s', (_, peer, expected) => expect(texts(networkPolicy.validate?.(policy({ ingress: [{ from: [peer] }] })))).toEqual(expected))

  it('keep networks that older rules let in', () => {
    const old = policy({ ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.1/16' } }] }] })
    const next = policy({ egress: [{ to: [{ ipBlock: { cidr: '10.0.0.1/16' } }] }] })
    expect(texts(networkPolicy.validateUpdate?.(next, old))).toEqual([])
  })
})

describe('ingresses', () => {
  const rules = (...hosts: string[]): Ingress => ({ metadata, spec: { rules: hosts.map(host => ({ host })) } })

  it('show three hosts and count the others', () => {
    expect(cells(ingress, rules('a.io', 'b.io', 'c.io', 'd.io'))).toEqual(['x', '<none>', 'a.io,b.io,c.io + 1 more...', '', '80'])
    expect(cells(ingress, { metadata, spec: { tls: [{}], ingressClassName: 'nginx' }, status: { loadBalancer: { ingress: [{ ip: '10.0.0.9' }, { hostname: 'lb.io' }] } } })).toEqual(['x', 'nginx', '*', '10.0.0.9,lb.io', '80, 443'])
  })

  it.each([
    ['Prefix', '/a//b', ["must not contain '//'"]],
    ['Exact', '/a/..', ["cannot end with '/..'"]],
    ['ImplementationSpecific', '/a//b', []],
    ['ImplementationSpecific', '', []],
  ])('of type %s check the path %j', (pathType, path, problems) => {
    const o: Ingress = { metadata, spec: { rules: [{ http: { paths: [{ path, pathType, backend: { service: { name: 's', port: { number: 80 } } } }] } }] } }
    expect(texts(ingress.validate?.(o))).toEqual(problems.map(p => `spec.rules[0].http.paths[0].path: Invalid value: ${JSON.stringify(path)}: ${p}`))
  })

  it('are warned of the annotation that named their class', () => {
    const o: Ingress = { metadata: { ...metadata, annotations: { 'kubernetes.io/ingress.class': 'nginx' } }, spec: {} }
    expect([...(ingress.warnings?.(o, undefined) ?? [])]).toEqual(['annotation "kubernetes.io/ingress.class" is deprecated, please use \'spec.ingressClassName\' instead'])
    expect([...(ingress.warnings?.(o, o) ?? [])]).toEqual([])
  })
})

it('the default ingress class is marked as such', () => {
  const o: IngressClass = { metadata: { name: 'public', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } }, spec: { controller: 'example.com/lb', parameters: { kind: 'P', name: 'p', apiGroup: 'example.com' } } }
  expect(cells(ingressClass, o)).toEqual(['public (default)', 'example.com/lb', 'P.example.com/p'])
})

it('a range of Services may get a sister of the other family', () => {
  const range = (...cidrs: string[]): ServiceCIDR => ({ metadata: { name: 'x', resourceVersion: '1' }, spec: { cidrs } })
  const old = range('10.1.0.0/16')
  expect(texts(serviceCidr.validateUpdate?.(range('10.1.0.0/16', 'fd00::/64'), old))).toEqual([])
  expect(texts(serviceCidr.validateUpdate?.(range('10.1.0.0/16', '10.2.0.0/16'), old))).toEqual(['spec.cidrs: Invalid value: ["10.1.0.0/16","10.2.0.0/16"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64'])
})
