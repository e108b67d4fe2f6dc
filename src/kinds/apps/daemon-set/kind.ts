/** DaemonSet: a pod of one template on every node that it may run on. */
import { semanticEqual } from '../../../base/equal'
import { goQuote } from '../../../base/field'
import { badRequest } from '../../../base/status'
import { formatLabels } from '../../../base/label-selector'
import { age, defineKind, name } from '../../kind'
import { cannotBeHandled } from '../../schema/decode'
import type { DaemonSet, DaemonSetSpec, DaemonSetStatus } from '../../schema/types/apps.v1'
import { count, selectorColumn, templateColumns } from '../../core/pod/template/columns'
import { defaultPodTemplate, emptyTemplate } from '../../core/pod/template/defaults'
import { dropDisabled } from '../../core/pod/template/disabled'
import { templateWarnings } from '../../core/pod/template/workload'
import { statusValidation } from '../replica-status'
import { validateDaemonSet, validateDaemonSetUpdate } from './validate'

/** Counts the changes of the template; a field of the internal type. upstream: apps.DeprecatedTemplateGeneration */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation'
const EMPTY: DaemonSetStatus = { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 }

/** The annotation is read where the object is: what is no number makes it no DaemonSet. upstream: Convert_v1_DaemonSet_To_apps_DaemonSet */
function checkGeneration({ metadata }: DaemonSet): void {
  const text = metadata?.annotations?.[TEMPLATE_GENERATION]
  if (text !== undefined && !/^[+-]?\d+$/.test(text)) throw badRequest(cannotBeHandled('apps/v1', 'DaemonSet', `strconv.ParseInt: parsing ${goQuote(text)}: invalid syntax`))
}

export const daemonSet = defineKind<DaemonSet>({
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  singular: 'daemonset',
  shortNames: ['ds'],
  categories: ['all'],
  scope: 'Namespaced',
  subresources: {
    status: {
      validateUpdate: statusValidation<DaemonSetStatus>(
        ['currentNumberScheduled', 'numberMisscheduled', 'desiredNumberScheduled', 'numberReady', 'observedGeneration', 'updatedNumberScheduled', 'numberAvailable', 'numberUnavailable', 'collisionCount'],
        [],
      ),
    },
  },

  applyDefaults(ds) {
    checkGeneration(ds)
    ds.status ??= { ...EMPTY }
    defaultSpec((ds.spec ??= { selector: undefined as never, template: emptyTemplate() }))
  },
  prepareForCreate(ds) {
    ds.status = { ...EMPTY }
    ds.metadata.annotations = { ...ds.metadata.annotations, [TEMPLATE_GENERATION]: '1' }
    dropDisabled(ds.spec?.template?.spec)
  },
  prepareForUpdate(next, previous) {
    dropDisabled(next.spec?.template?.spec)
    const generation = Number(previous.metadata.annotations?.[TEMPLATE_GENERATION] ?? '0')
    const changed = !semanticEqual(next.spec?.template, previous.spec?.template)
    const text = String(changed ? generation + 1 : generation)
    if (next.metadata.annotations?.[TEMPLATE_GENERATION] !== text) next.metadata.annotations = { ...next.metadata.annotations, [TEMPLATE_GENERATION]: text }
  },
  validate: validateDaemonSet,
  validateUpdate: validateDaemonSetUpdate,
  warnings: templateWarnings,

  columns: [
    name,
    count<DaemonSet>('Desired', 'Nodes that should run a pod.', ds => ds.status?.desiredNumberScheduled),
    count<DaemonSet>('Current', 'Nodes that run at least one pod and should.', ds => ds.status?.currentNumberScheduled),
    count<DaemonSet>('Ready', 'Nodes whose pod is ready.', ds => ds.status?.numberReady),
    count<DaemonSet>('Up-to-date', 'Nodes whose pod is of the current template.', ds => ds.status?.updatedNumberScheduled),
    count<DaemonSet>('Available', 'Nodes whose pod has been ready for minReadySeconds.', ds => ds.status?.numberAvailable),
    { name: 'Node Selector', type: 'string', description: 'Labels of the nodes that get a pod.', cell: ds => formatLabels(ds.spec?.template?.spec?.nodeSelector) },
    age,
    ...templateColumns<DaemonSet>(ds => ds.spec?.template),
    selectorColumn<DaemonSet>(ds => ds.spec?.selector),
  ],

  anchor: ds => ds.spec?.selector,
})

/** upstream: pkg/apis/apps/v1/defaults.go SetDefaults_DaemonSet */
function defaultSpec(spec: DaemonSetSpec): void {
  defaultPodTemplate((spec.template ??= emptyTemplate()))
  const strategy = (spec.updateStrategy ??= {})
  if ((strategy.type ?? '') === '') strategy.type = 'RollingUpdate'
  if (strategy.type === 'RollingUpdate') {
    const rollingUpdate = (strategy.rollingUpdate ??= {})
    rollingUpdate.maxUnavailable ??= 1
    rollingUpdate.maxSurge ??= 0
  }
  spec.revisionHistoryLimit ??= 10
}
