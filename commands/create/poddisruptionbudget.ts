import { run, toOptions } from '../../src/cli/create/generate'
import { podDisruptionBudget } from '../../src/cli/create/policies'
import { KubectlCommand } from '../kubectl-command'

export default class CreatePoddisruptionbudget extends KubectlCommand<'create poddisruptionbudget'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory, podDisruptionBudget))
  }
}
