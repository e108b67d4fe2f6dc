/** Runs the programs of others that a flag allows, and waits for them. upstream: os/exec */

export interface Ran {
  readonly stdout: string
  readonly stderr: string
  /** As Go words it, undefined for success. */
  readonly failure: string | undefined
}

const MAX_OUTPUT = 256 * 1024 * 1024

/** Never throws. */
export function runProgram(command: string, args: readonly string[], env: Readonly<Record<string, string | undefined>>, input = ''): Ran {
  const { spawnSync } = process.getBuiltinModule('node:child_process')
  const { stdout, stderr, status, signal, error } = spawnSync(command, args, { env: env as NodeJS.ProcessEnv, input, encoding: 'utf8', maxBuffer: MAX_OUTPUT })
  return { stdout: stdout ?? '', stderr: stderr ?? '', failure: failureOf(command, status, signal, error as NodeJS.ErrnoException | undefined) }
}

function failureOf(command: string, status: number | null, signal: string | null, error: NodeJS.ErrnoException | undefined): string | undefined {
  if (error?.code === 'ENOENT') return command.includes('/') ? `fork/exec ${command}: no such file or directory` : `exec: "${command}": executable file not found in $PATH`
  if (error?.code === 'EACCES') return command.includes('/') ? `fork/exec ${command}: permission denied` : `exec: "${command}": executable file not found in $PATH`
  if (error !== undefined) return error.message
  if (signal !== null) return `signal: ${signal.replace(/^SIG/, '').toLowerCase()}`
  return status === 0 ? undefined : `exit status ${status}`
}
