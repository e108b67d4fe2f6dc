/** `kubottle shell` as a person has it: on a pseudo-terminal, key by key. */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const KUBOTTLE = process.env['KUBOTTLE_TEST_BIN'] === undefined ? join(import.meta.dirname, '../../bin/kubottle') : join(process.env['KUBOTTLE_TEST_BIN'], 'kubottle')
const python = spawnSync('python3', ['-c', 'import pty'], { encoding: 'utf8' }).status === 0
const hasBash = spawnSync('bash', ['-c', '']).status === 0
const homes: string[] = []
afterAll(() => homes.forEach(home => rmSync(home, { recursive: true, force: true })))

function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'kubottle-shell-'))
  homes.push(home)
  return home
}

/** Keys, what is waited for (a width for RESIZE), and what the step is called. */
type Step = readonly [keys: string, pattern: string, name?: string]
const PATIENCE_S = 30
const READY = '« [^»]*READY> '
const line = (text: string, name = text): Step => [`${text}\r`, READY, name]

interface Session {
  readonly code: number
  /** What was printed at a step. */
  step(name: string): string
  /** What a line has printed: between the end of its editing and the next prompt. */
  output(name: string): string
}

/** The program is at its end afterwards. */
async function session(home: string, steps: readonly Step[], env: Record<string, string> = {}): Promise<Session> {
  const all: readonly Step[] = [['', READY], ...steps]
  const request = { argv: [KUBOTTLE, 'shell'], cwd: home, columns: 100, patience: PATIENCE_S, ends: true, steps: all.map(s => s.slice(0, 2)), env: { HOME: home, PATH: process.env['PATH'], TERM: 'xterm', KUBERC: 'off', LANG: 'C.UTF-8', KUBOTTLE_PROMPT: ' READY> ', NO_COLOR: '1', ...env } }
  const child = spawn('python3', [join(import.meta.dirname, 'terminal.py')], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(JSON.stringify(request))
  let out = ''
  child.stdout.on('data', (d: Buffer) => (out += d.toString()))
  await new Promise(done => child.once('close', done))
  const answer = JSON.parse(out) as { steps: string[]; code: number; failed?: object; ended?: boolean }
  expect(answer.failed, JSON.stringify(answer, null, 1)).toBeUndefined()
  expect(answer.ended).toBe(true)
  const texts = all.filter(([keys]) => keys !== 'RESIZE')
  const step = (name: string): string => answer.steps[texts.findIndex(([, , called]) => called === name)] ?? `no step ${name}`
  return { code: answer.code, step, output: name => /»(.*)«/s.exec(step(name))?.[1] ?? `nothing in ${JSON.stringify(step(name))}` }
}

describe.skipIf(!python || !hasBash)(`a shell${python ? (hasBash ? '' : ': there is no bash') : ': there is no python3'}`, { timeout: 120_000 }, () => {
  it('runs commands of kubectl, and everything else in the person’s own shell', async () => {
    const home = newHome()
    const lines = [
      'kubectl create configmap one --from-literal=a=b', 'k get cm one -o name', 'get cm one -o name', 'x=one; kubectl get cm $x -o jsonpath="{.data.a}"; echo', 'false', 'echo $?',
      'for i in {1..2}; do k create ns n$i; done', 'kubectl get ns -o name | grep n2 | tr a-z A-Z', 'mkdir d; cd d; pwd', 'kubectl get ns n2 -o yaml > f; head -1 f', 'kubectl get nosuch; echo $?', 'nosuch', 'echo ${nope?}', 'echo $x',
      'export KUBE=1; declare -A m=([a]=5); f() { echo "f $1"; }', 'f ${m[a]}$KUBE', 'k config set-context --current --namespace=n1', 'k get sa -o name',
      'kubectl create -f - <<E\rapiVersion: v1\rkind: ConfigMap\rmetadata: {name: two}\rE', 'sleep 100 & sleep 0.2; kill %1; wait; jobs; jobs >/dev/null', 'if x; )',
    ]
    const { output, code } = await session(home, [...lines.map(l => line(l)), ['exit 7\r', '»']])
    const got = Object.fromEntries(lines.map(l => [l, output(l).replaceAll(home, 'HOME')]))
    expect(got).toEqual({
      [lines[0] as string]: 'configmap/one created\n', 'k get cm one -o name': 'configmap/one\n', 'get cm one -o name': 'configmap/one\n', [lines[3] as string]: 'b\n', false: '', 'echo $?': '1\n',
      [lines[6] as string]: 'namespace/n1 created\nnamespace/n2 created\n', [lines[7] as string]: 'NAMESPACE/N2\n', 'mkdir d; cd d; pwd': 'HOME/d\n', [lines[9] as string]: 'apiVersion: v1\n',
      [lines[10] as string]: 'error: the server doesn\'t have a resource type "nosuch"\n1\n', nosuch: 'kubottle: nosuch: command not found\n', 'echo ${nope?}': 'HOME/.kubottle/sh: line 1: nope: parameter not set\n', 'echo $x': 'one\n',
      [lines[14] as string]: '', 'f ${m[a]}$KUBE': 'f 51\n', [lines[16] as string]: 'Context "kubernetes-admin@kubernetes" modified.\n', 'k get sa -o name': 'serviceaccount/default\n',
      [lines[18] as string]: 'configmap/two created\n', [lines[19] as string]: expect.stringMatching(/^(\[1\]\+ +Terminated.*\n)?$/) as string, 'if x; )': expect.stringContaining('syntax error near unexpected token') as string,
    })
    expect(code).toBe(7)
  })

  it('edits, completes, searches, recalls', async () => {
    const home = newHome()
    writeFileSync(join(home, 'a file.yaml'), '')
    const { output, code } = await session(home, [
      line('k create deployment web --image=nginx'),
      ['k get depl\t', 'k get deployments\\.apps |oyments\\.apps '], ['w\t', 'eb '], ['-o na\t', 'me '], line('', 'completed'),
      ['k -n kube-sy\t', 'stem '], ['get deploy co\t', 'redns '], ['-o name', 'name'], line('', 'in a namespace'),
      // Home, an insertion, Ctrl-E, Ctrl-W, Ctrl-Y twice
      ['two three\x01one \x05\x17\x19\x19\x01echo \x05', 'echo one two threethree$'], line('', 'edited'),
      ['k rollout re\t\t\t', 'restart +\\S.*resume +\\S.*READY> k rollout res'], ['\x03', READY],
      ['cat a\t', 'a\\\\ file\\.yaml '], ['\x15', 'READY> $'],
      ['\x12thr', "reverse-i-search\\)`thr': echo one two threethree"], line('', 'found'),
      ['\x1b[A\x1b[A', 'coredns -o name'], ['\x1b[B\x1b[B', 'READY> $'],
      ['echo \x1b.', 'threethree$'], line('', 'last word'),
      line('!!'),
      // A paste is not run before a person says so.
      ['\x1b[200~echo pasted\necho lines\x1b[201~', 'echo pasted\n> echo lines'], line('', 'pasted'),
      ['for i in a\rdo echo $i\rdone', '> done'], line('', 'loop'),
      ['RESIZE', '30'], ['echo 1234567890 1234567890 1234567890', '1234567890'], line('', 'narrow'),
      line('alias kg="kubectl get"; unalias k'), ['kg depl\t', 'oyments\\.apps '], ['web -o name', 'name'], line('', 'by alias'),
      ['\x04', 'exit'],
    ])
    const outputs = ['completed', 'in a namespace', 'edited', 'found', 'last word', '!!', 'pasted', 'loop', 'narrow', 'by alias'].map(name => [name, output(name)])
    expect(Object.fromEntries(outputs)).toEqual({
      completed: 'deployment.apps/web\n', 'in a namespace': 'deployment.apps/coredns\n', edited: 'one two threethree\n', found: 'one two threethree\n', 'last word': 'threethree\n', '!!': 'echo threethree\nthreethree\n',
      pasted: 'pasted\nlines\n', loop: 'a\n', narrow: '1234567890 1234567890 1234567890\n', 'by alias': 'deployment.apps/web\n',
    })
    expect(code).toBe(0)

    const file = join(home, '.kubottle/shell_history')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8')).toContain('for i in a\\\ndo echo $i\\\ndone\n')
    const next = await session(home, [['\x1b[A\x1b[A', 'unalias k'], ['\x03', READY], line('kg deploy web -o name'), line('history 1'), line('k'), ['\x04', 'exit']])
    expect(next.output('kg deploy web -o name')).toBe('deployment.apps/web\n')
    expect(next.output('k')).toBe('kubottle: k: command not found\n')
    expect(next.output('history 1')).toMatch(/^ +\d+ {2}history 1\n$/)
    expect(next.code).toBe(127)

    const before = readFileSync(file, 'utf8')
    await session(home, [line('echo unseen'), ['\x04', 'exit']], { KUBOTTLE_HISTORY: 'off' })
    expect(readFileSync(file, 'utf8')).toBe(before)
  })

  it('Ctrl-C ends the command and not the shell, Ctrl-Z nothing', async () => {
    const home = newHome()
    const asked = (name: string): Step => line('echo $?', name)
    const { output, step, code } = await session(home, [
      line('k create deployment web --image=nginx'), line('f() { sleep 100; echo after; }'),
      ['k get deploy -w\r', 'web '], ['\x03', READY], asked('get -w'),
      ['k logs -f deploy/web\r', 'notice'], ['\x03', READY], asked('logs -f'),
      ['while true; do echo again; f; echo on; done\r', '»again\n'], ['\x03', READY, 'loop ends'], asked('loop'),
      ['(k get pods -w); echo on\r', 'web-'], ['\x03', READY, 'subshell ends'],
      ['cat\r', '»'], ['typed\r', 'typed\ntyped'], ['\x1a', '\\^Z'], ['more\r', 'more\nmore'], ['\x04', READY], asked('cat'),
      ['typed and dropped\x03', READY], asked('dropped'),
      ['read answer; echo "<$answer>"\r', '»'], ['given\r', '<given>'], ['', READY],
      ['k exec -it deploy/web -- sh\r', '# $'], ['exit 3\r', READY], asked('exec'),
      line('printf \'read a </dev/tty; sed -i "s/replicas: 1/replicas: $a/" "$1"\' > editor'),
      ['KUBE_EDITOR="sh editor" k edit deploy web\r', '»'], ['2\r', READY, 'edit'], line('k get deploy web -o name --watch=false -o jsonpath={.spec.replicas}', 'replicas'),
      ['\x04', 'exit'],
    ])
    expect(['get -w', 'logs -f', 'loop', 'cat', 'dropped', 'exec'].map(name => output(name).trim())).toEqual(['130', '130', '130', '0', '130', '3'])
    expect(step('loop ends')).not.toContain('on\n')
    expect(step('subshell ends')).not.toContain('on\n')
    expect(step('edit')).toContain('deployment.apps/web edited')
    expect(output('replicas')).toBe('2')
    expect(code).toBe(0)
  })

  it('tells in the prompt where one is', async () => {
    const home = newHome()
    const { step } = await session(home, [
      line('kubectl config set-context --current --namespace=web', 'namespace'), line('kubottle clock 2126-01-02T03:04:05Z', 'clock'), line('false', 'failed'),
      line('kubectl config use-context kubernetes-admin@kubernetes; cd /', 'moved'), ['\x04', 'exit'],
    ], { KUBOTTLE_PROMPT: ' %c|%n|%d|%w|%?|%%READY> ' })
    expect(step('namespace')).toMatch('« kubernetes-admin@kubernetes|web|')
    expect(step('clock')).toMatch(/« kubernetes-admin@kubernetes\|web\|2126-01-02\|~\|0\|%READY> $/)
    expect(step('failed')).toMatch(/\|~\|1\|%READY> $/)
    expect(step('moved')).toMatch(/\|\/\|0\|%READY> $/)
  })
})

describe('without a terminal', { timeout: 60_000 }, () => {
  const run = (args: readonly string[], home: string, input = ''): { code: number | null; stdout: string; stderr: string } => {
    const { status, stdout, stderr } = spawnSync(KUBOTTLE, ['shell', ...args], { input, cwd: home, encoding: 'utf8', env: { HOME: home, PATH: process.env['PATH'], KUBERC: 'off' } })
    return { code: status, stdout, stderr }
  }

  it('-c runs a line, stdin a script; their exit code is the last command’s', () => {
    const home = newHome()
    expect(run(['-c', 'k create ns a && kubectl get ns a -o name | tr a-z A-Z; exit 4'], home)).toEqual({ code: 4, stdout: 'namespace/a created\nNAMESPACE/A\n', stderr: '' })
    expect(run(['-c', 'kubectl get ns "$1" -o name; kubectl get ns b', 'a'], home)).toEqual({ code: 1, stdout: 'namespace/a\n', stderr: 'Error from server (NotFound): namespaces "b" not found\n' })
    expect(run([], home, 'for i in 1 2\ndo\n  kubectl create cm c$i\ndone\nkubectl apply -f - <<E\napiVersion: v1\nkind: Namespace\nmetadata: {name: b}\nE\nkubectl get cm nosuch 2>/dev/null\n')).toEqual({ code: 1, stdout: 'configmap/c1 created\nconfigmap/c2 created\nnamespace/b created\n', stderr: '' })
    expect(run(['extra'], home)).toMatchObject({ code: 1, stdout: '' })
  })
})

const sh = ['/bin/dash', '/bin/busybox'].find(existsSync)
describe.skipIf(!python || sh === undefined)(`a shell without bash${sh === undefined ? ': there is neither dash nor busybox' : ''}`, { timeout: 120_000 }, () => {
  it('is sh', async () => {
    const home = newHome()
    const programs = join(home, 'bin')
    mkdirSync(programs)
    symlinkSync(sh as string, join(programs, 'sh'))
    for (const name of ['cat', 'sleep', 'grep', 'node']) symlinkSync(spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim(), join(programs, name))
    chmodSync(programs, 0o755)
    const { output, code } = await session(home, [
      line('k create ns a; echo ${BASH_VERSION-none}', 'made'), line('x=a; k get ns $x -o name; false', 'got'), line('echo $?', 'failed'), line('kubectl get ns a -o name | grep -c a', 'piped'),
      line('if x; )', 'syntax'), line('echo ${nope?}', 'unset'), line('echo $x'), ['while true; do echo again; sleep 100; done\r', '»again\n'], ['\x03', READY], line('echo $?', 'loop'),
      ['k get ns -w\r', 'kube-system'], ['\x03', READY], line('echo $?', 'get -w'), ['\x04', 'exit'],
    ], { PATH: programs })
    expect(['made', 'got', 'failed', 'piped', 'echo $x', 'loop', 'get -w'].map(output)).toEqual(['namespace/a created\nnone\n', 'namespace/a\n', '1\n', '1\n', 'a\n', '130\n', '130\n'])
    expect(output('syntax')).toMatch(/[Ss]yntax error/)
    expect(output('unset')).toMatch('nope: parameter not set')
    expect(code).toBe(0)
  })
})
