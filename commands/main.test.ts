import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Client } from '../src/client/client'
import type { Access, Session } from '../src/cli/access'
import { memoryStreams } from '../src/cli/streams.testing'
import { main as mainOf } from '../src/cli/main'
import { main } from './main'

let home: string
beforeEach(() => void (home = mkdtempSync(join(tmpdir(), 'kubottle-main-'))))
afterEach(() => rmSync(home, { recursive: true, force: true }))

const programs: string[][] = []
const access: Access = {
  open: () => Promise.reject(new Error('a test of the command line opens no cluster')),
  create: () => Promise.reject(new Error('a test of the command line makes no cluster')),
  serve: () => Promise.reject(new Error('a test of the command line serves no cluster')),
  programs: '/opt/kubottle/bin',
  runProgram: async command => {
    programs.push([...command])
    return 7
  },
}

async function run(line: string, env: Record<string, string> = {}): Promise<{ code: number; out: string; err: string }> {
  const io = memoryStreams({ cwd: home, env: { HOME: home, PATH: home, ...env } })
  const code = await main(line.split(' ').filter(w => w !== ''), io, { now: () => Date.UTC(2026, 10, 21, 9, 36, 35, 26) + 0.0975 }, access)
  return { code, out: io.out(), err: io.err() }
}

describe('main', () => {
  it.each([
    ['kubectl gte', 1, 'error: unknown command "gte" for "kubectl"\n\nDid you mean this?\n\tget\n'],
    ['kubectl get --bogus', 1, "error: unknown flag: --bogus\nSee 'kubectl get --help' for usage.\n"],
    ['kubectl diff -f', 2, "error: flag needs an argument: 'f' in -f\nSee 'kubectl diff -h' for help and examples\n"],
    ['kubectl diff', 2, 'error: must specify one of -f and -k\n'],
    ['kubectl create deployment', 1, 'error: required flag(s) "image" not set\n'],
    ['kubectl create cronjob x', 1, 'error: required flag(s) "image", "schedule" not set\n'],
    ['kubectl rollout staus deploy/web', 1, 'error: unknown command "staus deploy/web"\nSee \'kubectl rollout -h\' for help and examples\n'],
    ['kubectl get', 1, 'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\nerror: Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).\nSee \'kubectl get -h\' for help and examples\n'],
    ['kubectl label --dry-run', 1, 'W1121 09:36:35.026097       1 helpers.go:719] --dry-run is deprecated and can be replaced with --dry-run=client.\nerror: one or more resources must be specified as <resource> <name> or <resource>/<name>\n'],
    ['kubectl apply -f x --dry-run=maybe', 1, 'error: Invalid dry-run value (maybe). Must be "none", "server", or "client".\n'],
    ['kubectl get pods --kuberc', 1, 'error occurred while applying preferences kuberc file is not found\n'],
    ['kubectl alpha', 0, 'No alpha commands are available in this version of kubectl\n'],
  ])('%s', async (line, code, err) => {
    expect(await run(line)).toEqual({ code, out: '', err })
  })

  it('prints help where kubectl does', async () => {
    for (const [line, code] of [['kubectl', 0], ['kubectl certificate nonsense', 0], ['kubectl get -h', 0], ['kubectl help get', 0], ['kubectl options', 0]] as const) {
      const answer = await run(line)
      expect({ line, code: answer.code, err: answer.err }).toEqual({ line, code, err: '' })
      expect(answer.out.length).toBeGreaterThan(100)
    }
    // A group without a subcommand fails, and helps.
    expect(await run('kubectl set')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('kubectl set <command> --help') })
    expect(await run('kubectl rollout')).toMatchObject({ code: 1, out: expect.stringContaining('kubectl rollout <command> --help'), err: '' })
    expect((await run('kubectl get -h')).out).toContain("    -o, --output='':\n\t")
    expect(await run('kubectl config set')).toMatchObject({ code: 1, err: 'error: Unexpected args: []\n' })
  })

  it('names what is not implemented', async () => {
    const io = memoryStreams({ cwd: home, env: { HOME: home } })
    expect(await mainOf(['kubectl', 'kustomize'], io, { now: () => 0 }, access, { has: () => false, run: async () => {} })).toBe(1)
    expect(io.err()).toBe('error: kubottle: "kubectl kustomize" is not implemented yet\n')
  })

  it('runs plugins', async () => {
    writeFileSync(join(home, 'kubectl-greet-loud'), '#!/bin/sh\n', { mode: 0o755 })
    expect(await run('kubectl greet loud you --now')).toMatchObject({ code: 7 })
    expect(programs.at(-1)).toEqual([join(home, 'kubectl-greet-loud'), 'you', '--now'])
    expect(await run('kubectl greet')).toMatchObject({ code: 1 })
  })

  it('applies aliases and defaults of a kuberc', async () => {
    writeFileSync(join(home, 'rc.yaml'), 'apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\naliases:\n- name: whereami\n  command: config view\n  prependArgs: [--minify]\n  options: [{name: output, default: "jsonpath={.current-context}"}]\n')
    expect(await run('kubectl whereami --kuberc=rc.yaml', { KUBERC: '' })).toEqual({ code: 0, out: 'kubernetes-admin@kubernetes', err: '' })
    expect((await run('kubectl whereami')).err).toContain('unknown command "whereami"')
  })

  it('ends with 130 on Ctrl-C', async () => {
    const interrupt = new AbortController()
    interrupt.abort()
    const io = memoryStreams({ cwd: home, env: { HOME: home }, interrupt: interrupt.signal })
    expect(await main(['kubectl', 'config', 'view'], io, { now: () => 0 }, access)).toBe(130)
  })

  it('ends with 130 on Ctrl-C while it opens a cluster, with 1 where it could end by itself, and closes what is open', async () => {
    const interrupt = new AbortController()
    let closed = 0
    const never = new Promise<never>(() => {})
    const session: Session = {
      client: new Proxy({} as Client, { get: () => () => { interrupt.abort(); return never } }),
      clock: { now: () => 0 }, discovery: undefined, own: undefined, settle: async () => {}, waitUntil: async () => false, close: async () => void closed++,
    }
    const start = (open: Access['open']) => main(['kubectl', 'get', 'pods'], memoryStreams({ cwd: home, env: { HOME: home }, interrupt: interrupt.signal }), { now: () => 0 }, { ...access, open })
    expect(await start(async () => session)).toBe(1)
    expect(closed).toBe(1)
    expect(await start(() => never)).toBe(130)
  })
})

describe('kubectl config', () => {
  it('keeps a kubeconfig as a person changes it', async () => {
    const env = { KUBECONFIG: 'c' }
    writeFileSync(join(home, 'c'), 'apiVersion: v1\nkind: Config\n')
    const script = [
      ['config current-context', 1, '', 'error: current-context is not set\n'],
      ['config set-cluster depot --server=https://depot.example.com:6443 --insecure-skip-tls-verify=true', 0, 'Cluster "depot" set.\n', ''],
      ['config set-credentials clerk --token=abc123', 0, 'User "clerk" set.\n', ''],
      ['config set-context day --cluster=depot --user=clerk --namespace=orders', 0, 'Context "day" created.\n', ''],
      ['config set-context night --cluster=depot', 0, 'Context "night" created.\n', ''],
      ['config use-context day', 0, 'Switched to context "day".\n', ''],
      ['config use-context dawn', 1, '', 'error: no context exists with the name: "dawn"\n'],
      ['config get-contexts', 0, 'CURRENT   NAME    CLUSTER   AUTHINFO   NAMESPACE\n*         day     depot     clerk      orders\n          night   depot                \n', ''],
      ['config get-contexts night dawn -o name', 1, 'night\n', 'error: context dawn not found\n'],
      ['config set contexts.night.namespace stock', 0, 'Property "contexts.night.namespace" set.\n', ''],
      ['config set clusters.10.0.0.1.server https://10.0.0.1', 0, 'Property "clusters.10.0.0.1.server" set.\n', ''],
      ['config get-clusters', 0, 'NAME\n10.0.0.1\ndepot\n', ''],
      ['config unset clusters.10.0.0.1', 0, 'Property "clusters.10.0.0.1" unset.\n', ''],
      ['config rename-context night late', 0, 'Context "night" renamed to "late".\n', ''],
      ['config delete-context late', 0, 'deleted context late from c\n', ''],
      ['config delete-cluster nosuch', 1, '', 'error: cannot delete cluster nosuch, not in c\n'],
      ['config view', 0, 'apiVersion: v1\nclusters:\n- cluster:\n    insecure-skip-tls-verify: true\n    server: https://depot.example.com:6443\n  name: depot\ncontexts:\n- context:\n    cluster: depot\n    namespace: orders\n    user: clerk\n  name: day\ncurrent-context: day\nkind: Config\nusers:\n- name: clerk\n  user:\n    token: REDACTED\n', ''],
    ] as const
    for (const [line, code, out, err] of script) expect({ line, ...(await run(`kubectl ${line}`, env)) }).toEqual({ line, code, out, err })
  })
})
