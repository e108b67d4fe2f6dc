/** Priority: gives pods the number that their class stands for, and keeps the default class single. upstream: plugin/pkg/admission/priority */
import { forbiddenRequest } from '../../base/status'
import type { Lister } from '../../client/lister'
import { priorityClass } from '../../kinds/scheduling/priority-class/kind'
import type { Pod } from '../../kinds/schema/types/core.v1'
import type { PriorityClass } from '../../kinds/schema/types/scheduling.v1'
import type { AdmissionPlugin, Attributes } from '../admission'

export const priorityAdmission: AdmissionPlugin = {
  name: 'Priority',
  operations: ['CREATE', 'UPDATE'],
  resources: ['pods', 'priorityclasses.scheduling.k8s.io'],
  admit(a, { lister }) {
    if (a.kind.group !== '' || a.kind.plural !== 'pods' || a.subresource !== '') return
    if (a.operation === 'CREATE') admitPod(a, lister)
    else keepPriority(a)
  },
  validate(a, { lister }) {
    if (a.kind.plural !== 'priorityclasses') return
    const pc = a.object as PriorityClass
    if (pc.globalDefault !== true) return
    const current = defaultClass(lister)
    if (current !== undefined && (a.operation === 'CREATE' || current.metadata.name !== pc.metadata.name))
      throw forbiddenRequest(a.kind, a.name, `PriorityClass ${current.metadata.name} is already marked as default. Only one default can exist`)
  },
}

function admitPod(a: Attributes, lister: Lister): void {
  const { spec } = a.object as Pod
  const name = spec.priorityClassName ?? ''
  let pc: PriorityClass | undefined
  if (name === '') {
    pc = defaultClass(lister)
    if (pc !== undefined) spec.priorityClassName = pc.metadata.name
  } else {
    pc = lister.get(priorityClass, name)
    if (pc === undefined) throw forbiddenRequest(a.kind, a.name, `no PriorityClass with name ${name} was found`)
  }
  const priority = pc?.value ?? 0
  if (spec.priority !== undefined && spec.priority !== priority)
    throw forbiddenRequest(a.kind, a.name, `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`)
  spec.priority = priority
  const policy = pc?.preemptionPolicy ?? 'PreemptLowerPriority'
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy)
    throw forbiddenRequest(a.kind, a.name, `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`)
  spec.preemptionPolicy = policy
}

/** A pod that was admitted keeps its number when a client sends it back without. */
function keepPriority(a: Attributes): void {
  const { spec } = a.object as Pod
  const was = (a.previous as Pod).spec
  if (spec.priority === undefined && was.priority !== undefined) spec.priority = was.priority
  if (spec.preemptionPolicy === undefined && was.preemptionPolicy !== undefined) spec.preemptionPolicy = was.preemptionPolicy
}

/** With several, the lowest. */
function defaultClass(lister: Lister): PriorityClass | undefined {
  let found: PriorityClass | undefined
  for (const pc of lister.byIndex(priorityClass, 'default', 'true')) if (found === undefined || (pc.value ?? 0) < (found.value ?? 0)) found = pc
  return found
}
