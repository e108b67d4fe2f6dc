import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildKustomization } from './build'
import { isGitUrl } from './remote'

let folder: string
beforeEach(() => void (folder = realpathSync(mkdtempSync(join(tmpdir(), 'kubottle-build-')))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const build = (kustomization: string): unknown[] => {
  writeFileSync(join(folder, 'kustomization.yaml'), kustomization)
  return buildKustomization('.', { cwd: folder, unrestricted: false, warn: () => {}, log: () => {} }).map(r => r.object)
}

describe('a build', () => {
  it('names what it generates by what is inside', () => {
    expect(build('configMapGenerator: [{name: prices, literals: [croissant=1.20, loaf=3.50]}]')).toEqual([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'prices-95mcd54dtm' }, data: { croissant: '1.20', loaf: '3.50' } }])
  })
  it('puts bytes that are no text under binaryData', () => {
    writeFileSync(join(folder, 'bytes'), Buffer.from([0xff, 0x00]))
    expect(build('configMapGenerator: [{name: a, files: [bytes], options: {disableNameSuffixHash: true}}]')).toEqual([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, binaryData: { bytes: '/wA=' } }])
  })
  it('follows links, but not out of its folder', () => {
    symlinkSync('/etc/hostname', join(folder, 'link'))
    expect(() => build('configMapGenerator: [{name: a, files: [link]}]')).toThrow(`security; file '${folder}/link' is not in or below '${folder}'`)
  })
  it('reads nothing from the network', () => {
    expect(() => build('resources: ["https://example.com/org/repo//x"]')).toThrow('kubottle works offline')
    expect(['github.com/org/repo', 'git@host:org/repo', 'https://h/a/b?ref=x', './github.com/a/b', 'https://h', '/abs', 'a/b'].map(isGitUrl)).toEqual([true, true, true, false, false, false, false])
  })
})
