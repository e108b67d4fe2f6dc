/** A request as those see it who asked for another version of its resource. upstream: apiserver/pkg/admission/plugin/webhook/generic/conversion.go */
import type { Kind, KubeObject } from '../../../kinds/kind'
import type { NamedRuleWithOperations } from '../../../kinds/schema/types/admissionregistration.v1'
import type { Attributes } from '../../admission'
import { convertedTo } from '../../custom-versions/versions'
import type { ApiServer } from '../../server'
import { ruleMatches } from './matching'

/** The version that the rules speak of: the request's own when they do, else the first that they name. */
function kindSpokenOf(a: Attributes, rules: readonly NamedRuleWithOperations[], matchPolicy: string): Kind {
  if (matchPolicy === 'Exact' || a.kind.custom === undefined || rules.some(r => ruleMatches(r, a, 'Exact'))) return a.kind
  const { kinds } = a.kind.custom.versions
  for (const version of a.kind.versions) {
    const kind = kinds.get(`${a.kind.group}/${version}`)
    if (kind !== undefined && rules.some(r => ruleMatches(r, { ...a, name: a.name, kind }, 'Exact'))) return kind
  }
  return a.kind
}

/** The same attributes, or those with the objects in the version that the rules speak of. Throws 500 when a conversion fails. */
export function attributesFor(server: ApiServer, a: Attributes, rules: readonly NamedRuleWithOperations[] = [], matchPolicy = 'Equivalent'): Attributes | Promise<Attributes> {
  const kind = kindSpokenOf(a, rules, matchPolicy)
  if (kind === a.kind) return a
  const object = convertedTo(server, kind, a.object)
  const previous = a.previous === undefined ? undefined : convertedTo(server, kind, a.previous)
  const made = (o: KubeObject, p: KubeObject | undefined): Attributes => ({ ...a, name: a.name, kind, requested: a.kind, object: o, previous: p })
  if (!(object instanceof Promise) && !(previous instanceof Promise)) return made(object, previous)
  return Promise.all([object, previous]).then(([o, p]) => made(o, p))
}
