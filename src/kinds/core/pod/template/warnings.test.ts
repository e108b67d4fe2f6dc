import { describe, expect, it } from 'vitest'
import { Path } from '../../../../base/findings'
import type { PodTemplateSpec } from '../../../schema/types/core.v1'
import { podTemplateWarnings } from './warnings'

const warnings = (spec: object, metadata: object = {}): string[] => [...podTemplateWarnings({ metadata, spec: { containers: [], ...spec } } as PodTemplateSpec, Path.of('t'))]

describe('warnings of templates', () => {
  it.each<[string, object, string[]]>([
    ['renamed labels', { nodeSelector: { 'beta.kubernetes.io/os': 'linux' } }, ['t.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead']],
    ['selectors of nothing', { topologySpreadConstraints: [{ topologyKey: 'k' }] }, ['t.spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod']],
    ['repeated names', { imagePullSecrets: [{ name: 'a' }, { name: 'a' }, {}] }, ['t.spec.imagePullSecrets[1].name: duplicate name "a"', 't.spec.imagePullSecrets[2].name: invalid empty name ""']],
    ['half bytes', { containers: [{ name: 'a', resources: { limits: { memory: '100m' } } }] }, ['t.spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer']],
    ['hidden variables', { containers: [{ name: 'a', env: [{ name: 'X', value: '1' }, { name: 'X', value: '$(X)2' }, { name: 'X', value: '3' }] }] }, ['t.spec.containers[0].env[2]: hides previous definition of "X", which may be dropped when using apply']],
    [
      'ports',
      { containers: [{ name: 'a', ports: [{ containerPort: 80, protocol: 'TCP' }, { containerPort: 80, protocol: 'TCP', hostPort: 8080 }, { containerPort: 80, protocol: 'TCP', hostPort: 8080, hostIP: '1.2.3.4' }, { containerPort: 81, hostIP: '1.2.3.4' }] }] },
      [
        't.spec.containers[0].ports[1]: overlapping port definition with t.spec.containers[0].ports[0]',
        't.spec.containers[0].ports[2]: overlapping port definition with t.spec.containers[0].ports[0]',
        't.spec.containers[0].ports[2]: dangerously ambiguous port definition with t.spec.containers[0].ports[1]',
        't.spec.containers[0].ports[3]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:81 Protocol: HostIP:1.2.3.4}',
      ],
    ],
    ['overlapping files', { volumes: [{ name: 'v', configMap: { name: 'c', items: [{ key: 'a', path: 'x' }, { key: 'b', path: 'x/y' }] } }] }, ['volume "v" (ConfigMap "c"): overlapping paths: "x/y" with "x"']],
    ['haste', { terminationGracePeriodSeconds: -1 }, ['t.spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1']],
  ])('%s', (_, spec, expected) => expect(warnings(spec)).toEqual(expected))

  it('of annotations that fields have replaced', () => {
    const key = 'container.apparmor.security.beta.kubernetes.io/a'
    expect(warnings({ containers: [{ name: 'a' }] }, { annotations: { [key]: 'unconfined' } })).toEqual([`t.metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`])
    expect(warnings({ containers: [{ name: 'a', securityContext: { appArmorProfile: { type: 'Unconfined' } } }] }, { annotations: { [key]: 'unconfined' } })).toEqual([])
  })
})
