/** The pod template of a workload. upstream: kubectl/pkg/describe DescribePodTemplate */
import { byCodePoint } from '../../../../base/go-text'
import { sortAsGo } from '../../../../base/go-sort'
import { formatLabelSelector } from '../../../../base/label-selector'
import type { PodTemplateSpec, TopologySpreadConstraint } from '../../../../kinds/schema/types/core.v1'
import { annotations, labels, tolerations } from '../../metadata'
import { text, type Lines } from '../../writer'
import { describeContainers } from './containers'
import { describeVolumes } from './volumes'

const INDENT = '  '

export function describePodTemplate(w: Lines, template: PodTemplateSpec | undefined): void {
  w.write(0, 'Pod Template:\n')
  if (template === undefined) return w.write(1, '<unset>')
  const { metadata = {}, spec } = template
  labels(w, '  Labels', metadata.labels)
  if (Object.keys(metadata.annotations ?? {}).length > 0) annotations(w, '  Annotations', metadata.annotations)
  if (text(spec.serviceAccountName) !== '') w.write(1, `Service Account:\t${spec.serviceAccountName}\n`)
  if ((spec.initContainers ?? []).length > 0) describeContainers(w, 'Init Containers', spec.initContainers ?? [], { indent: INDENT })
  describeContainers(w, 'Containers', spec.containers ?? [], { indent: INDENT })
  describeVolumes(w, spec.volumes, INDENT)
  topologySpread(w, spec.topologySpreadConstraints, INDENT)
  if (text(spec.priorityClassName) !== '') w.write(1, `Priority Class Name:\t${spec.priorityClassName}\n`)
  labels(w, '  Node-Selectors', spec.nodeSelector)
  tolerations(w, '  Tolerations', spec.tolerations)
  if (spec.schedulingGroup !== undefined) schedulingGroup(w, spec.schedulingGroup, INDENT)
}

export function topologySpread(w: Lines, constraints: readonly TopologySpreadConstraint[] | undefined, indent = ''): void {
  if (constraints === undefined || constraints.length === 0) return
  const sorted = [...constraints]
  sortAsGo(sorted, (a, b) => byCodePoint(a.topologyKey, b.topologyKey) < 0)
  w.write(0, `${indent}Topology Spread Constraints:\t`)
  for (const [i, { topologyKey, whenUnsatisfiable, maxSkew, labelSelector }] of sorted.entries()) {
    if (i > 0) w.write(0, `${indent}\t`)
    w.write(0, `${topologyKey}:${whenUnsatisfiable} when max skew ${maxSkew} is exceeded${labelSelector === undefined ? '' : ` for selector ${formatLabelSelector(labelSelector)}`}\n`)
  }
}

export function schedulingGroup(w: Lines, { podGroupName }: { readonly podGroupName?: string }, indent = ''): void {
  w.write(0, `${indent}SchedulingGroup:\n`)
  w.write(1, `PodGroupName:\t${text(podGroupName)}\n`)
}
