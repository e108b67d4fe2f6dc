/** Root file systems: what a person finds when looking around in a container. */
import { APPLETS } from '../commands/registry'
import type { ReadOnlyTree, TreeSource } from '../files/tree'
import { buildTree } from '../files/tree'
import { executable } from '../kernel/executables'

export type Base = 'busybox' | 'alpine' | 'debian' | 'scratch'

/** When the files of an image were made; images are older than any cluster. */
const BUILT_MS = Date.UTC(2024, 8, 26, 21, 31, 42)

export const bin = (program: string): { mode: number; content: string } => ({ mode: 0o755, content: executable(program) })

const COMMON: TreeSource = { '/proc/': '', '/sys/': '', '/dev/': '', '/tmp/': { mode: 0o1777 }, '/root/': { mode: 0o700 }, '/home/': '', '/var/': '', '/usr/': '', '/etc/': '' }

const NOT_IN_BUSYBOX = new Set(['curl', 'ss'])

function busybox(): TreeSource {
  const out: Record<string, TreeSource[string]> = {}
  for (const applet of [...APPLETS, 'busybox']) if (!NOT_IN_BUSYBOX.has(applet)) out[`/bin/${applet}`] = bin('busybox')
  return {
    ...out,
    '/usr/bin/env': '->../../bin/env', '/usr/sbin/': '', '/lib/ld-linux-x86-64.so.2': { mode: 0o755 }, '/lib64': '->lib', '/var/spool/mail/': '', '/var/www/': '',
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\nbin:x:2:2:bin:/bin:/bin/false\nsys:x:3:3:sys:/dev:/bin/false\nsync:x:4:100:sync:/bin:/bin/sync\nmail:x:8:8:mail:/var/spool/mail:/bin/false\nwww-data:x:33:33:www-data:/var/www:/bin/false\noperator:x:37:37:Operator:/var:/bin/false\nnobody:x:65534:65534:nobody:/home:/bin/false\n',
    '/etc/group': 'root:x:0:\ndaemon:x:1:\nbin:x:2:\nsys:x:3:\nadm:x:4:\ntty:x:5:\ndisk:x:6:\nlp:x:7:\nmail:x:8:\nkmem:x:9:\nwheel:x:10:root\ncdrom:x:11:\ndialout:x:18:\nfloppy:x:19:\nvideo:x:28:\naudio:x:29:\ntape:x:32:\nwww-data:x:33:\noperator:x:37:\nutmp:x:43:\nplugdev:x:46:\nstaff:x:50:\nlock:x:54:\nnetdev:x:82:\nusers:x:100:\nnobody:x:65534:\n',
    '/etc/shadow': { mode: 0o600, content: 'root:*:10933:0:99999:7:::\n' }, '/etc/localtime': { content: '' }, '/etc/network/': '', '/etc/nsswitch.conf': 'hosts: files dns\n',
  }
}

/** Directories of alpine's applets that are not /bin. */
const USR_BIN = new Set(['awk', 'basename', 'cut', 'dirname', 'du', 'env', 'expr', 'find', 'fold', 'free', 'head', 'id', 'killall', 'md5sum', 'mkfifo', 'nc', 'nl', 'nohup', 'nproc', 'nslookup', 'paste', 'pgrep', 'pkill', 'printf', 'readlink', 'realpath', 'seq', 'sha1sum', 'sha256sum', 'sha512sum', 'sort', 'sum', 'tac', 'tail', 'tee', 'test', '[', '[[', 'timeout', 'top', 'tr', 'tty', 'uniq', 'uptime', 'wc', 'wget', 'which', 'whoami', 'xargs', 'yes', 'time', 'watch', 'rev', 'truncate', 'setsid', 'logname', 'groups', 'clear', 'reset'])
const SBIN = new Set(['ifconfig', 'ip', 'route', 'sysctl', 'arp'])
const NOT_IN_ALPINE = new Set(['curl', 'ss', 'httpd', 'telnet'])

function alpine(): TreeSource {
  const out: Record<string, TreeSource[string]> = { '/bin/busybox': bin('busybox') }
  for (const applet of APPLETS) {
    if (NOT_IN_ALPINE.has(applet)) continue
    out[`/${USR_BIN.has(applet) ? 'usr/bin' : SBIN.has(applet) ? 'sbin' : 'bin'}/${applet}`] = '->/bin/busybox'
  }
  return {
    ...out,
    '/sbin/apk': bin('apk'), '/lib/ld-musl-x86_64.so.1': { mode: 0o755 }, '/media/': '', '/mnt/': '', '/opt/': '', '/run/': '', '/srv/': '', '/var/log/': '', '/var/cache/': '', '/usr/sbin/': '', '/usr/local/': '', '/usr/share/': '',
    '/etc/os-release': 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.20.3\nPRETTY_NAME="Alpine Linux v3.20"\nHOME_URL="https://alpinelinux.org/"\nBUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"\n',
    '/etc/alpine-release': '3.20.3\n', '/etc/issue': 'Welcome to Alpine Linux 3.20\nKernel \\r on an \\m (\\l)\n\n', '/etc/apk/repositories': 'https://dl-cdn.alpinelinux.org/alpine/v3.20/main\nhttps://dl-cdn.alpinelinux.org/alpine/v3.20/community\n', '/etc/shells': '/bin/sh\n/bin/ash\n', '/etc/motd': 'Welcome to Alpine!\n\n',
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nbin:x:1:1:bin:/bin:/sbin/nologin\ndaemon:x:2:2:daemon:/sbin:/sbin/nologin\nlp:x:4:7:lp:/var/spool/lpd:/sbin/nologin\nsync:x:5:0:sync:/sbin:/bin/sync\nshutdown:x:6:0:shutdown:/sbin:/sbin/shutdown\nhalt:x:7:0:halt:/sbin:/sbin/halt\nmail:x:8:12:mail:/var/mail:/sbin/nologin\nnews:x:9:13:news:/usr/lib/news:/sbin/nologin\ncron:x:16:16:cron:/var/spool/cron:/sbin/nologin\nftp:x:21:21::/var/lib/ftp:/sbin/nologin\nsshd:x:22:22:sshd:/dev/null:/sbin/nologin\ngames:x:35:35:games:/usr/games:/sbin/nologin\nntp:x:123:123:NTP:/var/empty:/sbin/nologin\nguest:x:405:100:guest:/dev/null:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n',
    '/etc/group': 'root:x:0:root\nbin:x:1:root,bin,daemon\ndaemon:x:2:root,bin,daemon\nsys:x:3:root,bin\nadm:x:4:root,daemon\ntty:x:5:\ndisk:x:6:root\nlp:x:7:lp\nkmem:x:9:\nwheel:x:10:root\nfloppy:x:11:root\nmail:x:12:mail\nnews:x:13:news\ncron:x:16:cron\naudio:x:18:\ncdrom:x:19:\ndialout:x:20:root\nftp:x:21:\nsshd:x:22:\ninput:x:23:\ntape:x:26:root\nvideo:x:27:root\nnetdev:x:28:\nkvm:x:34:kvm\ngames:x:35:\nshadow:x:42:\nwww-data:x:82:\nusers:x:100:games\nntp:x:123:\nabuild:x:300:\nutmp:x:406:\nping:x:999:\nnogroup:x:65533:\nnobody:x:65534:\n',
  }
}

/** What Debian's slim images lack: procps, iproute2, iputils, netcat and their kin. */
const NOT_IN_DEBIAN = new Set(['ps', 'top', 'free', 'uptime', 'kill', 'pgrep', 'pkill', 'killall', 'pidof', 'ip', 'ifconfig', 'netstat', 'ss', 'route', 'nc', 'nslookup', 'ping', 'telnet', 'wget', 'curl', 'httpd', 'sh', 'ash', 'watch', 'sysctl', '[[', 'time', 'reset'])

function debian(): TreeSource {
  const out: Record<string, TreeSource[string]> = {}
  for (const name of APPLETS) if (!NOT_IN_DEBIAN.has(name)) out[`/usr/bin/${name}`] = bin(`gnu:${name}`)
  return {
    '/bin': '->usr/bin', '/sbin': '->usr/sbin', '/lib': '->usr/lib', '/lib64': '->usr/lib64',
    ...out,
    '/usr/bin/bash': bin('sh-bash'), '/usr/bin/dash': bin('sh-dash'), '/usr/bin/sh': '->dash', '/usr/bin/apt-get': bin('apt'), '/usr/bin/apt': bin('apt'), '/usr/bin/dpkg': bin('apt'), '/usr/sbin/': '', '/usr/lib/': '', '/usr/lib64/': '', '/usr/local/bin/': '', '/usr/local/sbin/': '', '/usr/share/': '',
    '/boot/': '', '/media/': '', '/mnt/': '', '/opt/': '', '/run/': '', '/srv/': '', '/var/log/': '', '/var/cache/': '', '/var/lib/': '', '/var/run': '->/run', '/var/tmp/': { mode: 0o1777 },
    '/etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION="12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\nHOME_URL="https://www.debian.org/"\nSUPPORT_URL="https://www.debian.org/support"\nBUG_REPORT_URL="https://bugs.debian.org/"\n',
    '/etc/debian_version': '12.7\n', '/etc/issue': 'Debian GNU/Linux 12 \\n \\l\n\n', '/etc/nsswitch.conf': 'passwd:         files\ngroup:          files\nhosts:          files dns\n', '/etc/shells': '/bin/sh\n/usr/bin/sh\n/bin/bash\n/usr/bin/bash\n/bin/dash\n/usr/bin/dash\n',
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nbin:x:2:2:bin:/bin:/usr/sbin/nologin\nsys:x:3:3:sys:/dev:/usr/sbin/nologin\nsync:x:4:65534:sync:/bin:/bin/sync\ngames:x:5:60:games:/usr/games:/usr/sbin/nologin\nman:x:6:12:man:/var/cache/man:/usr/sbin/nologin\nlp:x:7:7:lp:/var/spool/lpd:/usr/sbin/nologin\nmail:x:8:8:mail:/var/mail:/usr/sbin/nologin\nnews:x:9:9:news:/var/spool/news:/usr/sbin/nologin\nuucp:x:10:10:uucp:/var/spool/uucp:/usr/sbin/nologin\nproxy:x:13:13:proxy:/bin:/usr/sbin/nologin\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\nbackup:x:34:34:backup:/var/backups:/usr/sbin/nologin\nlist:x:38:38:Mailing List Manager:/var/list:/usr/sbin/nologin\nirc:x:39:39:ircd:/run/ircd:/usr/sbin/nologin\n_apt:x:42:65534::/nonexistent:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
    '/etc/group': 'root:x:0:\ndaemon:x:1:\nbin:x:2:\nsys:x:3:\nadm:x:4:\ntty:x:5:\ndisk:x:6:\nlp:x:7:\nmail:x:8:\nnews:x:9:\nuucp:x:10:\nman:x:12:\nproxy:x:13:\nkmem:x:15:\nwww-data:x:33:\nbackup:x:34:\noperator:x:37:\nlist:x:38:\nirc:x:39:\nsrc:x:40:\nshadow:x:42:\nutmp:x:43:\nstaff:x:50:\ngames:x:60:\nusers:x:100:\nnogroup:x:65534:\n',
  }
}

const trees = new Map<string, ReadOnlyTree>()

/** Trees are built when first looked into, and shared. */
export function rootFileSystem(key: string, base: Base, extra: () => TreeSource): ReadOnlyTree {
  const make = (): ReadOnlyTree => {
    let tree = trees.get(key)
    if (tree === undefined) {
      const below = base === 'busybox' ? busybox() : base === 'alpine' ? alpine() : base === 'debian' ? debian() : {}
      tree = buildTree(base === 'scratch' ? [{ '/etc/': '', '/proc/': '', '/sys/': '', '/dev/': '' }, extra()] : [COMMON, below, extra()], BUILT_MS)
      trees.set(key, tree)
    }
    return tree
  }
  return { stat: path => make().stat(path), read: path => make().read(path), list: path => make().list(path) }
}


