import { run, toOptions } from '../src/cli/diff/diff'
import { KubectlCommand } from './kubectl-command'

export default class Diff extends KubectlCommand<'diff'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory))
  }
}
