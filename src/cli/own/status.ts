/** `kubottle status`: the cluster file, its clock and what is in it. */
import chalk from 'chalk'
import Table from 'cli-table3'
import { timestamp } from '../../base/clock'
import { UsageError } from '../../base/errors'
import type { ClusterSummary } from '../../client/cluster-summary'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import { jsonText } from '../print/json'
import { yamlText } from '../../base/yaml/writer'
import { ownControl } from './control'

export interface Options {
  readonly factory: Factory
  readonly output: '' | 'json' | 'yaml'
}

export function toOptions(invocation: Invocation<'kubottle status'>, factory: Factory): Options {
  const { output } = invocation.flags
  if (output !== '' && output !== 'json' && output !== 'yaml') throw new UsageError(`unknown output format ${JSON.stringify(output)}; must be json or yaml`)
  return { factory, output }
}

export async function run({ factory, output }: Options): Promise<void> {
  const { io } = factory
  const summary = await (await ownControl(factory)).summary()
  if (output === 'json') return io.stdout(jsonText({ ...summary, counts: Object.fromEntries(summary.counts) }))
  if (output === 'yaml') return io.stdout(yamlText({ ...summary, counts: Object.fromEntries(summary.counts) }))
  io.stdout(statusText(summary, io.stdoutIsTerminal && (io.env['NO_COLOR'] ?? '') === ''))
}

const BORDERLESS = { chars: { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' }, style: { 'padding-left': 0, 'padding-right': 0, border: [], head: [] } }

/** For people: the facts, then what there is of each resource. */
export function statusText(s: ClusterSummary, colour: boolean): string {
  const bold = (text: string): string => (colour ? chalk.bold(text) : text)
  const facts = new Table(BORDERLESS)
  facts.push(
    [bold('File'), s.file],
    [bold('Size'), `${(s.bytes / 1024).toFixed(0)} KiB`],
    [bold('Time'), `${timestamp(s.nowMs)} (${s.mode})`],
    [bold('Lifecycle'), s.lifecycle],
    [bold('Add-ons'), s.addOns.length === 0 ? '<none>' : s.addOns.join(', ')],
    [bold('Seed'), s.seed],
    [bold('Version'), String(s.resourceVersion)],
    [bold('Objects'), String(s.objects)],
  )
  const counts = new Table(BORDERLESS)
  for (const [resource, n] of s.counts) counts.push([`  ${resource}`, { content: String(n), hAlign: 'right' }])
  return `${trimmed(facts.toString())}\n${trimmed(counts.toString())}\n`
}

const trimmed = (text: string): string => text.replace(/ +$/gm, '')
