/** `kubectl config set` and `unset`: one property by its path, whose names may contain dots. upstream: kubectl/pkg/cmd/config/set.go, navigation_step_parser.go */
import { UsageError } from '../../base/errors'
import { HelpFirst } from '../errors'
import { parseBool } from '../flags/values'
import type { Kubeconfig, Section } from '../kubeconfig/model'
import { FIELDS, SECTIONS } from '../kubeconfig/model'
import type { ConfigOptions } from './options'

export function set({ io, kubeconfig, args, flags }: ConfigOptions<'config set'>): void {
  const [property, value] = args
  if (property === undefined || value === undefined || args.length !== 2) throw new HelpFirst(`Unexpected args: [${args.join(' ')}]`)
  if (value === '') throw new UsageError('you cannot use set to unset a property')
  if (property === '') throw new UsageError('you must specify a property')
  const config = kubeconfig.starting()
  setProperty(config, property, value, flags['set-raw-bytes'])
  kubeconfig.write(config)
  io.stdout(`Property ${JSON.stringify(property)} set.\n`)
}

export function unset({ io, kubeconfig, args }: ConfigOptions<'config unset'>): void {
  const [property] = args
  if (property === undefined || args.length !== 1) throw new HelpFirst(`Unexpected args: [${args.join(' ')}]`)
  if (property === '') throw new UsageError('you must specify a property')
  const config = kubeconfig.starting()
  unsetProperty(config, property)
  kubeconfig.write(config)
  io.stdout(`Property ${JSON.stringify(property)} unset.\n`)
}

interface Place {
  readonly section: Section
  /** Empty for the whole section. */
  readonly name: string
  readonly field: string | undefined
}

/** A name reaches up to the first part that is a field. */
function placeOf(property: string): Place | 'current-context' {
  const [first = '', ...parts] = property.split('.')
  if (first === 'current-context' && parts.length === 0) return 'current-context'
  if (!(SECTIONS as readonly string[]).includes(first)) throw new UsageError(`unable to parse ${property} after [] at api.Config`)
  const section = first as Section
  const at = parts.findIndex((part, i) => i > 0 && Object.hasOwn(FIELDS[section], part))
  const name = parts.slice(0, at < 0 ? undefined : at).join('.')
  const field = at < 0 ? undefined : parts[at]
  if (at >= 0 && parts.length > at + 1) throw new UsageError(`unable to parse one or more field values of ${property}`)
  return { section, name, field }
}

function setProperty(config: Kubeconfig, property: string, value: string, rawBytes: boolean): void {
  const place = placeOf(property)
  if (place === 'current-context') {
    config.currentContext = value
    return
  }
  const { section, name, field } = place
  const map = config[section] as Map<string, Record<string, unknown>>
  if (field === undefined) throw new UsageError(name === '' ? `can't set a map to a value: map[]` : `unable to parse one or more field values of ${property}`)
  const entry = { ...map.get(name) }
  switch (FIELDS[section][field]) {
    case 'string':
      entry[field] = value
      break
    case 'bool': {
      const flag = parseBool(value)
      if (flag === undefined) throw new UsageError(`strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`)
      entry[field] = flag
      break
    }
    case 'bytes':
      if (!rawBytes && !/^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/.test(value)) throw new UsageError('error decoding input value: illegal base64 data at input byte 0')
      entry[field] = rawBytes ? Buffer.from(value).toString('base64') : value
      break
    case 'strings':
      throw new UsageError('unrecognized slice type. string')
    default:
      throw new UsageError(`can't set a map to a value: map[]`)
  }
  map.set(name, entry)
}

function unsetProperty(config: Kubeconfig, property: string): void {
  const place = placeOf(property)
  if (place === 'current-context') {
    config.currentContext = ''
    return
  }
  const { section, name, field } = place
  const map = config[section] as Map<string, Record<string, unknown>>
  if (name === '') map.clear()
  else if (field === undefined) map.delete(name)
  else {
    if (!map.has(name)) throw new UsageError(`current map key \`${name}\` is invalid`)
    const entry = { ...map.get(name) }
    delete entry[field]
    map.set(name, entry)
  }
}
