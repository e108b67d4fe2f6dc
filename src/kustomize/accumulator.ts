/** What has been gathered: resources, field specs, variables. upstream: api/internal/accumulator/resaccumulator.go */
import { EMPTY_CONFIG, mergeConfigs } from './config/transformer-config'
import { BuildError } from './errors'
import type { ResourceId } from './ids'
import { gvkText, isIdEqual, isNameAndKindEqual, splitApiVersion } from './ids'
import type { TransformerConfig, Variable } from './kustomization-types'
import { ResourceList } from './resource-list'
import { fieldValue, replaceVariables } from './transformers/variables'
import type { JsonValue } from './yaml/value'

export class Accumulator {
  readonly resources = new ResourceList()
  config: TransformerConfig = EMPTY_CONFIG
  readonly variables = new Map<string, Variable>()

  mergeConfig(config: TransformerConfig): void {
    this.config = mergeConfigs(this.config, config)
  }

  /** Takes in all that the other gathered. Throws BuildError. */
  merge(other: Accumulator): void {
    this.resources.appendAll(other.resources.items)
    this.mergeConfig(other.config)
    for (const variable of other.variables.values()) this.addVariable(variable)
  }

  /** Throws BuildError for a variable that is there already, or that could mean several resources. */
  mergeVariables(variables: readonly Variable[]): void {
    for (const variable of variables) {
      const id = targetOf(variable)
      const matches = this.resources.withAnyId(other => (id.namespace === '' ? isNameAndKindEqual(id, other) : isIdEqual(id, other)))
      if (matches.length > 1) throw new BuildError(`found ${matches.length} resId matches for var ${variableText({ ...variable, objref: { ...variable.objref, ...id } })} (unable to disambiguate)`)
      matches[0]?.variables.push(variable.name ?? '')
    }
    for (const variable of variables) this.addVariable(variable)
  }
  private addVariable(variable: Variable): void {
    const { name = '' } = variable
    if (this.variables.has(name)) throw new BuildError(`var '${name}' already encountered`)
    this.variables.set(name, { ...variable, fieldref: { fieldPath: variable.fieldref?.fieldPath || 'metadata.name' }, objref: { ...variable.objref, ...targetOf(variable) } })
  }

  /** Replaces variables by their values; gives the names of those that nobody used. Throws BuildError. */
  resolveVariables(): string[] {
    const values = new Map<string, JsonValue>()
    for (const name of [...this.variables.keys()].sort()) values.set(name, this.valueOf(this.variables.get(name) as Variable))
    if (values.size === 0) return []
    const used = new Set<string>()
    replaceVariables(values, this.config.varReference, used)(this.resources)
    return [...values.keys()].filter(name => !used.has(name))
  }
  private valueOf(variable: Variable): JsonValue {
    const resource = this.resources.items.find(r => r.variables.includes(variable.name ?? ''))
    if (resource === undefined) throw new BuildError(`var '${variableText(variable)}' cannot be mapped to a field in the set of known resources`)
    const value = fieldValueOrNone(resource.root, variable.fieldref?.fieldPath ?? '')
    if (value === undefined) throw new BuildError(`field specified in var '${variableText(variable)}' not found in corresponding resource`)
    return value
  }
}

function fieldValueOrNone(...args: Parameters<typeof fieldValue>): JsonValue | undefined {
  try {
    return fieldValue(...args)
  } catch (error) {
    if (error instanceof BuildError) return undefined
    throw error
  }
}

function targetOf({ objref = {} }: Variable): ResourceId {
  const { apiVersion = '', name = '', namespace = '', kind = '' } = objref
  const parts = apiVersion === '' ? {} : splitApiVersion(apiVersion)
  return { group: objref.group ?? '', version: objref.version ?? '', kind, ...withoutEmptyGroup(parts), clusterScoped: false, name, namespace }
}
/** An apiVersion without a group leaves the group as it is. */
const withoutEmptyGroup = ({ group, version }: { group?: string; version?: string }): { group?: string; version?: string } => (group === undefined || group === '' ? (version === undefined ? {} : { version }) : { group, version: version ?? '' })

/** Go's `%v`. */
export const variableText = ({ name = '', objref = {}, fieldref = {} }: Variable): string => `{${name} ${gvkText(objref)} {${fieldref.fieldPath ?? ''}}}`
