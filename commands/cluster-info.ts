import { run, toOptions } from '../src/cli/cluster-info/cluster-info'
import { KubectlCommand } from './kubectl-command'

export default class ClusterInfo extends KubectlCommand<'cluster-info'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
