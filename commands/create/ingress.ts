import { run, toOptions } from '../../src/cli/create/generate'
import { ingress } from '../../src/cli/create/ingress'
import { KubectlCommand } from '../kubectl-command'

export default class CreateIngress extends KubectlCommand<'create ingress'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory, ingress))
  }
}
