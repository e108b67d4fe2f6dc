/** Selectors and configuration of devices, of classes and of claims. upstream: pkg/apis/resource/validation validateSelector, validateDeviceConfiguration; dynamic-resource-allocation/cel */
import type { Findings, Path } from '../../base/findings'
import { scoped, type ScopedEnvironment } from '../../cel/environment'
import { compile, isProgram } from '../../cel/program'
import { validateCsiDriverName } from '../core/pod/template/validate-volume-source'
import type { DeviceSelector, OpaqueDeviceConfiguration } from '../schema/types/resource.v1'

export const MAX_SELECTORS = 32
export const MAX_CONFIGS = 32
const MAX_EXPRESSION = 10 * 1024
const MAX_PARAMETERS = 10 * 1024
const RESULTS = ['bool', 'dyn']

let environment: ScopedEnvironment | undefined

/** What an expression knows of a device. Attributes and capacities are grouped by domain. */
function deviceEnvironment(): ScopedEnvironment {
  environment ??= scoped({
    types: { 'kubernetes.DRADevice': { driver: 'string', attributes: 'map<string, map<string, dyn>>', capacity: 'map<string, map<string, dyn>>', allowMultipleAllocations: 'bool' } },
    variables: { device: 'kubernetes.DRADevice' },
  })
  return environment
}

export function validateSelectors(f: Findings, at: Path, selectors: readonly DeviceSelector[] | undefined): void {
  if (selectors !== undefined && selectors.length > MAX_SELECTORS) f.tooMany(at, selectors.length, MAX_SELECTORS)
  selectors?.forEach(({ cel }, i) => {
    const where = at.at(i).child('cel')
    if (cel === undefined) f.required(where)
    else validateExpression(f, where.child('expression'), cel.expression ?? '')
  })
}

function validateExpression(f: Findings, at: Path, expression: string): void {
  if (Buffer.byteLength(expression) > MAX_EXPRESSION) return f.tooLong(at, MAX_EXPRESSION)
  const compiled = compile(deviceEnvironment(), expression)
  if (!isProgram(compiled)) f.invalid(at, expression, compiled.error)
  else if (!RESULTS.includes(compiled.type)) f.invalid(at, expression, `must evaluate to bool or the unknown type, not ${compiled.type}`)
}

export function validateConfiguration(f: Findings, at: Path, { opaque }: { readonly opaque?: OpaqueDeviceConfiguration }): void {
  if (opaque === undefined) return f.required(at.child('opaque'))
  validateCsiDriverName(f, at.child('opaque').child('driver'), opaque.driver ?? '')
  const parameters = at.child('opaque').child('parameters')
  if ((opaque.parameters ?? undefined) === undefined) return f.required(parameters)
  if (typeof opaque.parameters !== 'object') f.invalid(parameters, '<value omitted>', 'must be a valid JSON object')
  else if (Buffer.byteLength(JSON.stringify(opaque.parameters)) > MAX_PARAMETERS) f.tooLong(parameters, MAX_PARAMETERS)
}
