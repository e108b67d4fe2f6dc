import { describe, expect, it } from 'vitest'
import type { Machine } from './harness'
import { createCatalogue } from './images/registry'
import { createMachine, NODE } from './harness'
import type { Network } from './network'
import { directNetwork } from './network'

const sh = (text: string): { command: string[] } => ({ command: ['sh', '-c', text] })
const ok = (stdout: string): object => ({ stdout, stderr: '', exitCode: 0 })

describe('lifecycle', () => {
  it('sleeps between two invocations of the CLI', async () => {
    const m = createMachine()
    const id = await m.run(sh('while true; do echo hi; sleep 5; done'))
    expect(m.log(id)).toBe('hi\n')
    m.reopen()
    await m.advance(5001)
    expect(m.log(id)).toBe('hi\nhi\n')
    m.reopen()
    await m.advance(10_000)
    expect(m.log(id)).toBe('hi\n'.repeat(4))
  })

  it('keeps variables, functions, traps and redirections while it sleeps', async () => {
    const m = createMachine()
    const id = await m.run(sh('f() { echo "f $1 $n"; }; trap "echo bye" EXIT; n=1; { sleep 1; n=2; f a; sleep 1; f b; } > /tmp/out; cat /tmp/out'))
    for (let i = 0; i < 3; i++) {
      m.reopen()
      await m.advance(1000)
    }
    expect(m.log(id)).toBe('f a 2\nf b 2\nbye\n')
    expect(m.runtime.status(id)).toMatchObject({ state: 'exited', exitCode: 0, reason: 'Completed' })
  })

  it('sleeps inside a pipeline and a substitution', async () => {
    const m = createMachine()
    const id = await m.run(sh('for i in 1 2; do echo $i; sleep 2; done | while read x; do echo got $x; done; echo "[$(sleep 1; echo late)]"'))
    expect(m.log(id)).toBe('got 1\n')
    m.reopen()
    await m.advance(2100)
    expect(m.log(id)).toBe('got 1\ngot 2\n')
    m.reopen()
    await m.advance(2100)
    m.reopen()
    await m.advance(1100)
    expect(m.log(id)).toBe('got 1\ngot 2\n[late]\n')
  })

  it('reports exit codes', async () => {
    const m = createMachine()
    const id = await m.run(sh('echo about to fail >&2; exit 3'))
    expect(m.runtime.status(id)).toMatchObject({ state: 'exited', exitCode: 3, reason: 'Error' })
    expect(m.storage.logs.read(id)).toMatchObject([{ stream: 'stderr', text: 'about to fail\n' }])
  })

  it('writes an unfinished last line when the program ends', async () => {
    const m = createMachine()
    const id = await m.run(sh("printf 'panic: config missing'; sleep 1; exit 1"))
    expect(m.log(id)).toBe('')
    await m.advance(1100)
    expect(m.log(id)).toBe('panic: config missing')
  })

  it('does not die of TERM as the first process, unless it listens', async () => {
    const m = createMachine()
    const plain = await m.run({ command: ['sleep', '3600'] })
    expect((await m.runtime.signalContainer(plain, 'TERM')).status).toEqual({ state: 'running' })
    expect((await m.runtime.signalContainer(plain, 'KILL')).status).toMatchObject({ exitCode: 137, signal: 9 })
    const trapping = await m.run(sh('trap "echo term; exit 4" TERM; sleep 3600 & wait'))
    m.reopen()
    expect((await m.runtime.signalContainer(trapping, 'TERM')).status).toMatchObject({ exitCode: 4 })
    expect(m.log(trapping)).toBe('term\n')
    const late = await m.run(sh('trap "echo term; exit 4" TERM; sleep 10; echo woke'))
    await m.runtime.signalContainer(late, 'TERM')
    await m.advance(11_000)
    expect(m.log(late)).toBe('term\n')
  })

  it('says why a program cannot be started', async () => {
    const m = createMachine()
    const fail = (command: string[]): Promise<unknown> => m.run({ image: 'alpine:3.20', command }).then(() => 'started', (e: Error) => e.message)
    const head = 'StartError: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: '
    expect(await fail(['bin/bash'])).toBe(`${head}exec: "bin/bash": stat bin/bash: no such file or directory`)
    expect(await fail(['nosuch'])).toBe(`${head}exec: "nosuch": executable file not found in $PATH`)
    expect(await fail(['/etc/passwd'])).toBe(`${head}exec: "/etc/passwd": permission denied`)
    expect(await fail(['/etc'])).toBe(`${head}exec: "/etc": is a directory`)
  })

  it('bounds an endless loop', async () => {
    const m = createMachine()
    const id = await m.run(sh('while true; do :; done'))
    expect(m.runtime.status(id)).toEqual({ state: 'running' })
    expect(m.runtime.usage(id).cpuMillis).toBe(1000)
    expect(m.runtime.nextWakeMs(id)).toBeGreaterThan(m.now())
    expect((await m.runtime.signalContainer(id, 'KILL')).status).toMatchObject({ exitCode: 137 })
  })

  it('computes what takes long', async () => {
    const m = createMachine()
    const id = await m.run(sh('n=0; for i in $(seq 20000); do n=$((n+i)); done; echo $n'))
    await m.advance(60_000)
    expect(m.log(id)).toBe('200010000\n')
  })

  it('skips a loop that only logs', async () => {
    const m = createMachine()
    const id = await m.run(sh('while true; do date +%T; sleep 5; done'))
    await m.advance(11_000)
    const far = m.now() + 365 * 86_400_000
    expect(await m.runtime.fastForward(id, far, 3)).toBe(true)
    const entries = m.storage.logs.read(id)
    expect(entries).toHaveLength(6)
    expect(far - (entries.at(-1)?.timeMs ?? 0)).toBeLessThan(5000)
    expect((entries.at(-1)?.timeMs ?? 0) - (entries.at(-2)?.timeMs ?? 0)).toBeCloseTo(5000, 0)
    expect(entries.at(-1)?.text).toBe(`${new Date(entries.at(-1)?.timeMs ?? 0).toISOString().slice(11, 19)}\n`)
    const writing = await m.run(sh('while true; do echo x >> /tmp/f; sleep 5; done'))
    await m.advance(16_000)
    expect(await m.runtime.fastForward(writing, far, 3)).toBe(false)
  })

  it('kills what uses too much memory', async () => {
    const m = createMachine({ policy: { unknown: 'placeholder' } })
    const id = await m.run({ image: 'redis:7', limits: { memoryBytes: 1 << 20 } })
    expect(m.runtime.status(id)).toMatchObject({ exitCode: 137, reason: 'OOMKilled' })
  })
})

describe('files', () => {
  it('gives every run a layer of its own and shares volumes', async () => {
    const m = createMachine()
    const mounts = [{ mountPath: '/state', volumeId: 'v' }]
    const first = await m.run({ ...sh('if [ -f /state/seen ]; then echo second; fi; touch /state/seen /tmp/own; ls /tmp; exit 1'), mounts })
    const second = await m.run({ ...sh('ls /state; ls /tmp; [ -f /state/seen ] && echo second start, state found'), mounts })
    expect([m.log(first), m.log(second)]).toEqual(['own\n', 'seen\nsecond start, state found\n'])
  })

  it('follows a file that another container writes', async () => {
    const m = createMachine()
    const mounts = [{ mountPath: '/var/log/app', volumeId: 'logs' }]
    await m.run({ ...sh("echo 'log opened' > /var/log/app/app.log"), mounts })
    const shipper = await m.run({ ...sh('tail -n +1 -f /var/log/app/app.log'), mounts })
    const app = await m.run({ ...sh('for i in 1 2 3; do echo order $i >> /var/log/app/app.log; done; sleep 3600'), mounts })
    expect(m.log(shipper)).toBe('log opened\norder 1\norder 2\norder 3\n')
    expect(m.runtime.takeWoken()).toEqual([shipper])
    m.reopen()
    await m.exec(app, ['sh', '-c', 'echo order 4 >> /var/log/app/app.log'])
    expect(m.log(shipper)).toBe('log opened\norder 1\norder 2\norder 3\norder 4\n')
  })

  it('refuses to write to read-only mounts, in each shell\'s words', async () => {
    const m = createMachine()
    const mounts = [{ mountPath: '/paper', volumeId: 'news', readOnly: true }]
    m.storage.files.put('news', '/today.txt', { type: 'file', mode: 0o644, uid: 0, gid: 0, mtimeMs: 0, content: 'story\n' })
    const ash = await m.run({ image: 'alpine:3.20', command: ['sleep', '3600'], mounts })
    const dash = await m.run({ image: 'nginx:1.25', mounts })
    expect(await m.exec(ash, ['sh', '-c', 'echo fake > /paper/today.txt'])).toMatchObject({ stdout: '', stderr: "sh: can't create /paper/today.txt: Read-only file system\n", exitCode: 1 })
    expect(await m.exec(dash, ['sh', '-c', 'echo fake > /paper/today.txt'])).toMatchObject({ stderr: 'sh: 1: cannot create /paper/today.txt: Read-only file system\n', exitCode: 2 })
    expect(await m.exec(dash, ['touch', '/paper/new.html'])).toMatchObject({ stderr: "touch: cannot touch '/paper/new.html': Read-only file system\n", exitCode: 1 })
    expect(await m.exec(dash, ['cat', '/paper/missing'])).toMatchObject({ stderr: 'cat: /paper/missing: No such file or directory\n', exitCode: 1 })
    expect(await m.exec(ash, ['cat', '/paper/missing'])).toMatchObject({ stderr: "cat: can't open '/paper/missing': No such file or directory\n", exitCode: 1 })
    expect(await m.exec(ash, ['ls', '/etc/app'])).toMatchObject({ stderr: 'ls: /etc/app: No such file or directory\n', exitCode: 1 })
    expect(await m.exec(ash, ['cat', '/paper/today.txt'])).toMatchObject(ok('story\n'))
  })

  it('reads projected volumes through their links', async () => {
    const m = createMachine()
    const at = { mode: 0o644, uid: 0, gid: 0, mtimeMs: 0 }
    m.storage.files.put('cm', '/..2026_11_21_07_45_55.1', { ...at, type: 'dir', mode: 0o755 })
    m.storage.files.put('cm', '/..2026_11_21_07_45_55.1/drop', { ...at, type: 'file', mode: 0o440, content: 'debug' })
    m.storage.files.put('cm', '/..data', { ...at, type: 'symlink', mode: 0o777, content: '..2026_11_21_07_45_55.1' })
    m.storage.files.put('cm', '/drop', { ...at, type: 'symlink', mode: 0o777, content: '..data/drop' })
    const id = await m.run({ command: ['sleep', '3600'], mounts: [{ mountPath: '/projected', volumeId: 'cm', readOnly: true }] })
    expect(await m.exec(id, ['cat', '/projected/drop'])).toMatchObject(ok('debug'))
    expect(await m.exec(id, ['ls', '/projected'])).toMatchObject(ok('drop\n'))
    expect(await m.exec(id, ['stat', '-L', '-c', '%a %n', '/projected/drop'])).toMatchObject(ok('440 /projected/drop\n'))
  })

  it('hides what was removed from the image', async () => {
    const m = createMachine()
    const id = await m.run({ image: 'alpine:3.20', command: ['sleep', '3600'] })
    expect(await m.exec(id, ['sh', '-c', 'rm /etc/motd; ls /etc/motd; rm -r /etc/apk; mkdir /etc/apk; ls /etc/apk; echo new > /etc/issue; cat /etc/issue'])).toMatchObject({ stdout: 'new\n', stderr: 'ls: /etc/motd: No such file or directory\n' })
    const other = await m.run({ image: 'alpine:3.20', command: ['ls', '/etc/motd'] })
    expect(m.log(other)).toBe('/etc/motd\n')
  })

  it('gives what was left at the termination message path', async () => {
    const m = createMachine()
    const file = await m.run(sh("echo -n 'disk quota exceeded' > /dev/termination-log; exit 5"))
    const path = await m.run({ ...sh("printf 'processed 12 rows' > /tmp/verdict"), terminationMessagePath: '/tmp/verdict' })
    const none = await m.run({ command: ['true'] })
    expect([file, path, none].map(id => m.runtime.terminationMessage(id))).toEqual(['disk quota exceeded', 'processed 12 rows', ''])
  })

  it('generates hosts, resolv.conf, cgroups and proc', async () => {
    const m = createMachine()
    const id = await m.run({
      command: ['sleep', '3600'], hostname: 'front', fqdn: 'front.reading.default.svc.cluster.local', podIP: '10.245.0.138', limits: { cpuMillis: 200, memoryBytes: 64 << 20 },
      hostAliases: [{ ip: '127.0.0.1', hostnames: ['mirror.library.example', 'mirror'] }],
    })
    expect((await m.exec(id, ['cat', '/etc/hosts'])).stdout).toBe('# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n10.245.0.138\tfront.reading.default.svc.cluster.local\tfront\n\n# Entries added by HostAliases.\n127.0.0.1\tmirror.library.example\tmirror\n')
    expect((await m.exec(id, ['cat', '/etc/resolv.conf'])).stdout).toBe('search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n')
    expect((await m.exec(id, ['cat', '/sys/fs/cgroup/cpu.max', '/sys/fs/cgroup/memory.max'])).stdout).toBe('20000 100000\n67108864\n')
    expect((await m.exec(id, ['sh', '-c', 'hostname; hostname -f; hostname -i; cat /proc/1/cmdline | tr "\\0" " "'])).stdout).toBe('front\nfront.reading.default.svc.cluster.local\n10.245.0.138\nsleep 3600 ')
    expect((await m.exec(id, ['ps'])).stdout).toBe('PID   USER     TIME  COMMAND\n    1 root      0:00 sleep 3600\n   11 root      0:00 ps\n')
  })
})

describe('exec', () => {
  it('takes stdin and gives exit codes', async () => {
    const m = createMachine()
    const id = await m.run({ command: ['sleep', '3600'], env: [{ name: 'AUTHOR', value: 'sam' }] })
    expect(await m.exec(id, ['cat'], { stdin: 'typed on my machine\n' })).toMatchObject(ok('typed on my machine\n'))
    expect(await m.exec(id, ['sh', '-c', 'exit 7'])).toMatchObject({ exitCode: 7 })
    expect(await m.exec(id, ['sh', '-c', 'echo $AUTHOR runs'])).toMatchObject(ok('sam runs\n'))
    expect(await m.exec(id, ['printenv', 'REGION'])).toMatchObject({ stdout: '', stderr: '', exitCode: 1 })
    expect(await m.exec(id, ['bash', '-c', 'echo hi'])).toMatchObject({ stderr: 'OCI runtime exec failed: exec failed: unable to start container process: exec: "bash": executable file not found in $PATH' })
    expect(await m.exec(id, ['sh', '-c', 'sleep 2; echo slept'])).toMatchObject(ok('slept\n'))
  })

  it('knows when its result can change', async () => {
    const m = createMachine()
    const id = await m.run({ command: ['sleep', '3600'] })
    const before = m.runtime.filesVersion(id)
    expect(await m.runtime.execInContainer(id, ['cat', '/tmp/ready'])).toMatchObject({ pure: true, exitCode: 1 })
    expect(await m.runtime.execInContainer(id, ['sh', '-c', '[ -f /tmp/ready ]'])).toMatchObject({ pure: true, exitCode: 1 })
    expect(m.runtime.filesVersion(id)).toBe(before)
    expect(await m.runtime.execInContainer(id, ['touch', '/tmp/ready'])).toMatchObject({ pure: false })
    expect(m.runtime.filesVersion(id)).not.toBe(before)
    expect(await m.runtime.execInContainer(id, ['date'])).toMatchObject({ pure: false })
  })

  it('keeps what a command left in the background', async () => {
    const m = createMachine()
    const id = await m.run({ command: ['sleep', '3600'] })
    expect(await m.exec(id, ['sh', '-c', '(sleep 5; touch /tmp/later) & echo started'])).toMatchObject(ok('started\n'))
    m.reopen()
    await m.advance(6000)
    expect(await m.exec(id, ['ls', '/tmp'])).toMatchObject(ok('later\n'))
  })

  it('talks to a terminal', async () => {
    const m = createMachine()
    const id = await m.run({ command: ['sleep', '3600'] })
    const started = await m.runtime.startExec(id, ['sh'], { tty: true, interactive: true })
    if (started.kind !== 'started') throw new Error(started.message)
    const screen = (): string => Buffer.from(m.runtime.execState(id, started.execId).stdout).toString()
    expect(screen()).toBe('/ # ')
    await m.runtime.writeExec(id, started.execId, Buffer.from('x=5\recho "a$x"\r'))
    expect(screen()).toBe('x=5\r\necho "a$x"\r\n/ # a5\r\n/ # ')
    await m.runtime.writeExec(id, started.execId, Buffer.from('sleep 100\r'))
    await m.runtime.writeExec(id, started.execId, Buffer.from('\x03'))
    await m.runtime.writeExec(id, started.execId, Buffer.from('if true\r'))
    expect(screen()).toContain('> ')
    await m.runtime.writeExec(id, started.execId, Buffer.from('then echo yes; fi\rexit 3\r'))
    const end = m.runtime.execState(id, started.execId)
    expect(Buffer.from(end.stdout).toString()).toContain('yes\r\n')
    expect(end.exitCode).toBe(3)
  })
})

describe('network', () => {
  const names: Record<string, string> = {}
  const cluster = (): Network => ({ ...directNetwork(), resolve: (_f, _s, name, type) => (names[name] === undefined ? { kind: 'answer', code: 'NXDOMAIN', records: [] } : { kind: 'answer', code: 'NOERROR', records: type === 'A' ? [{ name, type, data: names[name] }] : [] }) })
  const machine = (): Machine => createMachine({ network: cluster() })

  it('serves files with busybox httpd', async () => {
    const m = machine()
    const server = await m.run(sh('mkdir /www; echo books of $(hostname) > /www/index.html; exec httpd -f -p 8080 -h /www'))
    const id = await m.run({ command: ['sleep', '3600'] })
    names['shelf.default.svc.cluster.local'] = '10.244.0.2'
    expect(await m.exec(id, ['wget', '-qO-', 'http://shelf:8080'])).toMatchObject(ok('books of pod-1\n'))
    expect(await m.exec(id, ['wget', '-qO-', 'http://shelf:8080/cakes.html'])).toMatchObject({ stderr: 'wget: server returned error: HTTP/1.1 404 Not Found\n', exitCode: 1 })
    expect(await m.exec(id, ['wget', '--spider', 'http://shelf:8080'])).toMatchObject({ stderr: 'Connecting to shelf:8080 (10.244.0.2:8080)\nremote file exists\n', exitCode: 0 })
    expect(await m.exec(id, ['wget', '-qO-', 'http://shelf:81'])).toMatchObject({ stderr: "wget: can't connect to remote host (10.244.0.2): Connection refused\n", exitCode: 1 })
    expect(await m.exec(id, ['wget', '-qO-', 'http://nowhere'])).toMatchObject({ stderr: "wget: bad address 'nowhere'\n", exitCode: 1 })
    expect(await m.exec(server, ['netstat', '-ltn'])).toMatchObject(ok('Active Internet connections (only servers)\nProto Recv-Q Send-Q Local Address           Foreign Address         State       \ntcp        0      0 0.0.0.0:8080            0.0.0.0:*               LISTEN      \n'))
    expect(await m.runtime.httpRequest('node-1', NODE.ip, { ip: '10.244.0.2', port: 8080, path: '/' })).toMatchObject({ kind: 'response', response: { status: 200 } })
    expect(m.runtime.tcpProbe('node-1', NODE.ip, '10.244.0.2', 8080)).toBe('open')
    expect(m.runtime.tcpProbe('node-1', NODE.ip, '10.244.0.2', 9)).toBe('refused')
  })

  it('keeps a loopback listener to its pod', async () => {
    const m = machine()
    const id = await m.run(sh('mkdir /www; echo crew only > /www/index.html; exec httpd -f -p 127.0.0.1:8080 -h /www'))
    const other = await m.run({ command: ['sleep', '3600'] })
    expect(await m.exec(id, ['wget', '-qO-', 'http://127.0.0.1:8080'])).toMatchObject(ok('crew only\n'))
    expect(await m.exec(other, ['wget', '-qO-', 'http://10.244.0.2:8080'])).toMatchObject({ exitCode: 1 })
  })

  it('serves pages with nginx and logs who asked', async () => {
    const m = machine()
    const web = await m.run({ image: 'nginx:1.25' })
    const id = await m.run({ command: ['sleep', '3600'] })
    const page = await m.exec(id, ['wget', '-qO-', 'http://10.244.0.2'])
    expect(page.stdout.match(/nginx/g)?.length).toBe(8)
    expect(page.stdout.split('\n').filter(line => line.includes('nginx'))).toHaveLength(6)
    expect(await m.exec(web, ['curl', '-s', 'localhost'])).toMatchObject({ stdout: page.stdout, exitCode: 0 })
    const lines = m.log(web).split('\n')
    expect(lines[0]).toBe('/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration')
    expect(lines).toContain('2026/11/21 07:45:55 [notice] 1#1: nginx/1.25.5')
    expect(lines.at(-3)).toBe('10.244.0.3 - - [21/Nov/2026:07:45:55 +0000] "GET / HTTP/1.1" 200 615 "-" "Wget" "-"')
    expect(m.runtime.stopSignal(web)).toBe('QUIT')
    expect((await m.runtime.signalContainer(web, 'QUIT')).status).toMatchObject({ exitCode: 0 })
    expect(await m.exec(id, ['wget', '-qO-', 'http://10.244.0.2'])).toMatchObject({ exitCode: 1 })
  })

  it('reads nginx configuration', async () => {
    const m = machine()
    m.storage.files.put('conf', '/default.conf', { type: 'file', mode: 0o644, uid: 0, gid: 0, mtimeMs: 0, content: "server { listen 8080; location / { return 200 'hello $hostname\\n'; } location /api/ { proxy_pass http://10.244.0.2:8080/; } }" })
    await m.run(sh('mkdir /www; echo backend > /www/index.html; exec httpd -f -p 8080 -h /www'))
    const web = await m.run({ image: 'nginx:1.27', mounts: [{ mountPath: '/etc/nginx/conf.d', volumeId: 'conf', readOnly: true }] })
    expect((await m.exec(web, ['curl', '-s', 'localhost:8080/'])).stdout).toBe('hello pod-2\n')
    expect(await m.exec(web, ['curl', '-s', 'localhost:8080/api/index.html'])).toMatchObject(ok('backend\n'))
    m.storage.files.put('bad', '/default.conf', { type: 'file', mode: 0o644, uid: 0, gid: 0, mtimeMs: 0, content: 'server { listen 80;' })
    const bad = await m.run({ image: 'nginx:1.27', mounts: [{ mountPath: '/etc/nginx/conf.d', volumeId: 'bad', readOnly: true }] })
    expect(m.runtime.status(bad)).toMatchObject({ exitCode: 1 })
    expect(m.log(bad)).toContain('[emerg] 1#1: unexpected end of file, expecting "}" in /etc/nginx/conf.d/default.conf:1')
  })

  it('joins a client and a server with nc, across invocations', async () => {
    const m = machine()
    const clerk = await m.run(sh('while true; do echo stamped by the clerk | nc -l -p 7000; done'))
    const van = await m.run({ command: ['sleep', '3600'] })
    m.reopen()
    expect(await m.exec(van, ['sh', '-c', 'nc -w 2 10.244.0.2 7000 </dev/null'])).toMatchObject(ok('stamped by the clerk\n'))
    expect(await m.exec(van, ['sh', '-c', 'echo parcel 1 | nc -w 3 10.244.0.2 7000'])).toMatchObject(ok('stamped by the clerk\n'))
    m.reopen()
    expect(await m.exec(van, ['sh', '-c', 'echo parcel 2 | nc -w 3 10.244.0.2 7000'])).toMatchObject(ok('stamped by the clerk\n'))
    expect(m.log(clerk)).toBe('parcel 1\nparcel 2\n')
    expect(await m.exec(van, ['nc', '-w', '3', 'depto', '7000'])).toMatchObject({ stderr: "nc: bad address 'depto'\n", exitCode: 1 })
    expect(await m.exec(van, ['sh', '-c', 'nc -w 3 $(hostname -i) 7000 </dev/null'])).toMatchObject({ stderr: "nc: can't connect to remote host (10.244.0.3): Connection refused\n", exitCode: 1 })
  })

  it('runs redis', async () => {
    const m = machine()
    const server = await m.run({ image: 'redis:7', args: ['redis-server', '--protected-mode', 'no'] })
    const cli = await m.run({ image: 'redis:7', command: ['sleep', '3600'] })
    const redis = async (...argv: string[]): Promise<string> => (await m.exec(cli, ['redis-cli', '-h', '10.244.0.2', ...argv])).stdout
    expect(await redis('ping')).toBe('PONG\n')
    expect(await redis('set', 'letter:1', 'to Ada')).toBe('OK\n')
    m.reopen()
    expect(await redis('get', 'letter:1')).toBe('to Ada\n')
    expect((await m.exec(cli, ['sh', '-c', 'for i in 1 2 3; do redis-cli -h 10.244.0.2 incr stamps; done'])).stdout).toBe('1\n2\n3\n')
    expect((await m.exec(cli, ['sh', '-c', 'redis-cli -h 10.244.0.2 rpush queue Ada Bob Cy; redis-cli -h 10.244.0.2 lrange queue 0 -1'])).stdout).toBe('3\nAda\nBob\nCy\n')
    expect((await m.exec(server, ['redis-cli', 'dbsize'])).stdout).toBe('3\n')
    expect(await redis('lpop', 'none')).toBe('\n')
    const van = await m.run({ command: ['sleep', '3600'] })
    expect(await m.exec(van, ['sh', '-c', 'printf "PING\\r\\nQUIT\\r\\n" | nc -w 3 10.244.0.2 6379'])).toMatchObject(ok('+PONG\r\n+OK\r\n'))
    expect((await m.runtime.signalContainer(server, 'TERM')).status).toMatchObject({ exitCode: 0 })
  })

  it('looks names up', async () => {
    const m = machine()
    names['catalog.default.svc.cluster.local'] = '10.108.1.172'
    const id = await m.run({ command: ['sleep', '3600'] })
    expect(await m.exec(id, ['nslookup', '-type=a', 'catalog.default.svc.cluster.local'])).toMatchObject(ok('Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\nName:\tcatalog.default.svc.cluster.local\nAddress: 10.108.1.172\n\n'))
    expect(await m.exec(id, ['nslookup', '-type=a', 'nosuch.default.svc.cluster.local'])).toMatchObject({ stdout: "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n** server can't find nosuch.default.svc.cluster.local: NXDOMAIN\n\n", exitCode: 1 })
    const alone = createMachine()
    const waiting = await alone.run(sh('until nslookup -type=a depot >/dev/null 2>&1; do echo no address yet; sleep 1; done'))
    await alone.advance(12_000)
    expect(alone.log(waiting)).toBe('no address yet\n')
  })

  it('gives up when nobody answers', async () => {
    const m = createMachine({ network: { ...directNetwork(), route: () => ({ kind: 'dropped' }) } })
    const id = await m.run({ command: ['sleep', '3600'] })
    const before = m.now()
    expect(await m.exec(id, ['sh', '-c', 'timeout 3 wget -qO- http://10.9.9.9 >/dev/null 2>&1 || echo no answer'])).toMatchObject(ok('no answer\n'))
    expect(m.now() - before).toBeGreaterThan(2900)
    expect(await m.exec(id, ['wget', '-T', '2', '-qO-', 'http://10.9.9.9'])).toMatchObject({ stderr: 'wget: download timed out\n', exitCode: 1 })
    expect(await m.runtime.httpRequest('node-1', NODE.ip, { ip: '10.9.9.9', port: 80, path: '/' })).toEqual({ kind: 'error', error: 'timeout' })
  })
})

describe('what people do', () => {
  it('copies files in and out as kubectl cp does', async () => {
    const m = createMachine()
    const id = await m.run({ command: ['sleep', '3600'] })
    await m.exec(id, ['sh', '-c', 'mkdir -p /data/sub; echo one > /data/sub/a; chmod 600 /data/sub/a'])
    const out = await m.runtime.execInContainer(id, ['tar', 'cf', '-', '/data/sub'])
    if (out.kind !== 'exited') throw new Error(out.kind)
    expect(out.stderr).toBe("tar: removing leading '/' from member names\n")
    expect(await m.exec(id, ['tar', '-xmf', '-', '-C', '/tmp'], { stdin: out.stdout })).toMatchObject({ exitCode: 0 })
    expect(await m.exec(id, ['sh', '-c', 'cat /tmp/data/sub/a; stat -c %a /tmp/data/sub/a'])).toMatchObject(ok('one\n600\n'))
  })

  it('passes ignored signals on, and prints what a shell adds to the environment', async () => {
    const m = createMachine()
    const id = await m.run(sh("trap '' TERM; sleep 5; echo survived"))
    await m.runtime.signalContainer(id, 'TERM')
    await m.advance(6000)
    expect(m.log(id)).toBe('survived\n')
    const env = await m.run({ ...sh('env'), env: [{ name: 'A', value: 'é' }] })
    expect(m.log(env)).toBe('PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nHOSTNAME=pod-2\nA=é\nHOME=/root\nPWD=/\nSHLVL=1\n')
  })

  it('ends a waiting shell with exit in its trap', async () => {
    const m = createMachine()
    const id = await m.run(sh('trap exit TERM; sleep 36000 & wait'))
    expect((await m.runtime.signalContainer(id, 'TERM')).status).toMatchObject({ state: 'exited', exitCode: 143 })
  })

  it('shares processes between containers', async () => {
    const m = createMachine()
    const target = await m.run({ command: ['sleep', '3600'] })
    const shell = await m.run({ command: ['sleep', '100'], processNamespaceId: target })
    const seen = (await m.exec(shell, ['ps'])).stdout
    expect(seen).toContain('    1 root      0:00 sleep 3600\n')
    expect(seen).toContain('sleep 100\n')
  })

  it('answers for images: known, unknown, forbidden, malformed', () => {
    const strict = createCatalogue({ unknown: 'strict' })
    expect(strict.pull('nginx')).toMatchObject({ kind: 'pulled', image: { reference: 'docker.io/library/nginx:latest' } })
    expect(strict.pull('nginx:1.255')).toEqual({ kind: 'failed', reason: 'ErrImagePull', message: 'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:1.255": failed to resolve reference "docker.io/library/nginx:1.255": docker.io/library/nginx:1.255: not found' })
    expect(strict.pull('shop/api:dev')).toMatchObject({ kind: 'failed', message: 'failed to pull and unpack image "docker.io/shop/api:dev": failed to resolve reference "docker.io/shop/api:dev": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed' })
    expect(strict.pull('nginx:1.25:alpine')).toMatchObject({ kind: 'failed', reason: 'InvalidImageName' })
    expect(strict.pull('Shop/API:dev')).toMatchObject({ kind: 'failed', reason: 'InvalidImageName' })
    expect(createCatalogue({ unknown: 'placeholder' }).pull('shop/api:dev')).toMatchObject({ kind: 'pulled', image: { placeholder: true } })
    expect(createCatalogue({ unknown: 'placeholder', available: ['busybox:1.36'] }).pull('nginx')).toMatchObject({ kind: 'failed' })
    const guarded = createCatalogue({ unknown: 'placeholder', privateRepositories: [{ prefix: 'registry.example.com/team', username: 'u', password: 'p' }] })
    expect(guarded.pull('registry.example.com/team/app:1').kind).toBe('failed')
    expect(guarded.pull('registry.example.com/team/app:1', [{ registry: 'https://registry.example.com', username: 'u', password: 'p' }]).kind).toBe('pulled')
  })

  it('runs server images made of packages, when the registry has such', async () => {
    const m = createMachine({ policy: { unknown: 'strict', packaged: true, available: ['nginx:1.25', 'httpd:2.4'] } })
    const id = await m.run({ image: 'nginx:1.25' })
    expect(m.log(id).split('\n').slice(0, 3)).toEqual(['2026/11/21 07:45:55 [notice] 1#1: using the "epoll" event method', '2026/11/21 07:45:55 [notice] 1#1: nginx/1.22.1', '2026/11/21 07:45:55 [notice] 1#1: OS: Linux 6.8.0-generic'])
    const apache = await m.run({ image: 'httpd:2.4' })
    expect(await m.exec(apache, ['curl', '-s', 'localhost'])).toMatchObject(ok('<html><body><h1>It works!</h1></body></html>\n'))
    expect(await m.exec(apache, ['curl', '-s', 'localhost:8080'])).toMatchObject({ stdout: '', stderr: '', exitCode: 7 })
    expect((await m.runtime.signalContainer(apache, 'WINCH')).status).toMatchObject({ exitCode: 0 })
  })

  it('runs a placeholder that listens on its ports', async () => {
    const m = createMachine({ policy: { unknown: 'placeholder' } })
    const id = await m.run({ image: 'shop/api:dev', ports: [{ port: 3000, protocol: 'TCP' }] })
    expect(m.runtime.tcpProbe('node-1', NODE.ip, '10.244.0.2', 3000)).toBe('open')
    expect((await m.runtime.signalContainer(id, 'TERM')).status).toMatchObject({ exitCode: 0 })
  })
})
