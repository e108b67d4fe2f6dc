import { deleteCluster } from '../../src/cli/config/change'
import { toOptions } from '../../src/cli/config/options'
import { KubectlCommand } from '../kubectl-command'

export default class ConfigDeleteCluster extends KubectlCommand<'config delete-cluster'> {
  async run(): Promise<void> {
    deleteCluster(toOptions(this.invocation, this.factory))
  }
}
