/** Objects of a helm chart, by the program that --enable-helm allows. upstream: api/internal/builtins/HelmChartInflationGenerator.go, api/types/helmchartargs.go */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { yamlText } from '../base/yaml/writer'
import { resourcesOf } from './documents'
import { BuildError, within } from './errors'
import { readValue } from './kustomization'
import type { Loader } from './loader'
import type { HelmSettings } from './program-settings'
import { runProgram } from './programs'
import { ANNOTATION, type Resource } from './resource'

/** An entry of `helmCharts` with `helmGlobals`. */
export interface HelmChart {
  readonly name?: string
  readonly version?: string
  readonly repo?: string
  readonly releaseName?: string
  readonly namespace?: string
  readonly nameTemplate?: string
  readonly additionalValuesFiles?: readonly string[]
  readonly valuesFile?: string
  readonly valuesInline?: Readonly<Record<string, unknown>>
  readonly valuesMerge?: string
  readonly includeCRDs?: boolean
  readonly skipHooks?: boolean
  readonly skipTests?: boolean
  readonly apiVersions?: readonly string[]
  readonly kubeVersion?: string
  readonly debug?: boolean
  readonly devel?: boolean
  readonly chartHome?: string
  readonly configHome?: string
}

const MERGES = ['merge', 'override', 'replace']

/** Checks the chart; what it answers runs helm. Throws BuildError. */
export function inflateChart(chart: HelmChart, settings: HelmSettings, loader: Loader): () => Resource[] {
  if (settings.command === '') throw new BuildError('must specify --helm-command')
  const { name = '', valuesMerge = '', additionalValuesFiles = [] } = chart
  if (name === '') throw new BuildError('chart name cannot be empty')
  const more = additionalValuesFiles.map(file => {
    within('could not load additionalValuesFile', () => loader.bytes(file))
    return join(loader.root, file)
  })
  const merge = valuesMerge || 'override'
  if (!MERGES.includes(merge)) throw new BuildError(`valuesMerge must be one of [${MERGES.join(' ')}]`)
  return () => {
    const folder = mkdtempSync(join(settings.env['TMPDIR'] || tmpdir(), 'kustomize-helm-'))
    try {
      return inflate({ ...chart, name, valuesMerge: merge, additionalValuesFiles: more }, settings, loader, folder)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

type Checked = HelmChart & { readonly name: string; readonly additionalValuesFiles: readonly string[] }

function inflate(chart: Checked, settings: HelmSettings, loader: Loader, folder: string): Resource[] {
  const home = homeOf(chart, loader)
  const helm = (args: readonly string[]): string => runHelm(args, chart.configHome || join(folder, 'helm'), settings)
  checkVersion(helm(['version', '--short']))
  const found = statSync(join(home, chart.name), { throwIfNoEntry: false })
  if (found?.isDirectory() !== true) {
    if ((chart.repo ?? '') === '') throw new BuildError(`no repo specified for pull, no chart found at '${found === undefined ? '' : join(home, chart.name)}'`)
    helm(pullArguments(chart, home))
  }
  const values = join(folder, `${chart.name}-kustomize-values.yaml`)
  writeFileSync(values, valuesOf(chart, loader, chart.valuesFile || join(home, chart.name, 'values.yaml')))
  const resources = resourcesOf(helm(templateArguments(chart, settings, home, values)))
  for (const resource of resources) resource.mark(ANNOTATION.helmGenerated, 'true')
  return resources
}

function homeOf({ name, version = '', repo = '', chartHome }: HelmChart, loader: Loader): string {
  const home = isAbsolute(chartHome || 'charts') ? (chartHome as string) : join(loader.root, chartHome || 'charts')
  return version !== '' && repo !== '' ? join(home, `${name}-${version}`) : home
}

function runHelm(args: readonly string[], config: string, { command, env }: HelmSettings): string {
  const more = [`HELM_CONFIG_HOME=${config}`, `HELM_CACHE_HOME=${config}/.cache`, `HELM_DATA_HOME=${config}/.data`]
  const { stdout, stderr, failure } = runProgram(command, args, { ...env, ...Object.fromEntries(more.map(pair => pair.split('=') as [string, string])) })
  if (failure === undefined) return stdout
  const told = args.includes('--debug') ? ` Helm stack trace:\n${stderr}\nHelm template:\n${stdout}\n` : stderr
  throw new BuildError(`${told === '' ? '' : `${told}: `}unable to run: '${command} ${args.join(' ')}' with env=[${more.join(' ')}] (is '${command}' installed?): ${failure}`)
}

function checkVersion(text: string): void {
  const version = /v?(\d+(?:\.\d+)+)/.exec(text)?.[1]
  if (version === undefined) throw new BuildError(`cannot find version string in ${text}`)
  if (!/^[34]\./.test(version)) throw new BuildError(`this plugin requires helm V3 or V4 but got v${version}`)
}

function pullArguments({ name, version, repo = '', devel }: Checked, home: string): string[] {
  const which = repo.startsWith('oci://') ? [`${repo.replace(/\/$/, '')}/${name}`] : ['--repo', repo, name]
  return ['pull', '--untar', '--untardir', home, ...which, ...option('--version', version), ...(devel === true ? ['--devel'] : [])]
}

const option = (flag: string, value: string | undefined): string[] => ((value ?? '') === '' ? [] : [flag, value as string])

function templateArguments(chart: Checked, { apiVersions, kubeVersion, debug }: HelmSettings, home: string, values: string): string[] {
  return [
    'template', (chart.releaseName ?? '') === '' ? '--generate-name' : (chart.releaseName as string), join(home, chart.name),
    ...option('--namespace', chart.namespace), ...option('--name-template', chart.nameTemplate), '-f', values,
    ...chart.additionalValuesFiles.flatMap(file => ['-f', file]),
    ...(apiVersions.length > 0 ? apiVersions : (chart.apiVersions ?? [])).flatMap(version => ['--api-versions', version]),
    ...option('--kube-version', kubeVersion || chart.kubeVersion),
    ...(chart.includeCRDs === true ? ['--include-crds'] : []), ...(chart.skipTests === true ? ['--skip-tests'] : []), ...(chart.skipHooks === true ? ['--no-hooks'] : []),
    ...(debug || chart.debug === true ? ['--debug'] : []), ...(chart.devel === true ? ['--devel'] : []),
  ]
}

type Tree = Readonly<Record<string, unknown>>
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The chart's own values with those of the kustomization. */
function valuesOf({ valuesInline = {}, valuesMerge }: Checked, loader: Loader, file: string): string | Buffer {
  if (Object.keys(valuesInline).length === 0) return loader.bytes(file)
  if (valuesMerge === 'replace') return yamlText(valuesInline)
  const own = readValue(loader.text(file))
  const chart = isTree(own) ? own : {}
  return yamlText(valuesMerge === 'override' ? merged(chart, valuesInline) : merged(valuesInline, chart))
}

/** Fields of the second win; null takes a field away. upstream: kyaml/yaml/merge2 */
function merged(below: Tree, above: Tree): Tree {
  const out: Record<string, unknown> = { ...below }
  for (const key in above) {
    const [old, next] = [out[key], above[key]]
    if (next === null) delete out[key]
    else out[key] = isTree(old) && isTree(next) ? merged(old, next) : next
  }
  return out
}
