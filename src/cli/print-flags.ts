/** `-o`, `--template`, `--show-managed-fields` of commands that print objects: from the flags to a printer. upstream: cli-runtime/pkg/genericclioptions PrintFlags */
import { readFileSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { UsageError } from '../base/errors'
import { goQuote } from '../base/field'
import type { KubeObject } from '../kinds/kind'
import { asGoStruct } from './go-struct'
import type { DryRun } from './invocation'
import type { IOStreams } from './io-streams'
import { goTemplatePrinter, TemplateFailure } from './print/go-template'
import { jsonText } from './print/json'
import { kyamlText } from './print/kyaml'
import { jsonPathPrinter, type ObjectText } from './print/json-path-printer'
import { nameText } from './print/name'
import { yamlText } from '../base/yaml/writer'

/** The flags that PrintFlags adds to a command; some commands lack the last. */
export interface PrintFlags {
  readonly output: string
  readonly template: string
  readonly 'allow-missing-template-keys': boolean
  readonly 'show-managed-fields'?: boolean
}

export interface PrinterOptions {
  /** What was done, for the plain form and no other: `created` in `pod/web created`. */
  readonly operation?: string
  /** Adds ` (dry run)` or ` (server dry run)` to the operation. */
  readonly dryRun?: DryRun
  /** Objects are Go structs to kubectl (generators, typed clients): JSON in their fields' order, with what Go writes of unset fields. */
  readonly typed?: boolean
}

/** Writes one object; `operation` overrides the printer's own. Throws UsageError when a template does not fit. */
export type PrintObject = (object: object, operation?: string) => void

const ALLOWED = ['go-template', 'go-template-file', 'json', 'jsonpath', 'jsonpath-as-json', 'jsonpath-file', 'kyaml', 'name', 'template', 'templatefile', 'yaml']

/** `unable to match a printer …`; `allowed` in any order. upstream: genericclioptions.NoCompatiblePrinterError */
export function noPrinterError(output: string, allowed: readonly string[] = ALLOWED): UsageError {
  return new UsageError(`unable to match a printer suitable for the output format ${goQuote(output)}, allowed formats are: ${[...allowed].sort().join(',')}`)
}

/** `created (dry run)` */
export function withDryRun(operation: string, dryRun: DryRun): string {
  return dryRun === 'none' ? operation : `${operation} ${dryRun === 'client' ? '(dry run)' : '(server dry run)'}`
}

/** Throws UsageError for formats that do not exist and templates that are wrong. upstream: PrintFlags.ToPrinter */
export function toPrinter(flags: PrintFlags, io: IOStreams, options: PrinterOptions = {}): PrintObject {
  const output = flags.output === '' && flags.template !== '' ? 'go-template' : flags.output
  const operation = withDryRun(options.operation ?? '', options.dryRun ?? 'none').trim()
  const format = output.toLowerCase()
  if (format === '' || format === 'name') {
    return (object, override) => io.stdout(nameText(object as never, format === 'name' ? '' : (override ?? operation)))
  }
  const show = (object: object): object => (options.typed === true ? asGoStruct(object) : object)
  const bare = flags['show-managed-fields'] === true ? (object: object) => object : withoutManagedFields
  if (format === 'json') return object => io.stdout(jsonText(bare(show(object)), { sorted: options.typed !== true }))
  if (format === 'yaml') {
    let count = 0
    return object => io.stdout(`${count++ > 0 ? '---\n' : ''}${yamlText(bare(show(object)))}`)
  }
  if (format === 'kyaml') return object => io.stdout(kyamlText(bare(show(object)), { sorted: options.typed !== true }))
  const text = templatePrinter(output, flags, io)
  if (text === undefined) throw noPrinterError(flags.output)
  return object => printText(text, show(object), io)
}

/** A printer of `go-template…` and `jsonpath…`; undefined for other formats. Throws UsageError. upstream: KubeTemplatePrintFlags.ToPrinter */
export function templatePrinter(output: string, flags: Pick<PrintFlags, 'template' | 'allow-missing-template-keys'>, io: Pick<IOStreams, 'cwd'>): ObjectText | undefined {
  const equals = output.indexOf('=')
  const inline = flags.template === '' && equals >= 0
  const format = inline ? output.slice(0, equals) : output
  if (!FORMATS.has(format)) return undefined
  let template = inline ? output.slice(equals + 1) : flags.template
  if (template === '') throw new UsageError('template format specified but no template given')
  if (format.endsWith('file')) template = readTemplate(template, io)
  const allowMissingKeys = flags['allow-missing-template-keys']
  return asUsage(() => (format.startsWith('jsonpath') ? jsonPathPrinter(template, { allowMissingKeys, asJson: format === 'jsonpath-as-json' }) : goTemplatePrinter(template, { allowMissingKeys })))
}

const FORMATS = new Set(['jsonpath', 'jsonpath-file', 'jsonpath-as-json', 'template', 'go-template', 'go-template-file', 'templatefile'])

function readTemplate(path: string, { cwd }: Pick<IOStreams, 'cwd'>): string {
  try {
    return readFileSync(isAbsolute(path) ? path : resolve(cwd, path), 'utf8')
  } catch {
    throw new UsageError(`error reading --template ${path}, open ${path}: no such file or directory`)
  }
}

/** Writes what a template makes of an object, and what it had made when it failed. Throws UsageError. */
export function printText(text: ObjectText, object: unknown, io: IOStreams): void {
  try {
    io.stdout(text(object))
  } catch (error) {
    if (error instanceof TemplateFailure) io.stdout(error.output)
    throw new UsageError((error as Error).message)
  }
}

function asUsage<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** The object, or a list's items, without metadata.managedFields. upstream: printers.OmitManagedFieldsPrinter */
export function withoutManagedFields(object: object): object {
  const { items } = object as { items?: readonly object[] }
  if (Array.isArray(items)) return { ...object, items: items.map(withoutManagedFields) }
  const { metadata } = object as Partial<KubeObject>
  if (metadata?.managedFields === undefined) return object
  const { managedFields: _, ...rest } = metadata
  return { ...object, metadata: rest }
}
