/** The script for bash asks for what stands before the cursor, and offers what it is answered. */
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { run } from '../../src/cli/completion/scripts'
import { memoryStreams } from '../../src/cli/streams.testing'

/** A typed line, what kubectl answers, what it is asked, what bash offers. */
const CASES: readonly (readonly [line: string, answer: string, asked: readonly string[], offered: readonly string[]])[] = [
  ['kubectl ge', 'get\tShow objects\n:4', ['__complete', 'ge'], ['get']],
  ['kubectl get po ', 'web-0\nweb-1\n:4', ['__complete', 'get', 'po', ''], ['web-0', 'web-1']],
  ['kubectl get po web', 'web-0\nother\n:4', ['__complete', 'get', 'po', 'web'], ['web-0']],
  ['kubectl e', 'edit\tChange\nexec\tRun a command\n:4', ['__complete', 'e'], ['edit  (Change)', 'exec  (Run a command)']],
  ['kubectl --namespace=ku', 'kube-system\n:4', ['__complete', '--namespace=ku'], ['kube-system']],
  ['kubectl get -l \'a in (b, c)\' --namespace "my ns" po', 'pods\n:4', ['__complete', 'get', '-l', 'a in (b, c)', '--namespace', 'my ns', 'po'], ['pods']],
  ['kubectl --kubeconfig ~/x get ', 'pods\n:4', ['__complete', '--kubeconfig', 'HOME/x', 'get', ''], ['pods']],
  ['kubectl port-forward svc/web 8080:8', '8080:80\n8080:8443\n:4', ['__complete', 'port-forward', 'svc/web', '8080:8'], ['80', '8443']],
  ['kubectl cp si', 'side:\n:2', ['__complete', 'cp', 'si'], ['side:']],
  ['kubectl apply -f ', 'json\nyaml\nyml\n:8', ['__complete', 'apply', '-f', ''], ['folder', 'b.json', 'a.yaml']],
  ['kubectl apply --filename=f', 'json\nyaml\nyml\n:8', ['__complete', 'apply', '--filename=f'], ['folder']],
  ['kubectl logs nothing ', ':4', ['__complete', 'logs', 'nothing', ''], []],
  ['kubectl broken', 'x\n:1', ['__complete', 'broken'], []],
]

describe.skipIf(!existsSync('/bin/bash'))('completion in bash', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubottle-bash-'))
  const io = memoryStreams()
  run({ shell: 'bash', io })
  writeFileSync(join(folder, 'script'), io.out())
  writeFileSync(join(folder, 'kubectl'), `#!/bin/sh\nprintf '%s\\n' "$@" > "$HOME/asked"\ncat "$HOME/answer"\n`)
  chmodSync(join(folder, 'kubectl'), 0o755)
  mkdirSync(join(folder, 'files/folder'), { recursive: true })
  for (const name of ['a.yaml', 'b.json', 'c.txt']) writeFileSync(join(folder, 'files', name), '')
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each(CASES.map(c => [c[0], c] as const))('%s', (_, [line, answer, asked, offered]) => {
    writeFileSync(join(folder, 'answer'), `${answer}\n`)
    const env = { HOME: folder, PATH: `${folder}:/usr/bin:/bin`, COMP_LINE: line, COMP_POINT: String(line.length), COMP_TYPE: '9' }
    const printed = execFileSync('/bin/bash', ['-c', `. ../script; __start_kubectl 2>/dev/null; printf '%s\\n' "\${COMPREPLY[@]}"`], { cwd: join(folder, 'files'), env, encoding: 'utf8' })
    expect(readFileSync(join(folder, 'asked'), 'utf8').replaceAll(folder, 'HOME').split('\n').slice(0, -1)).toEqual(asked)
    expect(printed.split('\n').filter(text => text !== '')).toEqual(offered)
  })
})
