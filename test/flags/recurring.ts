/** Effects of flags that many commands share, each made from a line of the command in question. */
import type { Case, Effects } from './case'
import { shows } from './case'

/** `-o` and what belongs to it, of a line that prints one object; `name` is what `-o name` says. */
export function printing(line: string, name: string, kind: string, more: Case = {}): Effects {
  return {
    output: shows(`${line} [[-o name]]`, `${name}\n`, more),
    template: shows(`${line} -o go-template [[--template={{.kind}}]]`, kind, { ...more, without: /^error: template format specified but no template given\nexit 1/ }),
    'allow-missing-template-keys': shows(`${line} -o jsonpath={.nothing} [[--allow-missing-template-keys=false]]`, /nothing is not found\b[^]*\nexit 1\n$/, { ...more, fails: 'a key is missing' }),
    'show-managed-fields': shows(`${line} -o yaml [[--show-managed-fields]]`, /\n  managedFields:\n/, more),
  }
}

/** `printing` of a command that has no managed fields to show. */
export function printingPlain(line: string, name: string, kind: string, more: Case = {}): Effects {
  const { 'show-managed-fields': _, ...rest } = printing(line, name, kind, more)
  return rest
}

/** `-o` and what belongs to it, of a line that opens an editor: it is given YAML or JSON, and what follows is printed in the same form. */
export const printingEdited = (line: string, kind: string, more: Case = {}): Effects => ({
  output: shows(`${line} [[-o yaml]]`, new RegExp(`^kind: ${kind}\n`, 'm'), more),
  template: shows(`${line} [[--template={{.kind}}]]`, kind, more),
  'allow-missing-template-keys': shows(`${line} --template={{.nothing}} [[--allow-missing-template-keys=false]]`, /map has no entry for key "nothing"\n[^]*exit 1\n$/, { ...more, fails: 'a key is missing' }),
})

/** `--dry-run`, of a line that makes an object. */
export const creatingNothing = (line: string, object: string, more: Case = {}): Effects => ({
  'dry-run': shows(`${line} [[--dry-run=server]]`, '', { ...more, then: [`get ${object} --ignore-not-found -o name`] }),
})

/** `--field-manager`, of a line that writes the object. */
export const managing = (line: string, object: string, more: Case = {}): Effects => ({
  'field-manager': shows(`${line} [[--field-manager=somebody]]`, /\bsomebody\b/, { ...more, then: [`get ${object} --show-managed-fields -o jsonpath={.metadata.managedFields[*].manager}`] }),
})

/** How old the pod solo is after half an hour, and after a minute or two. */
export const LATER = /^solo .* [34]\dm\S*\n/
export const SOON = /^solo .* (\d+s|\dm\S*)\n/

/** `--validate`, of a line whose request says how strictly fields are looked at. */
export const validating = (line: string, more: Case = {}): Effects => ({
  validate: shows(`${line} [[--validate=warn]]`, /fieldValidation=Warn\b/, { ...more, wire: true }),
})

/** `--save-config`, of a line that writes the object. */
export const remembering = (line: string, object: string, more: Case = {}): Effects => ({
  'save-config': shows(`${line} [[--save-config]]`, /kubectl\.kubernetes\.io\/last-applied-configuration/, { ...more, then: [`get ${object} -o jsonpath={.metadata.annotations}`] }),
})

/** What every generator of one object takes. */
export const generating = (line: string, object: string, kind: string, more: Case = {}): Effects => ({
  ...printing(line, object, kind, more),
  ...creatingNothing(line, object, more),
  ...managing(line, object, more),
  ...validating(line, more),
  ...remembering(line, object, more),
})

const NO_FILES = /error: must specify one of -f and -k\nexit [12]\n$/
const NO_RESOURCES = /error: You must provide one or more resources by argument or filename\.[^]*exit 1\n$/

/** Files of one kind: `file` holds `filed`, `dir` holds `top` and, deeper, `low`, `kust` makes `made-by-kustomize`. */
export interface FileSet {
  readonly file: string
  readonly dir: string
  readonly kust: string
}
export const CONFIG_MAPS: FileSet = { file: 'cm.yaml', dir: 'dir', kust: 'kust' }
export const DEPLOYMENTS: FileSet = { file: 'deploy.yaml', dir: 'deploys', kust: 'kustdeploy' }

export interface Filing extends Case {
  readonly set?: FileSet
  /** The objects are not there beforehand. */
  readonly fresh?: boolean
  /** What else they need, by the flags that name them. */
  readonly prepare?: (flags: string) => readonly string[]
}

/** `-f`, `-R` and `-k` of a command that needs files; the line's words before and after them. */
export const filesNeeded = (before: string, after = '', more: Filing = {}): Effects => filing(before, after, NO_FILES, more)
/** … of a command that takes arguments instead. */
export const filesOrResources = (before: string, after = '', more: Filing = {}): Effects => filing(before, after, NO_RESOURCES, more)

/** `without` is what is said when neither is given. */
export function filing(before: string, after: string, without: RegExp, { set = CONFIG_MAPS, fresh = false, prepare, ...more }: Filing = {}): Effects {
  const made = (flags: string): Case => (fresh ? more : { ...more, before: [`create ${flags}`, ...(prepare?.(flags) ?? []), ...(more.before ?? [])] })
  return {
    filename: shows(`${before} [[-f ${set.file}]] ${after}`, /\bfiled\b/, { ...made(`-f ${set.file}`), without }),
    recursive: shows(`${before} -f ${set.dir} [[-R]] ${after}`, /\blow\b/, made(`-R -f ${set.dir}`)),
    kustomize: shows(`${before} [[-k ${set.kust}]] ${after}`, /\bmade-by-kustomize\b/, { ...made(`-k ${set.kust}`), without }),
  }
}
