/** The pods that kubectl debug makes, by profile and by what is copied. */
import { describe, expect, it } from 'vitest'
import type { Node, Pod } from '../../kinds/schema/types/core.v1'
import { memoryStreams } from '../streams.testing'
import type { CopyOptions, Options } from './options'
import { copyOf, onNode, withEphemeral } from './pods'
import { profileNamed } from './profiles'

const io = memoryStreams()
const options = (given: Partial<Options> = {}): Options => ({
  query: { namespace: 'default' }, builder: undefined as never, session: undefined as never, io, namespace: 'default', attach: false, quiet: false, container: 'dbg', command: ['sh'], argumentsOnly: false,
  env: [], image: 'busybox', pullPolicy: '', stdin: false, tty: false, target: '', profile: profileNamed('general'), custom: undefined, copy: undefined, ...given,
})
const copy: CopyOptions = {
  name: 'twin', replace: false, sameNode: false, shareProcesses: undefined, images: {},
  keep: { labels: false, annotations: false, liveness: false, readiness: false, startup: false, initContainers: true },
}
const pod: Pod = {
  metadata: { name: 'web', namespace: 'default', uid: 'u', labels: { app: 'web' } },
  spec: { nodeName: 'n1', containers: [{ name: 'main', image: 'nginx', args: ['x'], livenessProbe: { exec: { command: ['true'] } } }, { name: 'side', image: 'busybox' }] },
}

describe('kubectl debug', () => {
  it('adds an ephemeral container and leaves the pod as it was', () => {
    const made = withEphemeral(pod, options({ target: 'main' }), 0)
    expect(made.pod.spec.ephemeralContainers).toEqual([
      { name: 'dbg', terminationMessagePolicy: 'File', command: ['sh'], image: 'busybox', targetContainerName: 'main', securityContext: { capabilities: { add: ['SYS_PTRACE'] } } },
    ])
    expect(pod.spec.ephemeralContainers).toBeUndefined()
  })

  it('copies with a changed container, without labels, probes and node', () => {
    const { pod: twin, container } = copyOf(pod, copy, options({ container: 'main', image: '' }), 0)
    expect(container).toBe('main')
    expect(twin).toEqual({
      apiVersion: 'v1', kind: 'Pod', metadata: { name: 'twin', namespace: 'default' },
      spec: { shareProcessNamespace: true, containers: [{ name: 'main', image: 'nginx', command: ['sh'], securityContext: { capabilities: { add: ['SYS_PTRACE'] } } }, { name: 'side', image: 'busybox' }] },
    })
  })

  it('changes images alone, a named one before all', () => {
    const { pod: twin, container } = copyOf(pod, { ...copy, images: { '*': 'alpine', side: 'redis' } }, options({ container: '', image: '', command: [] }), 0)
    expect(container).toBeUndefined()
    expect(twin.spec.containers.map(c => c.image)).toEqual(['alpine', 'redis'])
    expect(() => copyOf(pod, copy, options({ container: 'new', image: '' }), 0)).toThrow('you must specify image when creating new container')
  })

  it.each([
    ['general', { hostNetwork: true, hostPID: true, hostIPC: true }, undefined],
    ['baseline', {}, undefined],
    ['restricted', {}, { runAsNonRoot: true, capabilities: { drop: ['ALL'] }, allowPrivilegeEscalation: false, seccompProfile: { type: 'RuntimeDefault' } }],
    ['netadmin', { hostNetwork: true, hostPID: true, hostIPC: true }, { capabilities: { add: ['NET_ADMIN', 'NET_RAW'] } }],
    ['sysadmin', { hostNetwork: true, hostPID: true, hostIPC: true }, { privileged: true }],
  ])('debugs a node as %s', (name, host, security) => {
    const { pod: made } = onNode({ metadata: { name: 'n1', uid: 'n' } } as Node, options({ profile: profileNamed(name) }), 0)
    expect(made.metadata.name).toMatch(/^node-debugger-n1-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
    const { hostNetwork, hostPID, hostIPC } = made.spec
    expect(JSON.parse(JSON.stringify({ hostNetwork, hostPID, hostIPC }))).toEqual(host)
    expect(made.spec.containers[0]?.securityContext).toEqual(security)
    expect(made.spec.tolerations).toEqual([{ operator: 'Exists' }])
  })

  it('knows no other profile', () => {
    expect(() => profileNamed('toString')).toThrow('unknown profile: toString')
  })
})
