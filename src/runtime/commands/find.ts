/** find: walks a tree, prints, removes, and runs commands for what it finds. */
import { inside } from '../files/paths'
import type { ProcessContext, Program, Step } from '../program'
import type { Style } from './command'
import { launch } from './running'
import { exit } from './streams'

interface FindState {
  /** Paths for which -exec is still to run. */
  execs: string[][]
  pid: number
  status: number
  failed?: number
}

type Test = (path: string, depth: number) => boolean

export const find = (style: Style, matchesName: (pattern: string, name: string) => boolean): Program<FindState> => ({
  start(ctx) {
    const state: FindState = { execs: [], pid: 0, status: 0 }
    const args = ctx.argv.slice(1)
    const first = args.findIndex(arg => /^[-(!]/.test(arg))
    const roots = first < 0 ? args : args.slice(0, first)
    const parsed = parseFind(ctx, state, first < 0 ? [] : args.slice(first), style, matchesName)
    if (parsed === undefined) return { ...state, failed: 1 }
    let operations = 100_000
    const visit = (path: string, depth: number): void => {
      if (--operations < 0) return
      let stat
      try {
        stat = ctx.files.lstat(path)
      } catch (e) {
        ctx.write(2, style === 'gnu' ? `find: '${path}': ${(e as Error).message}\n` : `find: ${path}: ${(e as Error).message}\n`)
        state.status = 1
        return
      }
      const act = (): void => { if (depth >= parsed.minDepth) parsed.test(path, depth) }
      if (!parsed.depthFirst) act()
      if (stat.type === 'dir' && depth < parsed.maxDepth && !parsed.pruned.has(path)) for (const { name } of ctx.files.list(path)) visit(inside(path, name), depth + 1)
      if (parsed.depthFirst) act()
    }
    for (const root of roots.length === 0 ? ['.'] : roots) visit(root, 0)
    for (const { argv, paths } of parsed.batches) if (paths.length > 0) state.execs.push([...argv, ...paths])
    return state
  },
  step(state, ctx): Step {
    if (state.failed !== undefined) return exit(state.failed)
    for (;;) {
      if (state.pid !== 0) {
        const code = ctx.processes.reap(state.pid)
        if (code === undefined) return { kind: 'wait', on: [{ until: 'child', pid: state.pid }] }
        state.pid = 0
      }
      const argv = state.execs.shift()
      if (argv === undefined) return exit(state.status)
      const child = launch(ctx, argv, ctx.env)
      if ('status' in child) {
        ctx.write(2, `find: ${style === 'gnu' ? `'${argv[0]}'` : argv[0]}: ${child.reason}\n`)
        state.status = 1
      } else state.pid = child.pid
    }
  },
})

function parseFind(ctx: ProcessContext, state: FindState, args: readonly string[], style: Style, matchesName: (pattern: string, name: string) => boolean): { test: Test; minDepth: number; maxDepth: number; depthFirst: boolean; pruned: Set<string>; batches: { argv: string[]; paths: string[] }[] } | undefined {
  let at = 0
  const out = { minDepth: 0, maxDepth: Infinity, depthFirst: false, pruned: new Set<string>(), batches: [] as { argv: string[]; paths: string[] }[] }
  let acts = false
  const stat = (path: string): ReturnType<typeof ctx.files.lstat> => ctx.files.lstat(path)
  const compare = (text: string, value: number): boolean => (text.startsWith('+') ? value > Number(text.slice(1)) : text.startsWith('-') ? value < Number(text.slice(1)) : value === Number(text))
  const name = (path: string): string => path.slice(path.lastIndexOf('/') + 1) || '/'
  const or = (): Test => {
    let left = and()
    while (args[at] === '-o' || args[at] === '-or') {
      at++
      const [a, b] = [left, and()]
      left = (path, depth) => a(path, depth) || b(path, depth)
    }
    return left
  }
  const and = (): Test => {
    let left = not()
    while (at < args.length && args[at] !== '-o' && args[at] !== '-or' && args[at] !== ')') {
      if (args[at] === '-a' || args[at] === '-and') at++
      const [a, b] = [left, not()]
      left = (path, depth) => a(path, depth) && b(path, depth)
    }
    return left
  }
  const not = (): Test => {
    if (args[at] === '!' || args[at] === '-not') {
      at++
      const inner = not()
      return (path, depth) => !inner(path, depth)
    }
    if (args[at] === '(') {
      at++
      const inner = or()
      at++
      return inner
    }
    return primary()
  }
  const primary = (): Test => {
    const op = args[at++]
    const value = (): string => args[at++] ?? ''
    switch (op) {
      case '-name': { const v = value(); return path => matchesName(v, name(path)) }
      case '-iname': { const v = value().toLowerCase(); return path => matchesName(v, name(path).toLowerCase()) }
      case '-path': case '-wholename': { const v = value(); return path => matchesName(v, path) }
      case '-type': { const v = value(); return path => ({ f: 'file', d: 'dir', l: 'symlink' }[v] ?? v) === stat(path).type }
      case '-size': {
        const v = value()
        const unit = { c: 1, k: 1024, M: 1 << 20, G: 1 << 30 }[v.at(-1) as string] ?? 512
        return path => compare(v.replace(/[ckMGbw]$/, ''), Math.ceil(stat(path).size / unit))
      }
      case '-empty': return path => (stat(path).type === 'dir' ? ctx.files.list(path).length === 0 : stat(path).type === 'file' && stat(path).size === 0)
      case '-mtime': { const v = value(); return path => compare(v, Math.floor((ctx.now() - stat(path).mtimeMs) / 86_400_000)) }
      case '-mmin': { const v = value(); return path => compare(v, Math.floor((ctx.now() - stat(path).mtimeMs) / 60_000)) }
      case '-newer': { const v = value(); return path => stat(path).mtimeMs > ctx.files.stat(v).mtimeMs }
      case '-perm': { const v = value(); return path => (v.startsWith('-') ? (stat(path).mode & parseInt(v.slice(1), 8)) === parseInt(v.slice(1), 8) : stat(path).mode === parseInt(v, 8)) }
      case '-user': { const v = value(); return path => String(stat(path).uid) === v || (v === 'root' && stat(path).uid === 0) }
      case '-maxdepth': out.maxDepth = Number(value()); return () => true
      case '-mindepth': out.minDepth = Number(value()); return () => true
      case '-depth': out.depthFirst = true; return () => true
      case '-xdev': case '-mount': case '-follow': case '-L': case '-H': case '-P': return () => true
      case '-prune': return path => (out.pruned.add(path), true)
      case '-print': acts = true; return path => (ctx.write(1, `${path}\n`), true)
      case '-print0': acts = true; return path => (ctx.write(1, `${path}\0`), true)
      case '-quit': acts = true; return () => (out.maxDepth = -1, true)
      case '-delete': acts = true; out.depthFirst = true; return path => (stat(path).type === 'dir' ? ctx.files.rmdir(path) : ctx.files.unlink(path), true)
      case '-exec': case '-ok': {
        acts = true
        const argv: string[] = []
        while (at < args.length && args[at] !== ';' && !(args[at] === '+' && argv.at(-1) === '{}')) argv.push(args[at++] as string)
        const isBatch = args[at++] === '+'
        if (isBatch) {
          const batch = { argv: argv.slice(0, -1), paths: [] as string[] }
          out.batches.push(batch)
          return path => (batch.paths.push(path), true)
        }
        return path => (state.execs.push(argv.map(arg => arg.replaceAll('{}', path))), true)
      }
      default:
        throw new FindError(style === 'gnu' ? `find: unknown predicate \`${op}'` : `find: unrecognized: ${op}`)
    }
  }
  try {
    const test = args.length === 0 ? (): boolean => true : or()
    const whole: Test = acts ? test : (path, depth) => test(path, depth) && (ctx.write(1, `${path}\n`), true)
    return { ...out, get maxDepth() { return out.maxDepth }, get minDepth() { return out.minDepth }, get depthFirst() { return out.depthFirst }, test: whole }
  } catch (e) {
    if (!(e instanceof FindError)) throw e
    ctx.write(2, `${e.message}\n`)
    return undefined
  }
}

class FindError extends Error {}
