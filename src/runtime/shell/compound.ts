/** Lists, pipelines, loops and choices: each function is one act of its frame. */
import type { Step } from '../program'
import type { NodeOf, Word } from './ast'
import { evaluateCond } from './cond'
import { fork } from './fork'
import { enter, expanding } from './expanding'
import { finish, pushNode } from './frames'
import { matches } from './patterns'
import type { Shell } from './shell'
import type { FrameOf } from './state'
import { assign } from './variables'

export function stepList(shell: Shell, frame: FrameOf<'list'>, node: NodeOf<'list'>): undefined {
  const item = node.items[frame.i]
  if (item === undefined) {
    // An empty list (`$()`) succeeds.
    shell.pop(node.items.length === 0 ? 0 : shell.state.status)
    return
  }
  frame.i++
  if (!item.background) return pushNode(shell, frame.t, item.node)
  const { state } = shell
  const pid = fork(shell, { t: frame.t, n: item.node }, { background: true })
  state.lastBackground = pid
  const free = state.jobs.length === 0 ? 1 : Math.max(...state.jobs.map(job => job.n)) + 1
  state.jobs.push({ n: free, pids: [pid], text: '' })
  if (state.input.kind === 'stdin' && state.input.interactive) shell.err(`[${free}] ${pid}\n`)
  state.status = 0
  return
}

export function stepAndOr(shell: Shell, frame: FrameOf<'andor'>, node: NodeOf<'andor'>): undefined {
  const { status } = shell.state
  if (frame.i === 0) {
    frame.i = 1
    return pushNode(shell, frame.t, node.left)
  }
  if (frame.i === 1 && (status === 0) === (node.op === '&&')) {
    frame.i = 2
    return pushNode(shell, frame.t, node.right)
  }
  shell.pop(status)
  return
}

export function stepPipe(shell: Shell, frame: FrameOf<'pipe'>, node: NodeOf<'pipe'>): Step | undefined {
  const { state, ctx } = shell
  if (node.stages.length === 1) {
    if (!frame.started) {
      frame.started = true
      return pushNode(shell, frame.t, node.stages[0] as number)
    }
    shell.pop(state.status === 0 ? 1 : 0)
    return
  }
  if (!frame.started) {
    frame.started = true
    frame.pids = []
    let input = -1
    for (const [i, stage] of node.stages.entries()) {
      const [read, write] = i < node.stages.length - 1 ? ctx.processes.pipe() : [-1, -1]
      frame.pids.push(fork(shell, { t: frame.t, n: stage }, { ...(input < 0 ? {} : { stdin: input }), ...(write < 0 ? {} : { stdout: write }) }))
      if (input >= 0) ctx.processes.close(input)
      if (write >= 0) ctx.processes.close(write)
      input = read
    }
    state.pipeStatus = []
  }
  for (let pid = frame.pids?.[0]; pid !== undefined; pid = frame.pids?.[0]) {
    const code = ctx.processes.reap(pid)
    if (code === undefined) return { kind: 'wait', on: [{ until: 'child', pid }] }
    state.pipeStatus.push(code ?? 127)
    frame.pids?.shift()
  }
  const last = state.pipeStatus.at(-1) as number
  const status = state.options.includes('P') ? ([...state.pipeStatus].reverse().find(code => code !== 0) ?? 0) : last
  if (node.negated) shell.pop(status === 0 ? 1 : 0)
  else finish(shell, status, true)
  return
}

export function stepIf(shell: Shell, frame: FrameOf<'if'>, node: NodeOf<'if'>): undefined {
  if (!enter(shell, frame, node.redirections)) return
  if (frame.phase === 'body') {
    shell.pop(shell.state.status)
    return
  }
  if (frame.i >= 0 && shell.state.status === 0) {
    frame.phase = 'body'
    return pushNode(shell, frame.t, (node.clauses[frame.i] as { body: number }).body)
  }
  const clause = node.clauses[++frame.i]
  if (clause !== undefined) return pushNode(shell, frame.t, clause.condition)
  frame.phase = 'body'
  if (node.otherwise !== undefined) return pushNode(shell, frame.t, node.otherwise)
  shell.pop(0)
  return
}

export function stepLoop(shell: Shell, frame: FrameOf<'loop'>, node: NodeOf<'loop'>): undefined {
  if (!enter(shell, frame, node.redirections)) return
  if (frame.phase === 'condition') {
    if ((shell.state.status === 0) === node.until) {
      shell.pop(Math.max(0, frame.status))
      return
    }
    frame.phase = 'body'
    return pushNode(shell, frame.t, node.body)
  }
  // status -1: the condition has not been looked at yet.
  frame.status = frame.status < 0 ? 0 : shell.state.status
  frame.phase = 'condition'
  return pushNode(shell, frame.t, node.condition)
}

export function stepFor(shell: Shell, frame: FrameOf<'for'>, node: NodeOf<'for'>): undefined {
  if (!enter(shell, frame, node.redirections)) return
  if (frame.words === undefined) {
    const words = node.words === undefined ? shell.state.params.slice() : expanding(shell, frame, e => e.fields(node.words as readonly Word[]))
    if (words === undefined) return
    frame.words = words
    delete frame.memo
  }
  if (frame.i >= 0) frame.status = shell.state.status
  const word = frame.words[++frame.i]
  if (word === undefined) {
    shell.pop(frame.status)
    return
  }
  assign(shell.state, node.name, word, shell.line)
  return pushNode(shell, frame.t, node.body)
}

export function stepCFor(shell: Shell, frame: FrameOf<'cfor'>, node: NodeOf<'cfor'>): undefined {
  if (!enter(shell, frame, node.redirections)) return
  if (frame.phase === 'body') {
    frame.status = shell.state.status
    frame.phase = 'next'
  }
  const part = node.parts[frame.phase === 'start' ? 0 : frame.phase === 'test' ? 1 : 2]
  const value = expanding(shell, frame, e => (part.length === 0 ? 1n : e.arithmetic(part)))
  if (value === undefined) return
  delete frame.memo
  if (frame.phase !== 'test') {
    frame.phase = 'test'
    return
  }
  if (value === 0n) {
    shell.pop(frame.status)
    return
  }
  frame.phase = 'body'
  return pushNode(shell, frame.t, node.body)
}

export function stepCase(shell: Shell, frame: FrameOf<'case'>, node: NodeOf<'case'>): undefined {
  if (!enter(shell, frame, node.redirections)) return
  if (frame.matched) {
    // `;;` ends, `;&` goes on into the next body, `;;&` goes on testing.
    const { next } = node.clauses[frame.i] as { next: string }
    if (next === ';;' || frame.i + 1 >= node.clauses.length) {
      shell.pop(shell.state.status)
      return
    }
    if (next === ';&') {
      frame.i++
      const { body } = node.clauses[frame.i] as { body?: number }
      return body === undefined ? undefined : pushNode(shell, frame.t, body)
    }
  }
  const from = frame.i + 1
  const found = expanding(shell, frame, e => {
    const word = e.text(node.word)
    return node.clauses.findIndex((clause, i) => i >= from && clause.patterns.some(pattern => matches(e.pattern(pattern), word)))
  })
  if (found === undefined) return
  delete frame.memo
  if (found < 0) {
    shell.pop(frame.matched ? shell.state.status : 0)
    return
  }
  frame.i = found
  frame.matched = true
  const { body } = node.clauses[found] as { body?: number }
  if (body !== undefined) return pushNode(shell, frame.t, body)
  shell.state.status = 0
  return
}

export function stepSubshell(shell: Shell, frame: FrameOf<'subshell'>, node: NodeOf<'subshell'>): Step | undefined {
  if (frame.pid === undefined) {
    if (!enter(shell, frame, node.redirections)) return
    frame.pid = fork(shell, { t: frame.t, n: node.body }, {})
  }
  const code = shell.ctx.processes.reap(frame.pid)
  if (code === undefined) return { kind: 'wait', on: [{ until: 'child', pid: frame.pid }] }
  return finish(shell, code ?? 127, true)
}

export function stepCond(shell: Shell, frame: FrameOf<'cond'>, node: NodeOf<'cond'>): undefined {
  if (!enter(shell, frame, node.redirections)) return
  const result = expanding(shell, frame, e => evaluateCond(shell, e, node.words))
  return result === undefined ? undefined : finish(shell, result, true)
}
