/** A cluster with the objects and files that the lines speak of: one for each of two programs. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createRestMapper } from '../../src/cli/rest-mapper'
import { startEndpoint, type Endpoint } from '../conformance/endpoint'
import type { Ran } from '../conformance/programs'
import { FILES, OBJECTS } from './world'

export interface Side extends Endpoint {
  /** Puts back the kubeconfig and the files. */
  tidy(): void
}

export async function startSide(more: readonly object[] = []): Promise<Side> {
  const endpoint = await startEndpoint({ quiet: true })
  const client = endpoint.cluster.clientFor(endpoint.cluster.ownUser(undefined, [], 'test', undefined))
  const mapper = createRestMapper(endpoint.cluster.discovery())
  for (const object of [...OBJECTS, ...more] as readonly { kind: string; apiVersion: string }[]) {
    const slash = object.apiVersion.indexOf('/')
    await client.create(mapper.resourceForKind(slash < 0 ? '' : object.apiVersion.slice(0, slash), object.apiVersion.slice(slash + 1), object.kind) as never, object as never)
  }
  const config = readFileSync(join(endpoint.home, 'config'), 'utf8')
  const tidy = (): void => {
    for (const name of readdirSync(endpoint.home)) if (name !== '.kube') rmSync(join(endpoint.home, name), { recursive: true, force: true })
    writeFileSync(join(endpoint.home, 'config'), config)
    for (const [name, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(endpoint.home, name)), { recursive: true })
      writeFileSync(join(endpoint.home, name), text)
    }
  }
  tidy()
  return { ...endpoint, tidy }
}

/** Times, versions and addresses differ from run to run; what help says are words of our own. */
export function comparable({ code, stdout, stderr }: Ran, { home, url }: Endpoint): object {
  const plain = (text: string): string => text
    .replaceAll(home, 'HOME').replaceAll(url.replace('http://', ''), 'SERVER')
    .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME').replace(/\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} [+-]\d{4}/g, 'TIME')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\b/g, 'UID').replace(/(resourceVersion"?: ?)"?\d+"?/g, '$1N').replace(/(X509SHA256=|pod-template-hash[=:] ?)[0-9a-f]+/g, '$1HASH').replace(/\beyJ[\w.-]+/g, 'TOKEN')
    .replace(/\b\d+(s|ms|m\d*s?)\b/g, 'AGE').replace(/\/tmp\/\S+/g, 'TMP').replace(/\bdebugger-[a-z0-9]{5}\b/g, 'debugger-X').replace(/\bmade-[a-z0-9]{5}\b/g, 'made-X').replace(/\bkube-api-access-[a-z0-9]{5}\b/g, 'kube-api-access-X').replace(/\bnode-debugger-(\S+)-[a-z0-9]{5}\b/g, 'node-debugger-$1-X').replace(/^[EWI]\d{4} [\d:.]+ +\d+ \w+\.go:\d+\] |^\w+\.go:\d+\] /gm, 'LOG ')
    .replace(/(goVersion|gitCommit)(": "|: )[\w.]+/g, '$1$2X')
  const isHelp = /^Usage:$/m.test(stdout) || /^Usage:$/m.test(stderr)
  return isHelp ? { code, help: true } : { code, stdout: plain(stdout), stderr: plain(stderr) }
}
