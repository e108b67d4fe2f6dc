import { run, toOptions } from '../src/cli/proxy/proxy'
import { KubectlCommand } from './kubectl-command'

export default class Proxy extends KubectlCommand<'proxy'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
