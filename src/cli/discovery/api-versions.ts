/** `kubectl api-versions`. upstream: kubectl/pkg/cmd/apiresources/apiversions.go */
import { byCodePoint } from '../../base/go-text'
import { apiVersionOf } from '../../kinds/kind'
import type { Factory } from '../factory'

export async function run(factory: Factory): Promise<void> {
  const { resources } = await factory.mapper()
  const versions = [...new Set(resources.map(apiVersionOf))].sort(byCodePoint)
  factory.io.stdout(versions.map(v => `${v}\n`).join(''))
}
