import { configMap } from '../../src/cli/create/config-map'
import { run, toOptions } from '../../src/cli/create/generate'
import { KubectlCommand } from '../kubectl-command'

export default class CreateConfigmap extends KubectlCommand<'create configmap'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory, configMap))
  }
}
