/** `kubectl run`. upstream: kubectl/pkg/cmd/run/run.go */
import { StatusError } from '../../base/status'
import type { KubeObject } from '../../kinds/kind'
import type { Pod } from '../../kinds/schema/types/core.v1'
import { SeveralErrors } from '../errors'
import { goStructJson } from '../go-struct'
import { saveConfig } from '../last-applied'
import { resourceOf } from '../resource-of'
import { attachTo } from './attached'
import type { Options } from './options'

/** Throws ExitError with the container's exit code when it was attached to. */
export async function run(options: Options): Promise<void> {
  const { service, attach, print, io } = options
  const created: KubeObject[] = []
  const errors: unknown[] = []
  const pod = await create(options.pod, options)
  created.push(pod)
  if (service !== undefined) {
    try {
      const made = await create(service, options)
      created.push(made)
      print(made)
      // upstream prints a separator of its own besides the printer's.
      if (options.isYaml) io.stdout('---\n')
    } catch (error) {
      errors.push(error)
    }
  }
  if (attach === undefined) print(pod)
  else {
    try {
      await attachTo(pod as KubeObject as Pod, attach, await options.session(), io)
    } finally {
      if (attach.remove) await removeAll(created, options)
    }
  }
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new SeveralErrors(errors)
}

async function create(object: KubeObject, { namespace, enforceNamespace, dryRun, fieldManager, saveConfig: save, session }: Options): Promise<KubeObject> {
  const inNamespace = (o: KubeObject): KubeObject => ({ ...o, metadata: { ...o.metadata, namespace: o.metadata.namespace ?? namespace } })
  if (dryRun === 'client') return enforceNamespace ? inNamespace(object) : object
  const { client } = await session()
  return client.create(resourceOf(object.apiVersion as string, object.kind as string), inNamespace(saveConfig(save, object, goStructJson)), { dryRun: dryRun === 'server', fieldManager })
}

/** --rm deletes what was made, and says so. */
async function removeAll(created: readonly KubeObject[], { session, attach, io }: Options): Promise<void> {
  const { client } = await session()
  for (const object of created) {
    const { name, namespace } = object.metadata
    try {
      const resource = resourceOf(object.apiVersion as string, object.kind as string)
      await client.get(resource, name, namespace)
      await client.delete(resource, object, { propagationPolicy: attach?.cascade })
    } catch (error) {
      if (error instanceof StatusError && error.reason === 'NotFound') continue
      throw error
    }
    if (attach?.quiet !== true) io.stdout(`${(object.kind as string).toLowerCase()} "${name}" deleted from ${namespace} namespace\n`)
  }
}
