/** The programs of server images, by the name that their executables carry. */
import type { Program } from '../program'
import { apache } from './apache'
import { demo } from './demo'
import { kubeProxy } from './kube-proxy'
import { nginx, nginxEntrypoint } from './nginx'
import { component, entrypoint, packages, pause, placeholder, repl, service } from './plain'
import { redisCli, redisServer } from './redis'

const FIXED: Readonly<Record<string, unknown>> = {
  pause, component, 'kube-proxy': kubeProxy, entrypoint, placeholder, repl, apk: packages, apt: packages, apache, 'nginx-entrypoint': nginxEntrypoint, 'redis-server': redisServer, 'redis-cli': redisCli,
}

export function serverProgram(name: string): Program | undefined {
  if (Object.hasOwn(FIXED, name)) return FIXED[name] as Program
  if (name.startsWith('nginx:')) return nginx(name.slice(6)) as unknown as Program
  if (name.startsWith('demo:')) return demo(name.slice(5)) as unknown as Program
  if (name.startsWith('service:')) return service(name.slice(8)) as unknown as Program
  return undefined
}
