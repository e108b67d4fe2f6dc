/** The real world of the CLI: cluster files through src/cluster, other programs on this terminal. */
import { spawn } from 'node:child_process'
import { UsageError } from '../src/base/errors'
import type { Access } from '../src/cli/access'

export const access: Access = {
  async open(target) {
    throw new UsageError(`kubottle: opening ${target.kind === 'file' ? target.path : target.url} is not implemented yet`)
  },
  async create(path) {
    throw new UsageError(`kubottle: making ${path} is not implemented yet`)
  },
  runProgram([program = '', ...args], { env, cwd }) {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { env: env as NodeJS.ProcessEnv, cwd, stdio: 'inherit' })
      child.once('error', error => reject(new UsageError(`unable to run ${program}: ${error.message}`)))
      child.once('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)))
    })
  },
}
