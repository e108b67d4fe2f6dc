/** Whole applications come up: every Deployment Available, every Service with endpoints, under both lifecycles. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Sandbox } from './programs.testing'

// Other projects' manifests are not carried; they lie beside a checkout or the tests are skipped.
const MANIFESTS = join(import.meta.dirname, '../../../shared/manifests')
const APPLICATIONS = [
  ['microservices-demo', 'microservices-demo/kubernetes-manifests', 12],
  ['example-voting-app', 'example-voting-app', 5],
] as const

interface List {
  items: { metadata: { name: string }; spec: { selector?: object; type?: string; replicas?: number }; status?: { availableReplicas?: number; conditions?: { type: string; status: string; reason: string }[] }; endpoints?: { conditions: { ready: boolean } }[] }[]
}

for (const lifecycle of ['real', 'fast'])
  describe(`lifecycle ${lifecycle}`, () => {
    for (const [name, folder, count] of APPLICATIONS) {
      const path = join(MANIFESTS, folder)
      const absent = !existsSync(path)
      it.skipIf(absent)(`${name}${absent ? ' (its manifests are not here)' : ''}`, async () => {
        const cluster = new Sandbox()
        try {
          expect((await cluster.kubottle(['init', '--config', cluster.write('cluster.yaml', `lifecycle: ${lifecycle}\nseed: apps\n`)])).stderr).toBe('')
          const files = readdirSync(path).filter(f => f.endsWith('.yaml') && f !== 'kustomization.yaml').flatMap(f => ['-f', join(path, f)])
          const applied = await cluster.kubectl(['apply', ...files])
          expect(applied.stderr).toBe('')
          expect(applied.stdout.split('\n').filter(l => /^deployment\.apps\/\S+ created$/.test(l))).toHaveLength(count)
          const waited = await cluster.kubectl(['wait', 'deployment', '--all', '--for=condition=Available', '--timeout=120s'])
          expect(waited.stdout.split('\n').filter(l => l.endsWith(' condition met'))).toHaveLength(count)
          const deployments = (JSON.parse((await cluster.kubectl(['get', 'deployments', '-o', 'json'])).stdout) as List).items
          expect(deployments.filter(d => d.status?.availableReplicas === d.spec.replicas && d.status?.conditions?.some(c => c.type === 'Progressing' && c.reason === 'NewReplicaSetAvailable') === true)).toHaveLength(count)
          for (const d of deployments) expect((await cluster.kubectl(['rollout', 'status', `deployment/${d.metadata.name}`])).stdout).toBe(`deployment "${d.metadata.name}" successfully rolled out\n`)
          const services = (JSON.parse((await cluster.kubectl(['get', 'services', '-o', 'json'])).stdout) as List).items.filter(s => s.spec.selector !== undefined)
          const slices = (JSON.parse((await cluster.kubectl(['get', 'endpointslices', '-o', 'json'])).stdout) as List).items
          expect(services.length).toBeGreaterThan(3)
          for (const s of services) expect(slices.some(e => e.metadata.name.startsWith(`${s.metadata.name}-`) && e.endpoints?.some(p => p.conditions.ready) === true), s.metadata.name).toBe(true)
          expect((await cluster.kubectl(['get', 'pods', '--field-selector=status.phase!=Running', '-o', 'name'])).stdout).toBe('')
        } finally {
          cluster.remove()
        }
      }, 60_000)
    }
  })
