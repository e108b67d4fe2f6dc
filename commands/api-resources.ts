import { run, toOptions } from '../src/cli/discovery/api-resources'
import { KubectlCommand } from './kubectl-command'

export default class ApiResources extends KubectlCommand<'api-resources'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
