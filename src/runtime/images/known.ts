/** The catalogue as data: repositories, their tags, and what a container of them starts with. */
import type { TreeSource } from '../files/tree'
import type { Base } from './rootfs'
import { bin } from './rootfs'
import { apacheFiles, nginxFiles, redisFiles } from './server-files'

export interface KnownImage {
  readonly base: Base
  readonly tags: readonly string[]
  readonly sizeBytes: number
  readonly entrypoint?: readonly string[]
  readonly cmd?: readonly string[]
  readonly env?: readonly (readonly [string, string])[]
  readonly workingDir?: string
  readonly user?: string
  readonly ports?: readonly number[]
  readonly stopSignal?: string
  /** Files beside the base's, by tag. `packaged`: see ImagePolicy. */
  readonly files?: (tag: string, packaged: boolean) => TreeSource
  /** The packaged form is started without an entrypoint script. */
  readonly packagedEntrypoint?: readonly string[]
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const path = ['PATH', PATH] as const

/** A database or the like: it prints a line or two, listens on its port, and ends on TERM. */
const service = (base: Base, tags: readonly string[], sizeBytes: number, command: string, port: number, env: readonly (readonly [string, string])[] = [], entrypoint = 'docker-entrypoint.sh'): KnownImage => ({
  base, tags, sizeBytes, entrypoint: [entrypoint], cmd: [command], ports: [port], env: [path, ...env],
  files: () => ({ [`/usr/local/bin/${entrypoint}`]: bin('entrypoint'), [`/usr/local/bin/${command}`]: bin(`service:${command}`) }),
})

const language = (tags: readonly string[], sizeBytes: number, command: string, env: readonly (readonly [string, string])[], entrypoint: readonly string[] = []): KnownImage => ({
  base: 'debian', tags, sizeBytes, entrypoint, cmd: [command], env: [path, ...env], files: () => ({ [`/usr/local/bin/${command}`]: bin('repl') }),
})

/** A part of Kubernetes itself: it is there, and its work is done elsewhere. */
const part = (tag: string, sizeBytes: number, command: string, entrypoint = true): KnownImage => ({ base: 'scratch', tags: [tag], sizeBytes, ...(entrypoint ? { entrypoint: [command] } : {}), env: [path], files: () => ({ [command]: bin('component') }) })

/** A web server in an image of its own, which tells who answered. */
const demo = (name: string, tags: readonly string[], sizeBytes: number, port: number): KnownImage => ({ base: 'scratch', tags, sizeBytes, entrypoint: [`/${name}`], ports: [port], env: [path], files: () => ({ [`/${name}`]: bin(`demo:${name}`) }) })

const serveHostname = demo('serve-hostname', ['latest', '1.1', '1.2', '1.3', '1.4', 'v1.1', 'v1.4'], 6_000_000, 9376)
const agnhost: KnownImage = { ...demo('agnhost', ['latest', '2.21', '2.32', '2.36', '2.39', '2.40', '2.45', '2.47', '2.53'], 53_000_000, 8080), base: 'alpine', cmd: ['pause'] }

export const KNOWN: Readonly<Record<string, KnownImage>> = {
  'docker.io/library/busybox': { base: 'busybox', tags: ['latest', '1.36', '1.36.1', '1.37', '1.37.0', '1.35', '1.34', '1.28', 'stable', 'glibc', 'musl', 'uclibc', '1', '1.36.1-glibc'], sizeBytes: 2_167_176, cmd: ['sh'], env: [path] },
  'docker.io/library/alpine': { base: 'alpine', tags: ['latest', '3', '3.16', '3.17', '3.18', '3.19', '3.20', '3.20.3', '3.21', '3.22', 'edge'], sizeBytes: 3_623_807, cmd: ['/bin/sh'], env: [path] },
  'docker.io/library/nginx': {
    base: 'debian', tags: ['latest', '1', '1.7.9', '1.14', '1.14.1', '1.14.2', '1.15', '1.16', '1.16.0', '1.16.1', '1.17', '1.18', '1.19', '1.20', '1.21', '1.21.6', '1.22', '1.23', '1.23.4', '1.24', '1.25', '1.25.1', '1.25.2', '1.25.3', '1.25.4', '1.25.5', '1.26', '1.27', '1.27.0', '1.27.1', '1.27.2', '1.27.3', '1.27.4', '1.28', '1.29', 'stable', 'mainline', 'alpine', '1.25-alpine', '1.27-alpine', 'stable-alpine', '1.7.1', '1.8', '1.9', '1.9.1', '1.10', '1.11', '1.12', '1.13'],
    sizeBytes: 72_080_558, entrypoint: ['/docker-entrypoint.sh'], packagedEntrypoint: [], cmd: ['nginx', '-g', 'daemon off;'], ports: [80], stopSignal: 'SIGQUIT', env: [path, ['NGINX_VERSION', '']], files: nginxFiles,
  },
  'docker.io/library/httpd': { base: 'debian', tags: ['latest', '2', '2.4', '2.4.58', '2.4.59', '2.4.61', '2.4.62', 'alpine', '2.4-alpine'], sizeBytes: 58_741_000, cmd: ['httpd-foreground'], ports: [80], stopSignal: 'SIGWINCH', workingDir: '/usr/local/apache2', env: [['PATH', `/usr/local/apache2/bin:${PATH}`], ['HTTPD_PREFIX', '/usr/local/apache2'], ['HTTPD_VERSION', '2.4.62']], files: apacheFiles },
  'docker.io/library/redis': { base: 'debian', tags: ['latest', '5', '6', '6.0', '6.2', '7', '7.0', '7.2', '7.4', '7.4.1', '8', '8.0', 'alpine', '6-alpine', '7-alpine', '7.2-alpine'], sizeBytes: 45_006_722, entrypoint: ['docker-entrypoint.sh'], cmd: ['redis-server'], ports: [6379], workingDir: '/data', env: [path, ['REDIS_VERSION', '7.4.1']], files: redisFiles },
  'registry.k8s.io/pause': { base: 'scratch', tags: ['latest', '3.1', '3.2', '3.5', '3.6', '3.7', '3.8', '3.9', '3.10', '3.10.1'], sizeBytes: 320_368, entrypoint: ['/pause'], user: '65535:65535', env: [path], files: () => ({ '/pause': bin('pause') }) },
  'k8s.gcr.io/pause': { base: 'scratch', tags: ['3.1', '3.2', '3.5', '3.6', '3.7'], sizeBytes: 301_000, entrypoint: ['/pause'], env: [path], files: () => ({ '/pause': bin('pause') }) },
  'docker.io/hashicorp/http-echo': demo('http-echo', ['latest', '0.2.3', '1.0', '1.0.0', 'alpine'], 4_500_000, 5678),
  'gcr.io/google-samples/hello-app': demo('hello-app', ['1.0', '2.0'], 13_700_000, 8080),
  'us-docker.pkg.dev/google-samples/containers/gke/hello-app': demo('hello-app', ['1.0', '2.0'], 13_700_000, 8080),
  'docker.io/luksa/kubia': { ...demo('kubia', ['latest', 'v1', 'v2', 'v4'], 260_000_000, 8080), base: 'debian', files: () => ({ '/kubia': bin('demo:kubia'), '/usr/bin/curl': bin('gnu:curl') }) },
  'docker.io/traefik/whoami': demo('whoami', ['latest', 'v1.8', 'v1.10', 'v1.11'], 2_800_000, 80),
  'docker.io/jmalloc/echo-server': demo('echo-server', ['latest', '0.3.7'], 6_400_000, 8080),
  'docker.io/kicbase/echo-server': demo('echo-server', ['1.0'], 2_100_000, 8080),
  'docker.io/nginxdemos/hello': demo('nginx-hello', ['latest', 'plain-text', '0.3', '0.4'], 17_000_000, 80),
  'registry.k8s.io/e2e-test-images/agnhost': agnhost,
  'registry.k8s.io/serve_hostname': serveHostname,
  'k8s.gcr.io/serve_hostname': serveHostname,
  'docker.io/mirrorgooglecontainers/serve_hostname': serveHostname,
  'docker.io/library/debian': { base: 'debian', tags: ['latest', '11', '12', '12-slim', 'bookworm', 'bookworm-slim', 'bullseye', 'bullseye-slim', 'stable', 'stable-slim'], sizeBytes: 49_560_000, cmd: ['bash'], env: [path] },
  'docker.io/library/ubuntu': { base: 'debian', tags: ['latest', '18.04', '20.04', '22.04', '24.04', 'jammy', 'noble', 'focal'], sizeBytes: 29_536_000, cmd: ['/bin/bash'], env: [path], files: () => ({ '/etc/os-release': 'PRETTY_NAME="Ubuntu 24.04.1 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nVERSION="24.04.1 LTS (Noble Numbat)"\nVERSION_CODENAME=noble\nID=ubuntu\nID_LIKE=debian\nHOME_URL="https://www.ubuntu.com/"\n' }) },
  'docker.io/library/mysql': service('debian', ['latest', '5.6', '5.7', '8', '8.0', '8.4', '9', '9.0', 'lts'], 170_000_000, 'mysqld', 3306, [['MYSQL_MAJOR', '8.4']]),
  'docker.io/library/mariadb': service('debian', ['latest', '10', '10.6', '10.11', '11', '11.4'], 120_000_000, 'mariadbd', 3306),
  'docker.io/library/postgres': service('debian', ['latest', '12', '13', '14', '15', '16', '17', 'alpine', '15-alpine', '16-alpine', '9.4', '9.6'], 150_000_000, 'postgres', 5432, [['PG_MAJOR', '17'], ['PGDATA', '/var/lib/postgresql/data']]),
  'docker.io/library/mongo': service('debian', ['latest', '3', '3.4', '3.6', '4', '4.4', '5', '5.0', '6', '6.0', '7', '7.0', '8'], 280_000_000, 'mongod', 27017, [['MONGO_MAJOR', '8.0']]),
  'docker.io/library/memcached': service('debian', ['latest', '1', '1.6', 'alpine'], 33_000_000, 'memcached', 11211),
  'docker.io/library/rabbitmq': service('debian', ['latest', '3', '3.12', '3.13', '3-management', '4', 'management'], 110_000_000, 'rabbitmq-server', 5672),
  'docker.io/library/python': language(['latest', '3', '3.9', '3.10', '3.11', '3.12', '3.13', '3-slim', '3.11-slim', '3.12-slim', 'slim', 'alpine', '3.12-alpine'], 365_000_000, 'python3', [['LANG', 'C.UTF-8'], ['PYTHON_VERSION', '3.13.0']]),
  'docker.io/library/node': language(['latest', '16', '18', '20', '22', '23', 'lts', 'alpine', '18-alpine', '20-alpine', '22-alpine', 'slim', '20-slim'], 390_000_000, 'node', [['NODE_VERSION', '22.11.0']], []),
  'docker.io/library/perl': language(['latest', '5', '5.34', '5.34.0', '5.40'], 330_000_000, 'perl', []),
  'docker.io/library/golang': language(['latest', '1', '1.21', '1.22', '1.23', 'alpine'], 300_000_000, 'go', [['GOPATH', '/go']]),
  'docker.io/library/bash': { base: 'alpine', tags: ['latest', '5', '5.2'], sizeBytes: 6_000_000, cmd: ['bash'], env: [path], files: () => ({ '/usr/local/bin/bash': bin('sh-bash') }) },
  'docker.io/curlimages/curl': { base: 'alpine', tags: ['latest', '8.10.1', '8.11.0', '8.5.0'], sizeBytes: 9_500_000, entrypoint: ['/entrypoint.sh'], cmd: ['curl'], user: 'curl_user', env: [path], files: () => ({ '/usr/bin/curl': bin('gnu:curl'), '/entrypoint.sh': bin('entrypoint'), '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\ncurl_user:x:100:101:Linux User,,,:/home/curl_user:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n' }) },
  'docker.io/nicolaka/netshoot': { base: 'alpine', tags: ['latest', 'v0.11', 'v0.12', 'v0.13'], sizeBytes: 180_000_000, cmd: ['zsh'], env: [path], files: () => ({ '/usr/bin/curl': bin('gnu:curl'), '/usr/sbin/iptables-save': bin('gnu:iptables-save'), '/usr/sbin/ipvsadm': bin('gnu:ipvsadm'), '/usr/sbin/nft': bin('gnu:nft'), '/bin/zsh': bin('sh-bash'), '/bin/bash': bin('sh-bash') }) },
  'registry.k8s.io/etcd': part('3.6.8-0', 23_712_000, '/usr/local/bin/etcd', false),
  'registry.k8s.io/kube-apiserver': part('v1.36.3', 27_690_000, '/usr/local/bin/kube-apiserver', false),
  'registry.k8s.io/kube-controller-manager': part('v1.36.3', 23_160_000, '/usr/local/bin/kube-controller-manager', false),
  'registry.k8s.io/kube-scheduler': part('v1.36.3', 17_230_000, '/usr/local/bin/kube-scheduler', false),
  'registry.k8s.io/kube-proxy': { ...part('v1.36.3', 25_790_000, '/usr/local/bin/kube-proxy', false), files: () => ({ '/usr/local/bin/kube-proxy': bin('kube-proxy'), '/usr/sbin/iptables-save': bin('gnu:iptables-save'), '/usr/sbin/nft': bin('gnu:nft') }) },
  'registry.k8s.io/coredns/coredns': part('v1.14.2', 23_560_000, '/coredns'),
}
