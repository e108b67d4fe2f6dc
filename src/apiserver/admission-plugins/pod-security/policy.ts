/** Levels and versions that a namespace's labels ask for. upstream: pod-security-admission/api/helpers.go */
import { invalidValue, type FieldError } from '../../../base/field'

export type Level = 'privileged' | 'baseline' | 'restricted'
/** Undefined: the latest. */
export type Version = number | undefined

export interface LevelVersion {
  readonly level: Level
  /** Minor of `v1.x`. */
  readonly minor: Version
}

export interface Policy {
  readonly enforce: LevelVersion
  readonly audit: LevelVersion
  readonly warn: LevelVersion
}

const PREFIX = 'pod-security.kubernetes.io/'
const LEVELS: readonly string[] = ['privileged', 'baseline', 'restricted']
const FREE: LevelVersion = { level: 'privileged', minor: undefined }
const NO_POLICY: Policy = { enforce: FREE, audit: FREE, warn: FREE }

/** `baseline:latest`, `restricted:v1.24` */
export const policyText = ({ level, minor }: LevelVersion): string => `${level}:${minor === undefined ? 'latest' : `v1.${minor}`}`

export const sameLevelVersion = (a: LevelVersion, b: LevelVersion): boolean => a.level === b.level && a.minor === b.minor
export const stricter = (a: Level, b: Level): boolean => LEVELS.indexOf(a) > LEVELS.indexOf(b)
export const isFree = ({ enforce, audit, warn }: Policy): boolean => enforce.level === 'privileged' && audit.level === 'privileged' && warn.level === 'privileged'

/** A wrong label enforces the strictest level, and warns and audits of nothing. */
export function policyOf(labels: Readonly<Record<string, string>> | undefined): { readonly policy: Policy; readonly errors: readonly FieldError[] } {
  if (labels === undefined || !hasLabel(labels)) return { policy: NO_POLICY, errors: [] }
  const errors: FieldError[] = []
  const wrong = (mode: string, value: string, why: string): void => void errors.push(invalidValue(`metadata.labels[${PREFIX}${mode}]`, value, why))
  const levelOf = (mode: string, otherwise: Level): { level: Level; given: boolean; right: boolean } => {
    const value = labels[PREFIX + mode]
    if (value === undefined) return { level: 'privileged', given: false, right: false }
    if (LEVELS.includes(value)) return { level: value as Level, given: true, right: true }
    wrong(mode, value, 'must be one of privileged, baseline, restricted')
    return { level: otherwise, given: true, right: false }
  }
  const versionOf = (mode: string): Version => {
    const value = labels[`${PREFIX}${mode}-version`]
    if (value === undefined || value === 'latest') return undefined
    const match = /^v1\.([0-9]|[1-9][0-9]*)$/.exec(value)
    if (match === null) wrong(`${mode}-version`, value, 'must be "latest" or "v1.x"')
    return match === null ? undefined : Number(match[1])
  }
  const enforced = levelOf('enforce', 'restricted')
  const enforce = { level: enforced.level, minor: versionOf('enforce') }
  const audit = { level: levelOf('audit', 'privileged').level, minor: versionOf('audit') }
  const warned = levelOf('warn', 'privileged')
  let warn: LevelVersion = { level: warned.level, minor: versionOf('warn') }
  // Who enforces more than he warns of is warned of what he enforces.
  if (!warned.given && enforced.right && stricter(enforce.level, warn.level)) warn = { level: enforce.level, minor: labels[`${PREFIX}warn-version`] === undefined ? enforce.minor : warn.minor }
  return { policy: { enforce, audit, warn }, errors }
}

function hasLabel(labels: Readonly<Record<string, string>>): boolean {
  for (const key in labels) if (key.startsWith(PREFIX)) return true
  return false
}
