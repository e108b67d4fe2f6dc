/** `kubectl get`: from flags to options. upstream: kubectl/pkg/cmd/get/get.go Complete, Validate */
import { readFileSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { UsageError } from '../../base/errors'
import type { Factory } from '../factory'
import { requestTimeout } from '../kubeconfig/resolve'
import type { Invocation } from '../invocation'
import { noPrinterError, templatePrinter, type PrintFlags } from '../print-flags'
import { columnsOfSpec, columnsOfTemplate, type CustomColumn } from '../print/custom-columns'
import type { ObjectText } from '../print/json-path-printer'
import type { TableOptions } from '../print/table'
import type { ResourceQuery } from '../resource-builder/query'

/** How objects are shown. */
export type MadeFormat =
  | { readonly kind: 'table'; readonly options: TableOptions }
  | { readonly kind: 'json' | 'yaml' | 'kyaml'; readonly showManagedFields: boolean }
  | { readonly kind: 'name' }
  | { readonly kind: 'template'; readonly text: ObjectText }
  | { readonly kind: 'columns'; readonly columns: readonly CustomColumn[]; readonly noHeaders: boolean }

/** What is wrong with templates and columns is told once the objects are there, as upstream does. */
export type Format = Extract<MadeFormat, { kind: 'table' | 'json' | 'yaml' | 'kyaml' | 'name' }> | { readonly kind: 'later'; make(): MadeFormat }

/** Throws UsageError in kubectl's words. */
export const made = (format: Format): MadeFormat => (format.kind === 'later' ? format.make() : format)

export interface Options {
  readonly factory: Factory
  readonly query: ResourceQuery
  readonly format: Format
  readonly sortBy: string
  readonly showKind: boolean
  /** The server makes the table; otherwise names and ages are all there is. */
  readonly serverPrint: boolean
  readonly ignoreNotFound: boolean
  readonly subresource: string
  readonly raw: string
  readonly watch: boolean
  readonly watchOnly: boolean
  /** Ends a watch; 0: nothing does. */
  readonly requestTimeoutMs: number
  readonly outputWatchEvents: boolean
}

const NO_TYPE = 'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n'
const EXPLAIN = 'Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).'

/** Throws UsageError in kubectl's words. */
export function toOptions(invocation: Invocation<'get'>, factory: Factory): Options {
  const { args, flags } = invocation
  const watching = flags.watch || flags['watch-only']
  const files = flags.filename.length > 0 || flags.kustomize !== ''
  if (flags.raw === '' && !watching && args.length === 0 && !files) {
    factory.io.stderr(NO_TYPE)
    throw invocation.usageError(EXPLAIN)
  }
  checkCombinations(flags)
  const namespace = factory.namespace()
  return {
    factory,
    query: {
      args,
      filenames: flags.filename,
      validate: false,
      kustomize: flags.kustomize,
      recursive: flags.recursive,
      namespace: namespace.name,
      allNamespaces: flags['all-namespaces'],
      enforceNamespace: namespace.explicit,
      labelSelector: flags.selector === '' ? undefined : flags.selector,
      fieldSelector: flags['field-selector'] === '' ? undefined : flags['field-selector'],
      typeMeansAll: true,
      chunkSize: flags['sort-by'] === '' || watching ? flags['chunk-size'] : 0,
    },
    format: formatOf(flags, factory),
    sortBy: flags['sort-by'],
    showKind: flags['show-kind'],
    serverPrint: flags['server-print'],
    ignoreNotFound: flags['ignore-not-found'],
    subresource: flags.subresource,
    raw: flags.raw,
    watch: watching,
    watchOnly: flags['watch-only'],
    requestTimeoutMs: requestTimeout(flags['request-timeout']),
    outputWatchEvents: flags['output-watch-events'],
  }
}

type GetFlags = Invocation<'get'>['flags']

function checkCombinations(flags: GetFlags): void {
  const watching = flags.watch || flags['watch-only']
  if (flags.raw !== '') {
    if (watching || flags.selector !== '') throw new UsageError('--raw may not be specified with other flags that filter the server request or alter the output')
    if (flags.output !== '') throw new UsageError('--raw and --output are mutually exclusive')
    if (!flags.raw.startsWith('/') && !/^[a-z]+:/.test(flags.raw)) throw new UsageError(`--raw must be a valid URL path: parse ${JSON.stringify(flags.raw)}: invalid URI for request`)
  }
  if (flags['show-labels'] && flags.output !== '' && flags.output !== 'wide') throw new UsageError(`--show-labels option cannot be used with ${flags.output} printer`)
  if (flags['output-watch-events'] && !watching) throw new UsageError('--output-watch-events option can only be used with --watch or --watch-only')
}

function formatOf(flags: GetFlags, { io }: Factory): Format {
  const output = flags.output === '' && flags.template !== '' ? 'go-template' : flags.output
  switch (output.toLowerCase()) {
    case '':
    case 'wide':
      return { kind: 'table', options: { noHeaders: flags['no-headers'], wide: output !== '', showLabels: flags['show-labels'], labelColumns: flags['label-columns'] } }
    case 'json':
    case 'yaml':
    case 'kyaml':
      return { kind: output.toLowerCase() as 'json' | 'yaml' | 'kyaml', showManagedFields: flags['show-managed-fields'] }
    case 'name':
      return { kind: 'name' }
  }
  return { kind: 'later', make: () => templateFormat(output, flags, io) }
}

function templateFormat(output: string, flags: GetFlags, io: Factory['io']): MadeFormat {
  const columns = customColumns(output, flags.template, io.cwd)
  // Columns of a file have their headers whatever is said.
  if (columns !== undefined) return { kind: 'columns', columns, noHeaders: flags['no-headers'] && !/^custom-columns-file/.test(output) }
  const text = templatePrinter(output, flags as PrintFlags, io)
  if (text === undefined) throw noPrinterError(flags.output, ALLOWED)
  return { kind: 'template', text }
}

const ALLOWED = ['custom-columns', 'custom-columns-file', 'go-template', 'go-template-file', 'json', 'jsonpath', 'jsonpath-as-json', 'jsonpath-file', 'kyaml', 'name', 'template', 'templatefile', 'wide', 'yaml']

/** `custom-columns=…` and `custom-columns-file=…`; undefined for other formats. upstream: get/customcolumn_flags.go */
function customColumns(output: string, template: string, cwd: string): readonly CustomColumn[] | undefined {
  const equals = output.indexOf('=')
  const inline = template === '' && equals >= 0
  const format = inline ? output.slice(0, equals) : output
  const spec = inline ? output.slice(equals + 1) : template
  if (format !== 'custom-columns' && format !== 'custom-columns-file') return undefined
  if (spec === '') throw new UsageError(format === 'custom-columns' ? 'custom-columns format specified but no custom columns given' : 'custom-columns format specified but no custom columns given')
  try {
    if (format === 'custom-columns') return columnsOfSpec(spec)
    return columnsOfTemplate(readFileSync(isAbsolute(spec) ? spec : resolve(cwd, spec), 'utf8'))
  } catch (e) {
    const { code, message } = e as { code?: string; message: string }
    throw new UsageError(code === 'ENOENT' ? `error reading template ${spec}, open ${spec}: no such file or directory\n` : message)
  }
}
