/** A copy of the file is a backup. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readConfig } from '../../src/cluster/config'
import { createCluster } from '../../src/cluster/create'
import { openCluster } from '../../src/cluster/open'
import { deployment } from '../../src/kinds/apps/deployment/kind'
import { pod } from '../../src/kinds/core/pod/kind'
import type { Deployment } from '../../src/kinds/schema/types/apps.v1'

const folder = mkdtempSync(join(tmpdir(), 'kubottle-backup-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('row 145: opened elsewhere and later, it shows the same, and time goes on', async () => {
  const start = Date.UTC(2026, 0, 1)
  const path = join(folder, 'cluster.db')
  const { config, nodes } = readConfig({ lifecycle: 'fast', nodes: 2, addOns: [] })
  await createCluster(path, { config, nodes }, { replace: false, wall: () => start })
  const admin = { user: 'kubernetes-admin', groups: ['system:masters'], manager: 'kubectl', trusted: false }
  const cluster = openCluster({ path, wall: () => start })
  await cluster.clientFor(admin).create(deployment, { metadata: { name: 'web', namespace: 'default' }, spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'nginx' }] } } } } as Deployment)
  await cluster.settle()
  const before = [...cluster.objects()].map(o => JSON.stringify(o))
  cluster.close()
  copyFileSync(path, join(folder, 'copy.db'))

  const later = start + 365 * 86_400_000
  const copy = openCluster({ path: join(folder, 'copy.db'), wall: () => later })
  expect([...copy.objects()].map(o => JSON.stringify(o))).toEqual(before)
  await copy.catchUp()
  expect(copy.clock.peek()).toBe(later)
  await copy.clientFor(admin).patch(deployment, { metadata: { name: 'web', namespace: 'default' } }, 'merge', { spec: { replicas: 4 } })
  await copy.settle()
  expect(copy.server.lister.list(pod, 'default').map(p => p.status?.phase)).toEqual(['Running', 'Running', 'Running', 'Running'])
  copy.close()
})
