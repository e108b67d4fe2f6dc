import { DENY, run, toOptions } from '../../src/cli/certificate/decide'
import { KubectlCommand } from '../kubectl-command'

export default class CertificateDeny extends KubectlCommand<'certificate deny'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, DENY, this.factory))
  }
}
