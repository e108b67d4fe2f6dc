/** What LOCAL:REMOTE means for pods and services. */
import { describe, expect, it } from 'vitest'
import type { Pod, Service } from '../../kinds/schema/types/core.v1'
import { forwardedPorts } from './ports'

const pod = { metadata: { name: 'kiosk' }, spec: { containers: [{ name: 'c', ports: [{ name: 'http', containerPort: 80 }, { name: 'dns', containerPort: 53, protocol: 'UDP' }] }] } } as Pod
const service = { metadata: { name: 'lobby' }, spec: { clusterIP: '10.96.0.9', ports: [{ name: 'web', port: 8080, targetPort: 'http' }] } } as Service

describe('forwarded ports', () => {
  it.each([
    ['8081', { local: 8081, remote: 8081 }],
    ['18601:8081', { local: 18601, remote: 8081 }],
    [':8081', { local: 0, remote: 8081 }],
    ['http', { local: 80, remote: 80 }],
    ['1:http', { local: 1, remote: 80 }],
    ['1:eighty', "Pod 'kiosk' does not have a named port 'eighty'"],
    ['53', 'UDP protocol is not supported for 53'],
    ['1:0', 'remote port must be > 0'],
    ['1:70000', 'value out of range'],
    ['1:', "Pod 'kiosk' does not have a named port ''"],
  ])('of a pod: %s', (spec, expected) => {
    if (typeof expected === 'string') expect(() => forwardedPorts([spec], pod, undefined)).toThrow(expected)
    else expect(forwardedPorts([spec], pod, undefined)).toEqual([expected])
  })

  it.each([
    ['8080', { local: 8080, remote: 80 }],
    ['18604:8080', { local: 18604, remote: 80 }],
    ['web', { local: 8080, remote: 80 }],
    ['18607:80', 'Service lobby does not have a service port 80'],
    ['18607:http', "Service 'lobby' does not have a named port 'http'"],
  ])('of a service: %s', (spec, expected) => {
    if (typeof expected === 'string') expect(() => forwardedPorts([spec], pod, service)).toThrow(expected)
    else expect(forwardedPorts([spec], pod, service)).toEqual([expected])
  })
})
