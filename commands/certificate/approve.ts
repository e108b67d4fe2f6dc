import { APPROVE, run, toOptions } from '../../src/cli/certificate/decide'
import { KubectlCommand } from '../kubectl-command'

export default class CertificateApprove extends KubectlCommand<'certificate approve'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, APPROVE, this.factory))
  }
}
