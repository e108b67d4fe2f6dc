import { run } from '../src/cli/apply/apply'
import { toOptions } from '../src/cli/apply/options'
import { KubectlCommand } from './kubectl-command'

export default class Apply extends KubectlCommand<'apply'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory))
  }
}
