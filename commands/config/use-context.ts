import { useContext } from '../../src/cli/config/change'
import { toOptions } from '../../src/cli/config/options'
import { KubectlCommand } from '../kubectl-command'

export default class ConfigUseContext extends KubectlCommand<'config use-context'> {
  async run(): Promise<void> {
    useContext(toOptions(this.invocation, this.factory))
  }
}
