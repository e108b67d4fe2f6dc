/** Servers of which only the outside is simulated: pause, databases, unknown images. And the entrypoint scripts of images. */
import { formatDate } from '../commands/date'
import { exit } from '../commands/streams'
import type { ProcessContext, Program, Step } from '../program'
import type { ServerState } from './http-server'
import { serve } from './http-server'

const sleeping: Step = { kind: 'wait', on: [{ until: 'signal' }] }

export const pause: Program<{ ending?: boolean }> = {
  start: () => ({}),
  step(state, ctx): Step {
    if (!state.ending) return sleeping
    ctx.write(2, 'Shutting down, got signal: Terminated\n')
    return exit(0)
  },
  signal(state, _ctx, name) {
    if (name !== 'TERM' && name !== 'INT') return 'ignored'
    state.ending = true
    return 'handled'
  },
}

/** A part of Kubernetes: it says that it is there, in the form of klog, and waits to be ended. */
export const component: Program<{ ending?: boolean }> = {
  start(ctx) {
    const name = (ctx.argv[0] ?? '').replace(/^.*\//, '')
    const stamp = formatDate('%m%d %H:%M:%S', ctx.now())
    if (name === 'coredns') ctx.write(1, '.:53\n[INFO] plugin/reload: Running configuration SHA512 = 1b226df79860026c6a52e67daa10d7f0d57ec5b023288ec00c5e05f93523c894564e15b91770d3a07ae1cfbe861d15b37d4a0027e69c546ab112970993a3b03b\nCoreDNS-1.14.2\nlinux/amd64\n')
    else if (name === 'etcd') ctx.write(2, `{"level":"info","ts":"${iso(ctx)}","caller":"etcdmain/etcd.go:64","msg":"Running: ","args":${JSON.stringify(ctx.argv)}}\n`)
    else ctx.write(2, `I${stamp}.000000       ${ctx.pid} server.go:150] "Version info" version="v1.36.3"\n`)
    return {}
  },
  step: (state): Step => (state.ending === true ? exit(0) : sleeping),
  signal(state, _ctx, name) {
    if (name !== 'TERM' && name !== 'INT') return 'ignored'
    state.ending = true
    return 'handled'
  },
  usage: () => ({ cpuMillis: 5, memoryBytes: 30 * 1024 * 1024 }),
}

/** `docker-entrypoint.sh mysqld`: becomes what it is given; options alone are for the image's server. */
export const entrypoint: Program<null> = {
  start: () => null,
  step(_state, ctx): Step {
    const argv = ctx.argv.slice(1)
    const first = argv[0] ?? ''
    const server = ctx.facts.image.replace(/^.*\//, '').replace(/[:@].*/, '')
    if (server === 'redis' && (first.startsWith('-') || first.endsWith('.conf'))) return { kind: 'become', argv: ['redis-server', ...argv], env: ctx.env }
    if (server === 'curl' && (first.startsWith('-') || first.includes('://'))) return { kind: 'become', argv: ['curl', ...argv], env: ctx.env }
    return argv.length === 0 ? exit(0) : { kind: 'become', argv, env: ctx.env }
  },
}

interface ServiceState extends ServerState {
  failed?: number
  ending?: boolean
}

interface ServiceText {
  readonly port: number
  readonly memoryBytes: number
  starting(ctx: ProcessContext): string
  ending(ctx: ProcessContext): string
  /** What is said when the settings that the image insists on are missing. */
  refusal?(ctx: ProcessContext): string | undefined
}

const iso = (ctx: ProcessContext): string => formatDate('%Y-%m-%dT%H:%M:%S.000000Z', ctx.now())
const missingPassword = (ctx: ProcessContext, names: readonly string[], text: string): string | undefined => (names.some(name => ctx.env[name] !== undefined) ? undefined : text)

const SERVICES: Readonly<Record<string, ServiceText>> = {
  mysqld: {
    port: 3306, memoryBytes: 380_000_000,
    starting: ctx => `${formatDate('%Y-%m-%d %H:%M:%S+00:00', ctx.now())} [Note] [Entrypoint]: Entrypoint script for MySQL Server started.\n${iso(ctx)} 0 [System] [MY-010116] [Server] /usr/sbin/mysqld starting as process 1\n${iso(ctx)} 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server - GPL.\n`,
    ending: ctx => `${iso(ctx)} 0 [System] [MY-013172] [Server] Received SHUTDOWN from user <via user signal>. Shutting down mysqld.\n${iso(ctx)} 0 [System] [MY-010910] [Server] /usr/sbin/mysqld: Shutdown complete.\n`,
    refusal: ctx => missingPassword(ctx, ['MYSQL_ROOT_PASSWORD', 'MYSQL_ALLOW_EMPTY_PASSWORD', 'MYSQL_RANDOM_ROOT_PASSWORD', 'MYSQL_ROOT_PASSWORD_FILE'], `${formatDate('%Y-%m-%d %H:%M:%S+00:00', ctx.now())} [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n    You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD\n`),
  },
  mariadbd: {
    port: 3306, memoryBytes: 90_000_000,
    starting: ctx => `${formatDate('%Y-%m-%d %H:%M:%S', ctx.now())} 0 [Note] mariadbd: ready for connections.\n`,
    ending: ctx => `${formatDate('%Y-%m-%d %H:%M:%S', ctx.now())} 0 [Note] mariadbd: Shutdown complete\n`,
    refusal: ctx => missingPassword(ctx, ['MARIADB_ROOT_PASSWORD', 'MYSQL_ROOT_PASSWORD', 'MARIADB_ALLOW_EMPTY_ROOT_PASSWORD', 'MARIADB_RANDOM_ROOT_PASSWORD'], '[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n\tYou need to specify one of MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD\n'),
  },
  postgres: {
    port: 5432, memoryBytes: 40_000_000,
    starting: ctx => {
      const at = formatDate('%Y-%m-%d %H:%M:%S.000 UTC', ctx.now())
      return `\nPostgreSQL init process complete; ready for start up.\n\n${at} [1] LOG:  starting PostgreSQL on x86_64-pc-linux-gnu\n${at} [1] LOG:  listening on IPv4 address "0.0.0.0", port 5432\n${at} [1] LOG:  listening on IPv6 address "::", port 5432\n${at} [1] LOG:  database system is ready to accept connections\n`
    },
    ending: ctx => `${formatDate('%Y-%m-%d %H:%M:%S.000 UTC', ctx.now())} [1] LOG:  received smart shutdown request\n${formatDate('%Y-%m-%d %H:%M:%S.000 UTC', ctx.now())} [1] LOG:  database system is shut down\n`,
    refusal: ctx => missingPassword(ctx, ['POSTGRES_PASSWORD', 'POSTGRES_PASSWORD_FILE', 'POSTGRES_HOST_AUTH_METHOD'], 'Error: Database is uninitialized and superuser password is not specified.\n       You must specify POSTGRES_PASSWORD to a non-empty value for the\n       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".\n\n       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all\n       connections without a password. This is *not* recommended.\n\n       See PostgreSQL documentation about "trust":\n       https://www.postgresql.org/docs/current/auth-trust.html\n'),
  },
  mongod: {
    port: 27017, memoryBytes: 170_000_000,
    starting: ctx => `{"t":{"$date":"${formatDate('%Y-%m-%dT%H:%M:%S.000+00:00', ctx.now())}"},"s":"I",  "c":"CONTROL",  "id":4615611, "ctx":"initandlisten","msg":"MongoDB starting","attr":{"pid":1,"port":27017,"dbPath":"/data/db","architecture":"64-bit","host":"${ctx.facts.hostname}"}}\n{"t":{"$date":"${formatDate('%Y-%m-%dT%H:%M:%S.000+00:00', ctx.now())}"},"s":"I",  "c":"NETWORK",  "id":23016,   "ctx":"listener","msg":"Waiting for connections","attr":{"port":27017,"ssl":"off"}}\n`,
    ending: ctx => `{"t":{"$date":"${formatDate('%Y-%m-%dT%H:%M:%S.000+00:00', ctx.now())}"},"s":"I",  "c":"CONTROL",  "id":20565,   "ctx":"SignalHandler","msg":"Now exiting"}\n`,
  },
  memcached: { port: 11211, memoryBytes: 3_000_000, starting: () => '', ending: () => 'Signal handled: Terminated.\n' },
  'rabbitmq-server': { port: 5672, memoryBytes: 130_000_000, starting: () => '  Starting broker... completed with 0 plugins.\n', ending: () => '' },
}

function listening(ports: readonly number[], memoryBytes: number, starting: (ctx: ProcessContext) => string, ending: (ctx: ProcessContext) => string, refusal?: (ctx: ProcessContext) => string | undefined): Program<ServiceState> {
  return {
    start(ctx) {
      const state: ServiceState = { listeners: [], connections: [] }
      const refused = refusal?.(ctx)
      if (refused !== undefined) {
        ctx.write(2, refused)
        return { ...state, failed: 1 }
      }
      for (const port of ports) {
        const fd = ctx.sockets.listen('0.0.0.0', port)
        if (fd === undefined) return { ...state, failed: 1 }
        state.listeners.push(fd)
      }
      ctx.write(2, starting(ctx))
      return state
    },
    step(state, ctx): Step {
      if (state.failed !== undefined) return exit(state.failed)
      if (state.ending) {
        ctx.write(2, ending(ctx))
        return exit(0)
      }
      if (state.listeners.length === 0) return sleeping
      const ok = { status: 200, reason: 'OK', headers: [['Content-Type', 'text/plain'], ['Content-Length', '3']] as const, body: 'ok\n' }
      return serve(state, ctx, () => ok, () => ok)
    },
    signal(state, _ctx, name) {
      if (name !== 'TERM' && name !== 'INT' && name !== 'QUIT') return 'ignored'
      state.ending = true
      return 'handled'
    },
    usage: () => ({ cpuMillis: 1, memoryBytes }),
  }
}

export function service(name: string): Program<ServiceState> {
  const text = SERVICES[name] as ServiceText
  return listening([text.port], text.memoryBytes, text.starting, text.ending, text.refusal)
}

/** An image that nobody knows: it listens on the ports that its container declares, and ends when asked to. */
export const placeholder: Program<ServiceState> = {
  ...listening([], 5_000_000, () => '', () => ''),
  start(ctx) {
    const state: ServiceState = { listeners: [], connections: [] }
    for (const port of ctx.facts.ports) {
      const fd = ctx.sockets.listen('0.0.0.0', port)
      if (fd !== undefined) state.listeners.push(fd)
    }
    return state
  },
}

/** An interpreter (python, node …) without a terminal: it takes no program that we could run, and ends. */
export const repl: Program<null> = {
  start: () => null,
  step(_state, ctx): Step {
    if (ctx.argv.length <= 1) {
      const data = ctx.read(0)
      return data === undefined ? exit(0) : data === '' ? { kind: 'wait', on: [{ until: 'readable', fd: 0 }] } : { kind: 'again' }
    }
    if (ctx.argv.some(arg => arg === '--version' || arg === '-V' || arg === '-v')) return exit(0)
    return sleeping
  },
}

/** Package managers: there is no network to fetch from. */
export const packages: Program<null> = {
  start: () => null,
  step(_state, ctx): Step {
    const name = (ctx.argv[0] ?? '').replace(/^.*\//, '')
    if (name === 'apk') {
      ctx.write(1, 'fetch https://dl-cdn.alpinelinux.org/alpine/v3.20/main/x86_64/APKINDEX.tar.gz\n')
      ctx.write(2, 'WARNING: fetching https://dl-cdn.alpinelinux.org/alpine/v3.20/main: network error (check Internet connection and firewall)\n')
      return exit(1)
    }
    ctx.write(2, "E: Could not connect to deb.debian.org:80. - connect (110: Connection timed out)\n")
    return exit(100)
  },
}
