/** Subshells: a child process whose state is a copy of the shell's, with one node to run. */
import type { SignalName, Step } from '../program'
import { pushNode, isTested } from './frames'
import type { Shell } from './shell'
import type { Frame, Memo, NodeRef, ShellState } from './state'

export interface ForkOptions {
  readonly stdin?: number
  readonly stdout?: number
  readonly background?: boolean
}

/** Starts a copy of the shell that runs the node and ends; returns its pid. */
export function fork(shell: Shell, node: NodeRef, { stdin, stdout, background }: ForkOptions): number {
  const { state, ctx } = shell
  const traps: ShellState['traps'] = {}
  // Ignored signals stay ignored in a subshell, caught ones are not caught there.
  for (const [signal, action] of Object.entries(state.traps)) if (action === '') traps[signal] = ''
  const texts: ShellState['texts'] = { [node.t]: state.texts[node.t] as string }
  for (const { t } of Object.values(state.functions)) texts[t] = state.texts[t] as string
  const child: ShellState = {
    ...state, texts, traps, stack: [], vars: { ...state.vars }, functions: { ...state.functions }, params: state.params.slice(), pending: [], jobs: [],
    options: isTested(shell) && !state.options.includes('T') ? `${state.options}T` : state.options,
    pipeStatus: [], input: { kind: 'text' }, isSubshell: true, mayExec: true,
  }
  delete child.exiting
  const fds: [number, number][] = ctx.processes.descriptors().filter(fd => fd < 10).map(fd => [fd, fd])
  const map = (fd: number, ours: number): void => {
    const at = fds.findIndex(([theirs]) => theirs === fd)
    if (at >= 0) fds.splice(at, 1)
    fds.push([fd, ours])
  }
  if (stdin !== undefined) map(0, stdin)
  if (stdout !== undefined) map(1, stdout)
  const isInteractive = state.input.kind === 'stdin' && state.input.interactive
  let empty = -1
  if (background && stdin === undefined && !isInteractive) {
    empty = ctx.processes.open('/dev/null', 'read', 10)
    map(0, empty)
  }
  // The shell runs the node: pushed on the child's own stack.
  pushNodeOf(shell, child, node)
  const ignores: SignalName[] = background && !isInteractive ? ['INT', 'QUIT'] : []
  const pid = ctx.processes.spawn({ argv: ctx.argv, env: ctx.env, fds, program: `sh-${state.flavour}`, state: child as unknown as never, cwd: ctx.cwd, ignores })
  if (empty >= 0) ctx.processes.close(empty)
  return pid
}

function pushNodeOf(shell: Shell, child: ShellState, node: NodeRef): void {
  const { state } = shell
  const stack = state.stack
  // pushNode works on the shell's stack: lend it the child's for a moment.
  state.stack = child.stack
  try {
    pushNode(shell, node.t, node.n)
  } finally {
    state.stack = stack
  }
}

export function startSubstitution(shell: Shell, frame: Frame, body: number): void {
  const { processes } = shell.ctx
  const [read, write] = processes.pipe()
  const pid = fork(shell, { t: frame.t, n: body }, { stdout: write })
  processes.close(write)
  const memo = frame.memo as Memo
  memo.running = { pid, fd: read, out: '' }
}

/** Takes what a substitution has printed; a step when it is not done yet. */
export function readSubstitution(shell: Shell, memo: Memo): Step | undefined {
  const running = memo.running as NonNullable<Memo['running']>
  const { ctx } = shell
  for (;;) {
    const data = ctx.read(running.fd)
    if (data === undefined) break
    if (data === '') return { kind: 'wait', on: [{ until: 'readable', fd: running.fd }] }
    running.out += data
  }
  const code = ctx.processes.reap(running.pid)
  if (code === undefined) return { kind: 'wait', on: [{ until: 'child', pid: running.pid }] }
  ctx.processes.close(running.fd)
  delete memo.running
  memo.status = code ?? 127
  shell.state.status = memo.status
  let end = running.out.length
  while (end > 0 && running.out[end - 1] === '\n') end--
  const text = running.out.slice(0, end)
  memo.results.push(text.includes('\0') ? text.replaceAll('\0', '') : text)
  return
}
