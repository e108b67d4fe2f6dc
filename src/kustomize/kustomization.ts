/** Reads the kustomization file of a folder. upstream: api/types Kustomization, api/internal/target Load */
import { readYaml } from '../base/yaml/reader'
import { decodeJson } from './decode'
import { BuildError, messageOf, within } from './errors'
import { KUSTOMIZATION } from './kustomization-types'
import type { GeneratorArgs, Kustomization } from './kustomization-types'
import type { Loader } from './loader'

const FILE_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']
const RUN_FIX = "Run 'kustomize edit fix' to update your Kustomization automatically."
const DEPRECATED = [
  ['bases', `Please use 'resources' instead. ${RUN_FIX}`],
  ['commonLabels', `Please use 'labels' instead. ${RUN_FIX}`],
  ['imageTags', `Please use 'images' instead. ${RUN_FIX}`],
  ['patchesJson6902', `Please use 'patches' instead. ${RUN_FIX}`],
  ['patchesStrategicMerge', `Please use 'patches' instead. ${RUN_FIX}`],
  ['vars', `Please use 'replacements' instead. [EXPERIMENTAL] ${RUN_FIX}`],
] as const

export const COMPONENT = 'Component'

/** Throws BuildError; warnings about old fields go to `warn`, line by line. */
export function loadKustomization(loader: Loader, warn: (line: string) => void): { kustomization: Kustomization; fileName: string } {
  const { text, fileName } = findFile(loader)
  const raw = within('invalid Kustomization', () => decodeJson(readValue(text), KUSTOMIZATION, true))
  for (const [field, advice] of DEPRECATED) if (raw[field] !== undefined) warn(`# Warning: '${field}' is deprecated. ${advice}`)
  const kustomization = modernised(raw)
  if (!Object.entries(kustomization).some(([key, value]) => key !== 'kind' && key !== 'apiVersion' && value !== undefined && value !== '')) throw new BuildError('kustomization.yaml is empty')
  const problems = checkKind(kustomization)
  if (problems.length > 0) throw new BuildError(`Failed to read kustomization file under ${loader.root}:\n${problems.join('\n')}`)
  return { kustomization, fileName }
}

/** What Kubernetes' YAML makes of a text; its messages are of version 2 of the library. */
export function readValue(text: string, read = readYaml): unknown {
  try {
    return read(text)
  } catch (error) {
    if (error instanceof Error && !(error instanceof TypeError)) throw new BuildError(error.message)
    throw error
  }
}

function findFile(loader: Loader): { text: string; fileName: string } {
  const found: { text: string; fileName: string }[] = []
  for (const fileName of FILE_NAMES) {
    try {
      found.push({ text: loader.text(fileName), fileName })
    } catch (error) {
      messageOf(error)
    }
  }
  if (found.length > 1) throw new BuildError(`Found multiple kustomization files under: ${loader.root}\n`)
  const [only] = found
  if (only === undefined) throw new BuildError(`unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${loader.root}'`)
  return only
}

/** Old fields put into the new ones. upstream: FixKustomization */
function modernised(raw: Record<string, unknown>): Kustomization {
  const { bases, imageTags, helmChartInflationGenerator, ...rest } = raw
  const joined = (name: string, more: unknown): Record<string, unknown> => {
    const list = [...((rest[name] as unknown[] | undefined) ?? []), ...((more as unknown[] | undefined) ?? [])]
    return list.length === 0 && rest[name] === undefined ? {} : { [name]: list }
  }
  const kind = (rest['kind'] as string | undefined) || 'Kustomization'
  const apiVersion = (rest['apiVersion'] as string | undefined) || (kind === COMPONENT ? COMPONENT_VERSION : VERSION)
  const old = (helmChartInflationGenerator as Record<string, unknown>[] | undefined) ?? []
  const out: Record<string, unknown> = {
    ...rest, kind, apiVersion, ...joined('resources', bases), ...joined('images', imageTags), ...joined('helmCharts', old.map(modernChart)),
  }
  for (const name of ['configMapGenerator', 'secretGenerator']) {
    const args = out[name] as GeneratorArgs[] | undefined
    if (args !== undefined) out[name] = args.map(({ env, ...a }) => (env ? { ...a, envs: [...(a.envs ?? []), env] } : a))
  }
  return out as unknown as Kustomization
}

function modernChart(old: Record<string, unknown>): Record<string, unknown> {
  const chart = { name: old['chartName'], version: old['chartVersion'], repo: old['chartRepoUrl'], releaseName: old['releaseName'], valuesFile: old['values'], valuesInline: old['valuesLocal'], valuesMerge: old['valuesMerge'] }
  return Object.fromEntries(Object.entries(chart).filter(([, value]) => value !== undefined && value !== ''))
}

const VERSION = 'kustomize.config.k8s.io/v1beta1'
const COMPONENT_VERSION = 'kustomize.config.k8s.io/v1alpha1'

function checkKind({ kind, apiVersion }: Kustomization): string[] {
  const problems: string[] = []
  if (kind !== 'Kustomization' && kind !== COMPONENT) problems.push('kind should be Kustomization or Component')
  const required = kind === COMPONENT ? COMPONENT_VERSION : VERSION
  if (apiVersion !== required) problems.push(`apiVersion for ${kind} should be ${required}`)
  return problems
}
