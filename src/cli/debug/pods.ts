/** The pods that `kubectl debug` sends: with one more ephemeral container, a changed copy, a pod on a node. upstream: kubectl/pkg/cmd/debug/debug.go */
import { createDraw } from '../../base/draw'
import { UsageError } from '../../base/errors'
import { applyStrategicMergePatch } from '../../kinds/schema/strategic-merge'
import { typeNamed } from '../../kinds/schema/table'
import type { Container, Node, Pod } from '../../kinds/schema/types/core.v1'
import { findContainer } from '../target-pod/containers'
import type { CopyOptions, Options } from './options'
import type { Keep } from './profiles'

/** A pod to send, and the container to attach to: undefined where only images were changed. */
export interface Debugging {
  readonly pod: Pod
  readonly container: string | undefined
}

const KEEP_ALL: Keep = { labels: true, annotations: true, liveness: true, readiness: true, startup: true, initContainers: true }
const SUFFIX_LENGTH = 5

/** The pod with one more ephemeral container. */
export function withEphemeral(pod: Pod, options: Options, nowMs: number): Debugging {
  const name = nameFor(pod, options, nowMs)
  const made = cloned(pod)
  const container = { ...containerOf(name, options), ...(options.target === '' ? {} : { targetContainerName: options.target }) }
  options.profile(made, container, 'ephemeral', KEEP_ALL)
  made.spec.ephemeralContainers = [...(made.spec.ephemeralContainers ?? []), customised(container, options) as never]
  return { pod: made, container: name }
}

/** A privileged pod in the node's own namespaces. */
export function onNode(node: Node, options: Options, nowMs: number): Debugging {
  const name = options.container === '' ? 'debugger' : options.container
  const suffix = createDraw(node.metadata.uid as string).suffix(`${node.metadata.name}/${nowMs}`, 'debugger', SUFFIX_LENGTH)
  const podName = `node-debugger-${node.metadata.name}-${suffix}`
  if (!options.quiet) options.io.stdout(`Creating debugging pod ${podName} with container ${name} on node ${node.metadata.name}.\n`)
  const container = containerOf(name, options)
  const pod: Pod = {
    apiVersion: 'v1', kind: 'Pod',
    metadata: { name: podName, namespace: options.namespace, labels: { 'app.kubernetes.io/managed-by': 'kubectl-debug' } },
    spec: { containers: [container], nodeName: node.metadata.name, restartPolicy: 'Never', tolerations: [{ operator: 'Exists' }] },
  }
  options.profile(pod, container, 'node', KEEP_ALL)
  pod.spec.containers = [customised(container, options)]
  return { pod, container: name }
}

/** A copy with a debug container added, or with one of its own changed. Throws UsageError. */
export function copyOf(original: Pod, copy: CopyOptions, options: Options, nowMs: number): Debugging {
  const { name: _name, namespace, annotations, labels } = cloned(original).metadata
  const pod: Pod = {
    apiVersion: 'v1', kind: 'Pod',
    metadata: { name: copy.name, ...(namespace === undefined ? {} : { namespace }), ...(annotations === undefined ? {} : { annotations }), ...(labels === undefined ? {} : { labels }) },
    spec: cloned(original).spec,
  }
  delete pod.spec.ephemeralContainers
  if (copy.shareProcesses !== undefined) pod.spec.shareProcessNamespace = copy.shareProcesses
  if (!copy.sameNode) delete pod.spec.nodeName
  for (const c of pod.spec.containers) {
    const image = copy.images[c.name] ?? copy.images['*'] ?? ''
    if (image !== '') c.image = image
  }
  const named = findContainer(pod, options.container)
  if (named === undefined && options.image === '') {
    if (Object.keys(copy.images).length > 0) return { pod, container: undefined }
    throw new UsageError('you must specify image when creating new container')
  }
  const container = named ?? { name: nameFor(pod, options, nowMs), terminationMessagePolicy: 'File' }
  if (named === undefined) pod.spec.containers.push(container)
  change(container, options)
  options.profile(pod, container, 'copy', copy.keep)
  const at = pod.spec.containers.indexOf(container)
  if (options.custom !== undefined) {
    if (at < 0) throw new UsageError(`unable to find the ${container.name} container in the pod ${copy.name}`)
    pod.spec.containers[at] = customised(container, options)
  }
  return { pod, container: container.name }
}

/** What the command line says of a container that is there already, or is new. */
function change(container: Container, { command, argumentsOnly, env, image, pullPolicy, stdin, tty }: Options): void {
  if (command.length > 0) {
    if (argumentsOnly) container.args = [...command]
    else {
      container.command = [...command]
      delete container.args
    }
  }
  if (env.length > 0) container.env = [...env]
  if (image !== '') container.image = image
  if (pullPolicy !== '') container.imagePullPolicy = pullPolicy
  for (const [field, value] of [['stdin', stdin], ['tty', tty]] as const) {
    if (value) container[field] = true
    else delete container[field]
  }
}

function containerOf(name: string, options: Options): Container {
  const container: Container = { name, terminationMessagePolicy: 'File' }
  change(container, options)
  return container
}

/** upstream: applyCustomProfile */
function customised(container: Container, { custom }: Options): Container {
  if (custom === undefined) return container
  return applyStrategicMergePatch(typeNamed('core.v1.Container'), container as never, { ...custom, name: container.name }) as never
}

/** The wished name, or one that no container has. */
function nameFor(pod: Pod, { container, quiet, io }: Options, nowMs: number): string {
  if (container !== '') return container
  const draw = createDraw(`${pod.metadata.uid ?? pod.metadata.name}`)
  let name = ''
  for (let n = 0; name === '' || findContainer(pod, name) !== undefined; n++) name = `debugger-${draw.suffix(`${nowMs}`, 'debugger', SUFFIX_LENGTH, n)}`
  if (!quiet) io.stdout(`Defaulting debug container name to ${name}.\n`)
  return name
}

const cloned = (pod: Pod): Pod => JSON.parse(JSON.stringify(pod)) as Pod
