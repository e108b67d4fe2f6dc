/** `kubectl create deployment`, `job`, `cronjob`. upstream: kubectl/pkg/cmd/create create_deployment.go, create_job.go, create_cronjob.go */
import { createDraw } from '../../base/draw'
import { UsageError } from '../../base/errors'
import type { KubeObject } from '../../kinds/kind'
import type { CronJob, Job } from '../../kinds/schema/types/batch.v1'
import { resourceOf } from '../resource-of'
import type { Generator, Material } from './generate'

export const deployment: Generator<'create deployment'> = {
  resource: () => resourceOf('apps/v1', 'Deployment'),
  failure: 'failed to create deployment: ',
  make({ name, command, flags, factory }) {
    if (flags.image.length > 1 && command.length > 0) throw new UsageError('cannot specify multiple --image options and command')
    const labels = { app: name }
    const containers = flags.image.map((image, i) => ({
      name: containerName(image, () => createDraw(String(factory.clock.now())).suffix(image, 'container', 5, i)),
      image,
      ...(command.length > 0 ? { command } : {}),
    }))
    const [first] = containers
    if (first !== undefined && flags.port >= 0) Object.assign(first, { ports: [{ containerPort: flags.port }] })
    return {
      apiVersion: 'apps/v1', kind: 'Deployment',
      metadata: { name, labels },
      spec: { replicas: flags.replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
    } as KubeObject
  },
}

/** `nginx` of `registry.example.com/nginx:1.25@sha256:…`; characters that a name may not have make it random. */
function containerName(image: string, random: () => string): string {
  const name = (image.split('/').at(-1) as string).split(':')[0]?.split('@')[0] as string
  return /[_.]/.test(name) ? `${name.replace(/[_.]/g, '-')}-${random()}` : name
}

export const job: Generator<'create job'> = {
  resource: () => resourceOf('batch/v1', 'Job'),
  failure: 'failed to create job: ',
  async make(material) {
    const { name, command, flags } = material
    if ((flags.image === '') === (flags.from === '')) throw new UsageError('either --image or --from must be specified')
    if (command.length > 0 && flags.from !== '') throw new UsageError('cannot specify --from and command')
    if (flags.image === '') return jobOfCronJob(name, await cronJobNamed(material))
    return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { template: podOf(name, flags.image, command, 'Never') } } as KubeObject
  },
}

const podOf = (name: string, image: string, command: readonly string[], restartPolicy: string): object => ({
  spec: { containers: [{ name, image, ...(command.length > 0 ? { command } : {}) }], restartPolicy },
})

async function cronJobNamed({ flags, factory }: Material<'create job'>): Promise<CronJob> {
  const { infos, errors } = await factory.builder().infos({ args: [flags.from], namespace: factory.namespace().name })
  if (errors[0] !== undefined) throw errors[0]
  const [info] = infos
  if (info === undefined || infos.length !== 1) throw new UsageError('from must be an existing cronjob')
  if (info.resource.kind !== 'CronJob') throw new UsageError(`unknown object type *${info.resource.version}.${info.resource.kind}`)
  return info.object as CronJob
}

function jobOfCronJob(name: string, { metadata, spec }: CronJob): KubeObject {
  const { jobTemplate: template } = spec as { jobTemplate: { metadata?: KubeObject['metadata']; spec?: Job['spec'] } }
  return {
    apiVersion: 'batch/v1', kind: 'Job',
    metadata: {
      name,
      annotations: { 'cronjob.kubernetes.io/instantiate': 'manual', ...template.metadata?.annotations },
      ...(template.metadata?.labels === undefined ? {} : { labels: template.metadata.labels }),
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: metadata.name, uid: metadata.uid as string, controller: true }],
    },
    spec: template.spec,
  } as KubeObject
}

export const cronJob: Generator<'create cronjob'> = {
  resource: () => resourceOf('batch/v1', 'CronJob'),
  failure: 'failed to create cronjob: ',
  make: ({ name, command, flags }) => ({
    apiVersion: 'batch/v1', kind: 'CronJob',
    metadata: { name },
    spec: { schedule: flags.schedule, jobTemplate: { metadata: { name }, spec: { template: podOf(name, flags.image, command, flags.restart || 'OnFailure') } } },
  }) as KubeObject,
}
