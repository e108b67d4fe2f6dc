/** Builtins that image programs also exist for: echo, printf, test, pwd, cd. */
import { FileError } from '../../files/file-system'
import { absolute } from '../../files/paths'
import { echo } from '../../commands/echo'
import { printf } from '../../commands/printf'
import { test } from '../../commands/test'
import type { Builtin } from '../shell'
import { assign } from '../variables'

const testBuiltin: Builtin = (shell, args, name) => {
  const { status, message } = test(args, name, shell.ctx, shell.state.flavour)
  // busybox's test is an applet: it speaks for the shell, not as a builtin.
  if (message !== undefined) {
    if (shell.state.flavour === 'ash') shell.err(`${shell.state.name}: ${message}\n`)
    else shell.complain(name, message)
  }
  return status
}

const cd: Builtin = (shell, args, name) => {
  const { state, ctx } = shell
  const [given] = args.filter(arg => arg !== '-P' && arg !== '-L' && arg !== '--')
  const home = state.vars.HOME?.v
  const isBack = given === '-'
  const target = isBack ? state.vars.OLDPWD?.v : (given ?? home)
  if (target === undefined) {
    if (state.flavour === 'bash') shell.complain(name, isBack ? 'OLDPWD not set' : 'HOME not set')
    else if (isBack) shell.complain(name, "can't cd to -")
    return state.flavour === 'bash' ? 1 : isBack ? 2 : 0
  }
  const path = target === '' ? ctx.cwd : absolute(ctx.cwd, target)
  try {
    if (ctx.files.stat(path).type !== 'dir') throw new FileError('ENOTDIR', path)
    if (!ctx.files.access(path, 'x')) throw new FileError('EACCES', path)
  } catch (e) {
    if (!(e instanceof FileError)) throw e
    if (state.flavour === 'bash') shell.complain(name, `${target}: ${e.message}`)
    else shell.complain(name, `can't cd to ${target}${state.flavour === 'ash' ? `: ${e.message}` : ''}`)
    return state.flavour === 'bash' ? 1 : state.flavour === 'ash' ? 1 : 2
  }
  assign(state, 'OLDPWD', ctx.cwd, shell.line)
  ctx.cwd = path
  assign(state, 'PWD', path, shell.line)
  if (isBack) shell.out(`${path}\n`)
  return 0
}

export const outputBuiltins: Readonly<Record<string, Builtin>> = {
  echo(shell, args) {
    shell.out(echo(args, shell.state.flavour))
    return 0
  },
  printf(shell, args, name) {
    const isVariable = shell.state.flavour === 'bash' && args[0] === '-v'
    const result = printf(isVariable ? args.slice(2) : args, shell.state.flavour)
    if (isVariable) assign(shell.state, args[1] as string, result.out, shell.line)
    else shell.out(result.out)
    for (const message of result.messages) {
      if (shell.state.flavour === 'ash') shell.err(message.startsWith('usage') ? `${message}\n` : `${shell.state.name}: ${message}\n`)
      else shell.complain(name, message)
    }
    return result.status
  },
  test: testBuiltin,
  '[': testBuiltin,
  pwd(shell, args) {
    shell.out(`${args[0] === '-P' ? shell.ctx.files.realpath('.') : shell.ctx.cwd}\n`)
    return 0
  },
  cd,
}
