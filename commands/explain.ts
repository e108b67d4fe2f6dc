import { run, toOptions } from '../src/cli/explain/explain'
import { KubectlCommand } from './kubectl-command'

export default class Explain extends KubectlCommand<'explain'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory))
  }
}
