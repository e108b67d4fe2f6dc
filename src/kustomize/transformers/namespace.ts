/** Puts resources into a namespace, and with them the subjects of role bindings. upstream: api/filters/namespace, api/internal/builtins/NamespaceTransformer.go */
import { goJson } from '../../base/go-text'
import { goQuote } from '../../base/field'
import { BuildError, messageOf, within } from '../errors'
import type { FieldSpec } from '../field-specs'
import { visitFields } from '../field-specs'
import { gvkOf, isIdEqual } from '../ids'
import type { Resource } from '../resource'
import { ANNOTATION } from '../resource'
import { NodeKindError, apiVersionOf, getField, lookup, setScalar } from '../yaml/edit'
import type { YamlNode } from '../yaml/node'
import { TAG, isEmpty, isMissingOrNull, newNode, textOf } from '../yaml/node'
import type { Transformer } from './transformer'

const SUBJECT_MODES = ['defaultOnly', 'none', 'allServiceAccounts'] as const
type SubjectMode = (typeof SUBJECT_MODES)[number]

export interface NamespaceArgs {
  readonly namespace: string
  readonly specs: readonly FieldSpec[]
  /** Where a namespace stands already, it stays. */
  readonly unsetOnly?: boolean
  /** Which subjects of role bindings follow; '' is `defaultOnly`. */
  readonly subjects?: string
}

/** Throws BuildError for an unknown mode. */
export function setNamespace({ namespace, specs, unsetOnly = false, subjects = '' }: NamespaceArgs): Transformer {
  const mode = (subjects || 'defaultOnly') as SubjectMode
  if (!SUBJECT_MODES.includes(mode)) throw new BuildError(`invalid value ${goQuote(subjects)} for setRoleBindingSubjects: must be one of "defaultOnly", "none" or "allServiceAccounts"`)
  const set = (node: YamlNode): void => {
    if (unsetOnly && !isEmpty(node) && node.value !== '') return
    setScalar(node, newNode('scalar', { tag: TAG.string, value: namespace }))
  }
  return resources => {
    if (namespace === '') return
    for (const resource of [...resources.items]) {
      if (resource.isEmpty || resource.annotations.get(ANNOTATION.helmGenerated) === 'true') continue
      resource.storePreviousId()
      namespaceObject(resource.root, specs, mode, set)
      const { id } = resource
      const same = resources.withCurrentId(other => isIdEqual(id, other))
      if (same.length !== 1) throw new BuildError(`namespace transformation produces ID conflict: [${same.map(shown).join(' ')}]`)
    }
  }
}

function shown(resource: Resource): string {
  try {
    return goJson(resource.value())
  } catch (error) {
    return `<${messageOf(error)}>`
  }
}

/** One object, by the value-adding transformer too. */
export function namespaceObject(node: YamlNode, specs: readonly FieldSpec[], mode: SubjectMode, set: (node: YamlNode) => void): void {
  const { kind, clusterScoped } = gvkOf(node)
  const isV1 = apiVersionOf(node) === 'v1'
  let used = specs.filter(spec => spec.path !== 'metadata/namespace' && (isV1 || spec.path !== 'metadata/name'))
  if (!clusterScoped) visitFields(node, [{ path: 'metadata/namespace', create: true }], { createKind: 'scalar', set })
  if (isBinding(kind)) {
    used = used.filter(spec => !isBinding(spec.kind) || spec.path !== 'subjects/namespace')
    visitSubjects(node, mode, set)
  }
  try {
    visitFields(node, used, { createKind: 'scalar', createTag: TAG.string, set })
  } catch (error) {
    throw new BuildError(`${isAboutCollection(error) ? 'namespace field specs must target scalar nodes' : 'namespace transformation failed'}: ${(error as Error).message}`, error)
  }
}

const isBinding = (kind: string | undefined): boolean => kind === 'RoleBinding' || kind === 'ClusterRoleBinding'

function visitSubjects(node: YamlNode, mode: SubjectMode, set: (node: YamlNode) => void): void {
  const subjects = lookup(node, ['subjects'])
  if (mode === 'none' || isMissingOrNull(subjects)) return
  within('setting namespace on (cluster)role binding subjects', () => {
    for (const subject of (subjects as unknown as YamlNode).content) {
      const follows = mode === 'defaultOnly' ? textOf(getField(subject, 'name')) === 'default' : textOf(getField(subject, 'kind')) === 'ServiceAccount'
      const field = follows ? lookup(subject, ['namespace'], 'scalar') : undefined
      if (field !== undefined) set(field)
    }
  })
}

function isAboutCollection(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof NodeKindError) return at.node.kind !== 'scalar'
  return false
}
