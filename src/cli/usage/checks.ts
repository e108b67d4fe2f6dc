/** What is wrong with a command's arguments before any server is asked, command by command, in kubectl's order and words. upstream: Complete and Validate of kubectl/pkg/cmd/* */
import { UsageError } from '../../base/errors'
import type { FlagValue } from '../flags/definition'
import { profileNamed } from '../debug/profiles'
import type { Invocation } from '../invocation'
import { parseLabels } from '../label/parse'

/** Throws UsageError. */
export type Check = (invocation: Invocation) => void

export const NO_RESOURCES = "You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'"
const SUGGEST_API_RESOURCES = 'Use "kubectl api-resources" for a complete list of supported resources.'

const flag = (i: Invocation, name: string): FlagValue | undefined => (i.flags as unknown as Record<string, FlagValue>)[name]
const text = (i: Invocation, name: string): string => (flag(i, name) as string | undefined) ?? ''
const list = (i: Invocation, name: string): readonly string[] => (flag(i, name) as readonly string[] | undefined) ?? []
const is = (i: Invocation, name: string): boolean => flag(i, name) === true
const number = (i: Invocation, name: string): number => (flag(i, name) as number | undefined) ?? 0

/** Go's %v of a list. */
const go = (args: readonly string[]): string => `[${args.join(' ')}]`

function fail(message: string): never {
  throw new UsageError(message)
}
function failWithHelp(i: Invocation, message: string): never {
  throw i.usageError(message)
}

const hasFiles = (i: Invocation): boolean => list(i, 'filename').length > 0 || text(i, 'kustomize') !== ''
const hasResources = (i: Invocation): boolean => i.args.length > 0 || hasFiles(i)

const dryRun: Check = i => void i.dryRun()
const inOrder = (...checks: Check[]): Check => i => checks.forEach(check => check(i))
const noArgs = (message: (args: string) => string): Check => i => {
  if (i.args.length > 0) failWithHelp(i, message(go(i.args)))
}
const unexpectedArgs = noArgs(args => `Unexpected args: ${args}`)
/** Where `--selector` chooses among objects of a type; `expose` has another of that name. */
const withoutResource = (i: Invocation): string => (i.path !== 'expose' && text(i, 'selector') !== '' ? 'at least one resource must be specified to use a selector' : NO_RESOURCES)
const someResource: Check = i => {
  if (!hasResources(i)) fail(withoutResource(i))
}
/** upstream: rawhttp, Validate of its callers */
const rawPath: Check = i => {
  const path = text(i, 'raw')
  if (path !== '' && !/^(\/|[a-z][a-z0-9+.-]*:)/i.test(path)) fail(`--raw must be a valid URL path: parse ${JSON.stringify(path)}: invalid URI for request`)
  const escape = /%(?![0-9a-f]{2}).{0,2}/i.exec(path)
  if (escape !== null) fail(`--raw must be a valid URL path: parse ${JSON.stringify(path)}: invalid URL escape ${JSON.stringify(escape[0])}`)
}
/** upstream: FilenameOptions.RequireFilenameOrKustomize */
const requireFiles: Check = i => {
  const [files, kustomize] = [list(i, 'filename').length > 0, text(i, 'kustomize') !== '']
  if (!files && !kustomize) fail('must specify one of -f and -k')
  if (files && kustomize) fail('only one of -f or -k can be specified')
}
const notTogether = (a: string, b: string): Check => i => {
  const set = (name: string): boolean => is(i, name) || (flag(i, name) !== false && text(i, name) !== '')
  if (set(a) && set(b)) fail(`cannot set --${a} and --${b} at the same time`)
}

/** upstream: create.NameFromCommandArgs */
const oneName: Check = i => {
  const count = i.argsLenAtDash === -1 ? i.args.length : i.argsLenAtDash
  if (count !== 1) failWithHelp(i, `exactly one NAME is required, got ${count}`)
}
const create = oneName
const subcommandOnly: Check = i => {
  if (i.args.length > 0) failWithHelp(i, `unknown command ${JSON.stringify(i.args.join(' '))}`)
}
/** A loose node: `cordon`, `drain`. */
const nodes = (name: string): Check => i => {
  if (i.args.length === 0 && !i.changed.has('selector')) failWithHelp(i, `USAGE: ${name} NODE [flags]`)
  if (i.args.length > 0 && text(i, 'selector') !== '') failWithHelp(i, 'error: cannot specify both a node name and a --selector option')
  i.dryRun()
}
const rolloutResource: Check = i => {
  if (i.args.length === 0 && !hasFiles(i)) fail('required resource not specified')
}

/** upstream: cmdutil.GetResourcesAndPairs */
export function resourcesAndPairs(args: readonly string[], pairType: string): { resources: string[]; pairs: string[] } {
  const resources: string[] = []
  const pairs: string[] = []
  for (const arg of args) {
    const isPair = (arg.includes('=') && !arg.startsWith('=')) || (arg.endsWith('-') && arg !== '-')
    if (isPair) pairs.push(arg)
    else if (pairs.length > 0) fail(`all resources must be specified before ${pairType} changes: ${arg}`)
    else resources.push(arg)
  }
  return { resources, pairs }
}

const localNeedsClient: Check = i => {
  if (is(i, 'local') && i.dryRun() === 'server') fail('cannot specify --local and --dry-run=server - did you mean --dry-run=client?')
}
const NOT_LISTED_SO = '--list and --output may not be specified together'

/** `label` and `annotate`, which differ in the order of their questions only. */
const labelLike = (pairType: 'label' | 'annotation', fileName: string): Check => i => {
  i.dryRun()
  const { resources, pairs } = resourcesAndPairs(i.args, pairType)
  const isLabel = pairType === 'label'
  const listedAsObjects = is(i, 'list') && text(i, 'output') !== ''
  if (isLabel) parseLabels(pairs)
  if (isLabel && listedAsObjects) fail(NOT_LISTED_SO)
  notTogether('all', 'selector')(i)
  notTogether('all', 'field-selector')(i)
  if (is(i, 'local')) {
    localNeedsClient(i)
    if (resources.length > 0) fail(`can only use local files by -f ${fileName}.yaml or --filename=${fileName}.json when --local=true is set`)
    if (!hasFiles(i)) fail(`one or more files must be specified as -f ${fileName}.yaml or --filename=${fileName}.json`)
  } else if (resources.length < 1 && !hasFiles(i)) fail('one or more resources must be specified as <resource> <name> or <resource>/<name>')
  if (listedAsObjects) fail(NOT_LISTED_SO)
  if (pairs.length < 1 && !is(i, 'list')) fail(`at least one ${pairType} update is required`)
}

const taint: Check = i => {
  i.dryRun()
  i.fieldValidation()
  const { resources, pairs } = splitTaints(i.args)
  if (resources.length < 1) fail('one or more resources must be specified as <resource> <name>')
  if (pairs.length < 1) fail('at least one taint update is required')
}
/** upstream: taint.Complete: what has `=`, `:` or a last `-` is a taint. */
export function splitTaints(args: readonly string[]): { resources: string[]; pairs: string[] } {
  const resources: string[] = []
  const pairs: string[] = []
  for (const arg of args) {
    const isTaint = arg.includes('=') || arg.includes(':') || arg.endsWith('-')
    if (isTaint) pairs.push(arg)
    else if (pairs.length > 0) fail(`all resources must be specified before taint changes: ${arg}`)
    else resources.push(arg)
  }
  return { resources, pairs }
}

/** What is missing besides is told once the objects are found. upstream: set_image.go */
const setImage: Check = i => {
  i.dryRun()
  const { resources, pairs } = resourcesAndPairs(i.args, 'image')
  const wrong = pairs.filter(p => !p.includes('='))
  if (wrong.length > 0) fail(`invalid image format: ${wrong.join(', ')}`)
  if (resources.length === 0 && !hasFiles(i)) fail(withoutResource(i))
}

const wait: Check = i => {
  const conditions = list(i, 'for')
  if (conditions.length === 0) fail('unrecognized condition: []')
  const unknown = conditions.find(c => !/^(delete|create)$/i.test(c) && !c.startsWith('condition=') && !c.startsWith('jsonpath='))
  if (unknown !== undefined) fail(`unrecognized condition: ${JSON.stringify(unknown)}`)
}

const PATIENCE = '--pod-running-timeout must be higher than zero'
/** upstream: cmdutil.GetPodRunningTimeoutFlag */
const podRunningTimeout: Check = i => {
  if (number(i, 'pod-running-timeout') <= 0) fail(PATIENCE)
}

const LOGS_USAGE = "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command"
const logs: Check = i => {
  if ((i.args.length === 0 && text(i, 'selector') === '') || i.args.length > 2) failWithHelp(i, LOGS_USAGE)
  if (i.args.length === 1 && text(i, 'selector') !== '') failWithHelp(i, 'only a selector (-l) or a POD name is allowed')
  podRunningTimeout(i)
}

const exec: Check = i => {
  const files = list(i, 'filename').length > 0
  const command = i.argsLenAtDash === 0 || i.argsLenAtDash === 1 ? i.args.slice(i.argsLenAtDash) : []
  if (i.argsLenAtDash !== 0 && i.argsLenAtDash !== 1 && (i.args.length > 1 || (i.args.length > 0 && files))) {
    failWithHelp(i, 'exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead')
  }
  if (!files && (i.args.length === 0 || i.argsLenAtDash === 0)) fail('pod, type/name or --filename must be specified')
  if (command.length === 0) fail('you must specify at least one command for the container')
}

const attach: Check = i => {
  if (i.args.length === 0) fail('at least 1 argument is required for attach')
  if (i.args.length > 2) fail(`expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${i.args.length}: ${go(i.args)}`)
  podRunningTimeout(i)
}

const debug: Check = i => {
  profileNamed(text(i, 'profile'))
  const targets = i.argsLenAtDash >= 0 ? i.args.slice(0, i.argsLenAtDash) : i.args
  const command = i.argsLenAtDash >= 0 ? i.args.slice(i.argsLenAtDash) : []
  const image = text(i, 'image') !== ''
  const setImages = Object.keys((flag(i, 'set-image') ?? {}) as object).length > 0
  if (is(i, 'attach') && i.changed.has('attach') && !image && text(i, 'container') === '') fail('you must specify --container or create a new container using --image in order to attach.')
  if (text(i, 'copy-to') !== '') {
    if (!image && !setImages && command.length === 0) fail('you must specify --image, --set-image or command arguments.')
    if (command.length > 0 && text(i, 'container') === '' && !image) fail('you must specify an existing container or a new image when specifying args.')
  } else if (is(i, 'replace')) fail('--replace may only be used with --copy-to.')
  else if (is(i, 'same-node')) fail('--same-node may only be used with --copy-to.')
  else if (setImages) fail('--set-image may only be used with --copy-to.')
  else if (!image) fail('you must specify --image when not using --copy-to.')
  if (targets.length === 0 && list(i, 'filename').length === 0) fail('NAME or filename is required for debug')
}

const patch: Check = i => {
  i.dryRun()
  if (text(i, 'patch') !== '' && text(i, 'patch-file') !== '') fail('cannot specify --patch and --patch-file together')
  if (text(i, 'patch') === '' && text(i, 'patch-file') === '') fail('must specify --patch or --patch-file containing the contents of the patch')
  if (is(i, 'local') && i.args.length > 0) fail('cannot specify --local and server resources')
  localNeedsClient(i)
  const type = text(i, 'type').toLowerCase()
  if (!['json', 'merge', 'strategic'].includes(type)) fail(`--type must be one of [json merge strategic], not ${JSON.stringify(type)}`)
  someResource(i)
}

const get: Check = i => {
  if (text(i, 'raw') !== '') {
    if (i.args.length > 0) fail('arguments may not be passed when --raw is specified')
    return
  }
  if (i.args.length === 0 && !hasFiles(i)) {
    throw new UsageErrorWithNote(`You must specify the type of resource to get. ${SUGGEST_API_RESOURCES}\n`,
      i.usageError('Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).').message)
  }
}

/** A usage error before which a line without `error: ` is printed. */
export class UsageErrorWithNote extends UsageError {
  constructor(readonly note: string, message: string) {
    super(message)
  }
}

const canI: Check = i => {
  if (is(i, 'list')) {
    if (i.args.length > 0) fail('list option must be specified with no arguments')
  } else if (i.args.length !== 2) {
    fail("you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.")
  }
}

const completion: Check = i => {
  if (i.args.length === 0) failWithHelp(i, 'Shell not specified.')
  if (i.args.length > 1) failWithHelp(i, 'Too many arguments. Expected only the shell type.')
  if (!['bash', 'fish', 'powershell', 'zsh'].includes(i.args[0] as string)) failWithHelp(i, `Unsupported shell type ${JSON.stringify(i.args[0])}.`)
}

const kubercSet: Check = i => {
  const section = text(i, 'section')
  if (!['defaults', 'aliases', 'credentialplugin'].includes(section)) fail(`--section must be "defaults", "aliases", or "credentialplugin", got: ${section}`)
  if (section === 'aliases' && text(i, 'name') === '') fail('--name is required when --section=aliases')
  if (section === 'defaults' && text(i, 'name') !== '') fail('--name should not be specified when --section=defaults')
  if (section === 'defaults' && (list(i, 'prependarg').length > 0 || list(i, 'appendarg').length > 0)) fail('--prependarg and --appendarg are only valid for --section=aliases')
  if (section !== 'credentialplugin' && text(i, 'command') === '') fail('--command is required when --section=aliases or --section=defaults')
}

const explain: Check = i => {
  if (i.args.length === 0) fail(`You must specify the type of resource to explain. ${SUGGEST_API_RESOURCES}\n`)
  if (i.args.length > 1) fail('We accept only this format: explain RESOURCE\n')
}

const scale: Check = i => {
  i.dryRun()
  if (number(i, 'replicas') < 0) fail('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0')
  if (number(i, 'current-replicas') < -1) fail('The --current-replicas must specify an integer of -1 or greater')
  someResource(i)
}

const autoscale: Check = i => {
  i.dryRun()
  const [min, max] = [number(i, 'min'), number(i, 'max')]
  if (max < 1) fail(`--max=MAXPODS is required and must be at least 1, max: ${max}`)
  if (max < min) fail(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`)
  if (i.changed.has('cpu-percent') && i.changed.has('cpu')) fail('--cpu-percent and --cpu are mutually exclusive')
  someResource(i)
}

const setServiceAccount: Check = i => {
  localNeedsClient(i)
  i.dryRun()
  if (i.args.length === 0) fail('serviceaccount is required')
}

/** Resources first, then what has a `=` or ends in `-`. Throws UsageError. upstream: SplitEnvironmentFromResources */
export function splitEnvironment(args: readonly string[]): { resources: string[]; environment: string[] } {
  const isEnvironment = (arg: string): boolean => /^[^]+=/.test(arg) || arg.endsWith('-')
  const first = args.findIndex(isEnvironment)
  const resources = first < 0 ? [...args] : args.slice(0, first)
  const environment = first < 0 ? [] : args.slice(first)
  if (!environment.every(isEnvironment)) fail(`all resources must be specified before environment changes: ${args.join(' ')}`)
  return { resources, environment }
}

const setEnv: Check = i => {
  notTogether('all', 'selector')(i)
  i.dryRun()
  localNeedsClient(i)
  const { resources } = splitEnvironment(i.args)
  if (list(i, 'filename').length === 0 && resources.length < 1) fail('one or more resources must be specified as <resource> <name> or <resource>/<name>')
  if (is(i, 'list') && text(i, 'output') !== '') fail('--list and --output may not be specified together')
  if (list(i, 'keys').length > 0 && text(i, 'from') === '') fail('when specifying --keys, a configmap or secret must be provided with --from')
}

/** By path; commands without an entry take any arguments. */
export const CHECKS: Readonly<Record<string, Check>> = {
  ...Object.fromEntries(['auth', 'config', 'create secret', 'create service', 'kuberc', 'plugin', 'rollout', 'set', 'top'].map(path => [path, subcommandOnly])),
  ...Object.fromEntries(['clusterrole', 'clusterrolebinding', 'configmap', 'cronjob', 'deployment', 'ingress', 'job', 'namespace', 'poddisruptionbudget', 'priorityclass', 'quota', 'role', 'rolebinding',
    'secret docker-registry', 'secret generic', 'secret tls', 'service clusterip', 'service externalname', 'service loadbalancer', 'service nodeport', 'serviceaccount'].map(kind => [`create ${kind}`, create])),
  'create token': oneName,
  annotate: labelLike('annotation', 'rsrc'),
  'api-resources': noArgs(args => `unexpected arguments: ${args}`),
  'api-versions': noArgs(args => `unexpected arguments: ${args}`),
  apply: inOrder(unexpectedArgs, dryRun, requireFiles),
  'apply edit-last-applied': someResource,
  'apply set-last-applied': inOrder(dryRun, someResource),
  'apply view-last-applied': someResource,
  attach,
  'auth can-i': canI,
  'auth reconcile': inOrder(requireFiles, i => { if (i.args.length > 0) fail('no arguments are allowed') }),
  autoscale,
  'certificate approve': i => { if (i.args.length < 1 && !hasFiles(i)) fail('one or more CSRs must be specified as <name> or -f <filename>') },
  'certificate deny': i => { if (i.args.length < 1 && !hasFiles(i)) fail('one or more CSRs must be specified as <name> or -f <filename>') },
  'cluster-info dump': podRunningTimeout,
  completion,
  cordon: nodes('cordon'),
  cp: i => { if (i.args.length !== 2) fail('source and destination are required') },
  create: inOrder(i => { if (i.args.length > 0) unexpectedArgs(i) }, dryRun, requireFiles, rawPath),
  debug,
  delete: inOrder(dryRun, rawPath, i => { if (text(i, 'raw') === '') someResource(i) }),
  describe: i => { if (i.args.length === 0 && !hasFiles(i)) fail(`You must specify the type of resource to describe. ${SUGGEST_API_RESOURCES}\n`) },
  diff: inOrder(unexpectedArgs, requireFiles),
  drain: nodes('drain'),
  edit: someResource,
  exec,
  explain,
  expose: inOrder(dryRun, someResource),
  get,
  'kuberc set': kubercSet,
  label: labelLike('label', 'pod'),
  logs,
  patch,
  'port-forward': i => {
    if (i.args.length < 2) failWithHelp(i, 'TYPE/NAME and list of ports are required for port-forward')
    if (number(i, 'pod-running-timeout') <= 0) failWithHelp(i, PATIENCE)
  },
  replace: inOrder(dryRun, requireFiles, rawPath),
  'rollout history': rolloutResource,
  'rollout pause': rolloutResource,
  'rollout restart': rolloutResource,
  'rollout resume': rolloutResource,
  'rollout status': rolloutResource,
  'rollout undo': inOrder(dryRun, rolloutResource),
  scale,
  'set env': setEnv,
  'set image': setImage,
  'set resources': inOrder(dryRun, someResource),
  'set selector': inOrder(dryRun, i => { if (i.args.length === 0) fail('one selector is required') }),
  'set serviceaccount': setServiceAccount,
  'set subject': inOrder(dryRun, someResource),
  taint,
  'top node': i => { if (i.args.length > 1) failWithHelp(i, 'node [NAME | -l label]') },
  'top pod': i => { if (i.args.length > 1) failWithHelp(i, 'pod [NAME | -l label]') },
  uncordon: nodes('uncordon'),
  version: i => {
    if (!['', 'yaml', 'json'].includes(text(i, 'output'))) fail("--output must be 'yaml' or 'json'")
    // Who asks for the client alone may say what they like.
    if (i.args.length > 0 && (i.flags as { client?: boolean }).client !== true) fail(`extra arguments: ${go(i.args)}`)
  },
  wait,
}
