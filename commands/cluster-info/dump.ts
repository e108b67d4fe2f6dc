import { run, toOptions } from '../../src/cli/cluster-info/dump'
import { KubectlCommand } from '../kubectl-command'

export default class ClusterInfoDump extends KubectlCommand<'cluster-info dump'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
