/** What people do with storage, each command a process of its own: data that outlives its pods, classes, protection, reclaiming. */
import { describe, expect, it } from 'vitest'
import { Sandbox } from './programs.testing'

const BOOKS = `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: book}
spec:
  serviceName: book
  replicas: 2
  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete, whenScaled: Retain}
  selector: {matchLabels: {app: book}}
  template:
    metadata: {labels: {app: book}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - name: main
        image: busybox
        command: [sh, -c, 'echo "$(hostname) begins" >> /data/log; sleep 3600']
        volumeMounts: [{name: data, mountPath: /data}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Mi}}}
`
const CLAIM = 'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n'

describe('storage', () => {
  it('of a StatefulSet survives its pods, scaling down and up, and ends with the set', async () => {
    const cluster = new Sandbox()
    const kubectl = async (...args: string[]): Promise<string> => {
      const { stdout, stderr } = await cluster.kubectl(args)
      expect(stderr).toBe('')
      return stdout
    }
    try {
      await cluster.kubottle(['init', '--config', cluster.write('cluster.yaml', 'nodes: 2\nseed: books\n')])
      await kubectl('apply', '-f', cluster.write('book.yaml', BOOKS))
      expect(await kubectl('get', 'pvc', '-o', 'jsonpath={range .items[*]}{.metadata.name}:{.spec.storageClassName}:{.status.phase} {end}')).toBe('data-book-0:standard:Bound data-book-1:standard:Bound ')
      expect((await kubectl('get', 'pv', '-o', 'custom-columns=C:.spec.claimRef.name,P:.status.phase', '--no-headers', '--sort-by=.spec.claimRef.name')).split('\n').map(l => l.split(/\s+/).join(' '))).toEqual(['data-book-0 Bound', 'data-book-1 Bound', ''])
      await kubectl('delete', 'pod', 'book-1')
      expect(await kubectl('exec', 'book-1', '--', 'cat', '/data/log')).toBe('book-1 begins\nbook-1 begins\n')
      await kubectl('scale', 'sts', 'book', '--replicas=1')
      expect(await kubectl('get', 'pods', '-o', 'name')).toBe('pod/book-0\n')
      await kubectl('scale', 'sts', 'book', '--replicas=2')
      expect(await kubectl('exec', 'book-1', '--', 'cat', '/data/log')).toBe('book-1 begins\nbook-1 begins\nbook-1 begins\n')
      expect(await kubectl('exec', 'book-0', '--', 'cat', '/data/log')).toBe('book-0 begins\n')
      await kubectl('delete', 'sts', 'book')
      expect((await cluster.kubectl(['get', 'pvc,pv'])).stderr).toBe('No resources found\n')
    } finally {
      cluster.remove()
    }
  }, 60_000)

  it('is made by nobody in a bare cluster', async () => {
    const cluster = new Sandbox()
    try {
      await cluster.kubottle(['init', '--config', cluster.write('cluster.yaml', 'nodes: 1\naddOns: []\n')])
      expect((await cluster.kubectl(['get', 'storageclass'])).stderr).toBe('No resources found\n')
      await cluster.kubectl(['apply', '-f', cluster.write('c.yaml', CLAIM)])
      expect((await cluster.kubectl(['describe', 'pvc', 'c'])).stdout).toMatch(/Status: +Pending\n[^]*Normal +FailedBinding +\S+ +persistentvolume-controller +no persistent volumes available for this claim and no storage class is set\n/)
    } finally {
      cluster.remove()
    }
  }, 30_000)
})
