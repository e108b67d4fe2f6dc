import { run, toOptions } from '../src/cli/replace/replace'
import { KubectlCommand } from './kubectl-command'

export default class Replace extends KubectlCommand<'replace'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory))
  }
}
