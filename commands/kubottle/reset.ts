import { run } from '../../src/cli/own/reset'
import { KubectlCommand } from '../kubectl-command'

export default class KubottleReset extends KubectlCommand<'kubottle reset'> {
  async run(): Promise<void> {
    await run(this.factory)
  }
}
