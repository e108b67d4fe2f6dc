/** What an image and a specification make together: arguments, environment, user; and why a start fails. */
import type { ContainerSpec, StartResult } from './container'
import { toBytes } from './files/bytes'
import type { FileSystem } from './files/file-system'
import type { Image } from './images/catalogue'
import { findProgram } from './kernel/executables'
import type { ContainerRecord } from './kernel/record'

type Failure = Extract<StartResult, { started: false }>

/** What containerd and runc say when the first process cannot be started. */
const RUNC = 'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: '

export function resolveStart(spec: ContainerSpec, image: Image, files: FileSystem, nowMs: number): ContainerRecord | Failure {
  const { config } = image
  const argv = [...(spec.command !== undefined && spec.command.length > 0 ? spec.command : config.entrypoint), ...(spec.args !== undefined && spec.args.length > 0 ? spec.args : spec.command !== undefined && spec.command.length > 0 ? [] : config.cmd)].map(toBytes)
  const user = resolveUser(spec, config.user, files)
  if (typeof user === 'string') return { started: false, reason: 'CreateContainerError', exitCode: 128, message: user }
  const env: Record<string, string> = {}
  for (const [name, value] of config.env) env[name] = value
  if (env.PATH === undefined) env.PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  env.HOSTNAME = spec.hostname
  for (const { name, value } of spec.env) env[toBytes(name)] = toBytes(value)
  if (spec.tty === true) env.TERM ??= 'xterm'
  env.HOME ??= user.home
  if (argv.length === 0) return { started: false, reason: 'CreateContainerError', exitCode: 128, message: 'failed to generate container spec: failed to generate spec: no command specified' }
  const ports = [...new Set([...(spec.ports ?? []).filter(p => p.protocol === 'TCP').map(p => p.port), ...config.exposedPorts])]
  const record: ContainerRecord = { spec, argv, env, cwd: spec.workingDir ?? (config.workingDir || '/'), user: { uid: user.uid, gid: user.gid, groups: user.groups, name: user.name }, stopSignal: config.stopSignal ?? 'SIGTERM', startedAtMs: nowMs, ports, program: '' }
  const command = resolveCommand(files, record.cwd, argv, env.PATH)
  return typeof command === 'string' ? { started: false, reason: 'StartError', exitCode: 128, message: RUNC + command } : { ...record, ...command }
}

export interface Command {
  /** With the interpreter of a script in front. */
  readonly argv: string[]
  readonly program: string
}

/** What is to run; or, as a string, what runc says when there is no such program. upstream: Go's os/exec.LookPath, which runc calls in the container */
export function resolveCommand(files: FileSystem, cwd: string, argv: readonly string[], path: string | undefined): Command | string {
  const name = argv[0] as string
  const found = findProgram(files, cwd, name, path)
  if (found.kind === 'program') return { argv: [...argv], program: found.program }
  const quoted = JSON.stringify(name)
  if (found.kind === 'script') {
    const script = [...found.argv, ...argv.slice(1)]
    const interpreter = findProgram(files, cwd, script[0] as string, path)
    // The kernel reports a missing interpreter as if the script were missing.
    return interpreter.kind === 'program' ? { argv: script, program: interpreter.program } : `exec ${found.path}: no such file or directory`
  }
  if (found.kind === 'notFound') return name.includes('/') ? `exec: ${quoted}: stat ${name}: no such file or directory` : `exec: ${quoted}: executable file not found in $PATH`
  return name.includes('/') ? `exec: ${quoted}: ${found.isDirectory ? 'is a directory' : 'permission denied'}` : `exec: ${quoted}: executable file not found in $PATH`
}

interface ResolvedUser {
  uid: number
  gid: number
  groups: number[]
  name: string
  home: string
}

function resolveUser(spec: ContainerSpec, imageUser: string, files: FileSystem): ResolvedUser | string {
  const read = (path: string): string[][] => (files.find(path)?.type === 'file' ? files.read(path).split('\n').filter(line => line !== '').map(line => line.split(':')) : [])
  const passwd = read('/etc/passwd')
  const [userText, groupText] = (spec.user?.uid !== undefined ? String(spec.user.uid) : imageUser === '' ? '0' : imageUser).split(':') as [string, string | undefined]
  const isNumber = /^\d+$/.test(userText)
  const entry = passwd.find(fields => (isNumber ? fields[2] === userText : fields[0] === userText))
  if (entry === undefined && !isNumber) return `failed to create containerd container: failed to generate spec: unable to find user ${userText}: no matching entries in passwd file`
  const uid = isNumber ? Number(userText) : Number(entry?.[2])
  const groups = read('/etc/group')
  const groupEntry = groupText === undefined || /^\d+$/.test(groupText) ? undefined : groups.find(fields => fields[0] === groupText)
  if (groupText !== undefined && !/^\d+$/.test(groupText) && groupEntry === undefined) return `failed to create containerd container: failed to generate spec: unable to find group ${groupText}: no matching entries in group file`
  const gid = spec.user?.gid ?? (groupText === undefined ? Number(entry?.[3] ?? 0) : Number(groupEntry?.[2] ?? groupText))
  const member = groups.filter(fields => entry !== undefined && (fields[3] ?? '').split(',').includes(entry[0] as string)).map(fields => Number(fields[2]))
  return { uid, gid, groups: [...new Set([...member, ...(spec.user?.groups ?? [])])], name: entry?.[0] ?? String(uid), home: entry?.[5] ?? '/' }
}
