import { run, toOptions } from '../src/cli/version/version'
import { KubectlCommand } from './kubectl-command'

export default class Version extends KubectlCommand<'version'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
