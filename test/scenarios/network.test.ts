/** Stories of the network, as a person tells them: policies, releases, hosts behind one address. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { access } from '../../bin/access'
import { main } from '../../commands/main'
import { memoryStreams } from '../../src/cli/streams.testing'

const START = Date.UTC(2026, 0, 5, 9)

/** A cluster of its own; every command a second after the one before. */
class Story {
  readonly folder = mkdtempSync(join(tmpdir(), 'kubottle-network-'))
  private nowMs = START

  async run(argv: readonly string[], stdin = ''): Promise<{ code: number; out: string; err: string }> {
    this.nowMs += 1000
    const io = memoryStreams({ cwd: this.folder, env: { HOME: this.folder, NO_COLOR: '1' }, stdin })
    const code = await main(argv, io, { now: () => this.nowMs }, access)
    return { code, out: io.out(), err: io.err() }
  }
  async init(config = ''): Promise<void> {
    writeFileSync(join(this.folder, 'cluster.yaml'), `seed: network\nnodes: 3\n${config}`)
    expect((await this.run(['kubottle', 'init', '--config', 'cluster.yaml'])).err).toBe('')
  }
  async apply(yaml: string): Promise<void> {
    writeFileSync(join(this.folder, 'objects.yaml'), yaml)
    expect((await this.run(['kubectl', 'apply', '-f', 'objects.yaml'])).err).toBe('')
  }
  async ok(...args: string[]): Promise<string> {
    const { code, out, err } = await this.run(['kubectl', ...args])
    expect(`${code} ${err}`).toBe('0 ')
    return out
  }
  /** What a command in a pod prints, or its complaint. */
  async in(pod: string, ...argv: string[]): Promise<string> {
    const [name = '', space = 'default'] = pod.split('.')
    const { out, err } = await this.run(['kubectl', 'exec', '-n', space, name, '--', ...argv])
    return (out + err.replace(/command terminated with exit code \d+\n/, '')).trim()
  }
  async times(n: number, pod: string, ...argv: string[]): Promise<Record<string, number>> {
    const answers = (await this.in(pod, 'sh', '-c', `i=0; while [ $i -lt ${n} ]; do ${argv.join(' ')}; i=$((i+1)); done`)).split('\n')
    const counts: Record<string, number> = {}
    for (const a of answers) counts[a] = (counts[a] ?? 0) + 1
    return counts
  }
  end(): void {
    rmSync(this.folder, { recursive: true })
  }
}

const shell = (name: string, space = 'default', labels = ''): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: ${space}, labels: {${labels}}}\nspec: {terminationGracePeriodSeconds: 0, containers: [{name: c, image: "curlimages/curl", command: [sleep, infinity]}]}\n---\n`
const echo = (name: string, text: string, replicas: number, labels: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec:\n  replicas: ${replicas}\n  selector: {matchLabels: {${labels}}}\n  template:\n    metadata: {labels: {${labels}}}\n    spec: {containers: [{name: c, image: hashicorp/http-echo, args: ["-text=${text}"], ports: [{name: http, containerPort: 5678}]}]}\n---\n`
const service = (name: string, selector: string, more = ''): string => `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {selector: {${selector}}, ports: [{port: 80, targetPort: 5678}]${more}}\n---\n`
const policy = (name: string, spec: string, space = 'default'): string => `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: ${space}}\nspec: ${spec}\n---\n`

let story: Story

describe('policies', () => {
  beforeAll(async () => {
    story = new Story()
    await story.init()
    await story.ok('create', 'namespace', 'other')
    await story.apply(echo('web', 'hello', 2, 'app: web') + service('web', 'app: web') + shell('friend', 'default', 'role: friend') + shell('stranger') + shell('guest', 'other', 'role: friend'))
  })
  afterAll(() => story.end())
  const reach = (pod: string, name = 'web.default'): Promise<string> => story.in(pod, 'wget', '-qO-', '-T', '3', `http://${name}`)

  it('a namespace alone is no border', async () => {
    expect([await reach('stranger'), await reach('guest.other')]).toEqual(['hello', 'hello'])
  })
  it('deny all, then let one in', async () => {
    await story.apply(policy('deny', '{podSelector: {}, policyTypes: [Ingress]}'))
    expect(await reach('friend')).toBe('wget: download timed out')
    const ip = (await story.ok('get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[0].status.podIP}'))
    expect(await story.in('friend', 'nc', '-zv', '-w', '2', ip, '5678')).toBe('nc: timed out')
    expect(await story.in('friend', 'curl', '-sS', '-m', '2', `http://${ip}:5678`)).toMatch(/^curl: \(28\) Connection timed out after 20\d\d milliseconds$/)
    expect(await story.in('friend', 'ping', '-c', '1', '-W', '1', ip)).toContain('1 packets transmitted, 0 packets received, 100% packet loss')
    await story.apply(policy('allow', '{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {role: friend}}}], ports: [{port: http}]}]}'))
    expect([await reach('friend'), await reach('stranger'), await reach('guest.other')]).toEqual(['hello', 'wget: download timed out', 'wget: download timed out'])
    await story.apply(policy('allow', '{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: other}}, podSelector: {matchLabels: {role: friend}}}]}]}'))
    expect([await reach('friend'), await reach('guest.other')]).toEqual(['wget: download timed out', 'hello'])
    await story.ok('delete', 'networkpolicy', '--all')
    expect(await reach('stranger')).toBe('hello')
  })
  it('what may go out has to name the DNS, too', async () => {
    const toWeb = '{to: [{podSelector: {matchLabels: {app: web}}}]}'
    await story.apply(policy('out', `{podSelector: {matchLabels: {role: friend}}, policyTypes: [Egress], egress: [${toWeb}]}`))
    expect(await reach('friend', 'web')).toBe("wget: bad address 'web'")
    expect(await story.in('friend', 'nslookup', 'web')).toBe(';; connection timed out; no servers could be reached')
    const address = await story.ok('get', 'service', 'web', '-o', 'jsonpath={.spec.clusterIP}')
    expect(await reach('friend', address)).toBe('hello')
    await story.apply(policy('out', `{podSelector: {matchLabels: {role: friend}}, policyTypes: [Egress], egress: [${toWeb}, {to: [{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}], ports: [{port: 53, protocol: UDP}]}]}`))
    expect(await reach('friend', 'web')).toBe('hello')
    expect(await reach('guest.other', 'web.default')).toBe('hello')
  })
  it('probes of the kubelet are never refused', async () => {
    await story.apply(`${policy('deny', '{podSelector: {}}')}apiVersion: v1\nkind: Pod\nmetadata: {name: probed}\nspec: {containers: [{name: c, image: nginx, readinessProbe: {httpGet: {port: 80}, periodSeconds: 1}}]}\n`)
    await story.ok('wait', 'pod/probed', '--for=condition=Ready', '--timeout=30s')
  })
})

describe('names', () => {
  it('are answered while somebody answers', async () => {
    const cluster = new Story()
    try {
      await cluster.init()
      await cluster.apply(shell('c'))
      const ask = (): Promise<string> => cluster.in('c', 'nslookup', 'kubernetes.default.svc.cluster.local')
      expect(await ask()).toContain('Address: 10.96.0.1')
      await cluster.ok('scale', 'deployment', 'coredns', '-n', 'kube-system', '--replicas=0')
      expect(await ask()).toBe(';; connection timed out; no servers could be reached')
      await cluster.ok('scale', 'deployment', 'coredns', '-n', 'kube-system', '--replicas=1')
      expect(await ask()).toContain('Address: 10.96.0.1')
      const ip = await cluster.ok('get', 'pods', '-n', 'kube-system', '-l', 'k8s-app=kube-dns', '-o', 'jsonpath={.items[0].status.podIP}')
      expect(await cluster.in('c', 'nslookup', 'kubernetes.default.svc.cluster.local', ip)).toContain('Address: 10.96.0.1')
    } finally {
      cluster.end()
    }
  })
  it('are what the Corefile makes of them', async () => {
    const cluster = new Story()
    try {
      await cluster.init()
      await cluster.apply(shell('c'))
      writeFileSync(join(cluster.folder, 'coredns.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: coredns, namespace: kube-system}\ndata:\n  Corefile: |\n    .:53 {\n        rewrite name api.example.com kubernetes.default.svc.cluster.local\n        hosts {\n          10.1.2.3 db.example.com\n          fallthrough\n        }\n        kubernetes cluster.local\n    }\n    corp.example:53 {\n        forward . 10.9.9.9\n    }\n')
      expect(await cluster.ok('replace', '-f', 'coredns.yaml')).toBe('configmap/coredns replaced\n')
      expect(await cluster.in('c', 'nslookup', '-type=a', 'db.example.com')).toContain('Name:\tdb.example.com\nAddress: 10.1.2.3')
      expect(await cluster.in('c', 'nslookup', '-type=a', 'api.example.com')).toContain('Name:\tapi.example.com\nAddress: 10.96.0.1')
      expect(await cluster.in('c', 'nslookup', '-type=a', 'x.corp.example')).toContain("** server can't find x.corp.example: SERVFAIL")
    } finally {
      cluster.end()
    }
  })
})

describe('a cluster without an engine for policies, or without other parts', () => {
  it('lets everything through', async () => {
    const bare = new Story()
    try {
      await bare.init('addOns: [dns, kube-proxy]\n')
      await bare.apply(echo('web', 'hello', 1, 'app: web') + service('web', 'app: web', ', type: LoadBalancer') + shell('c') + policy('deny', '{podSelector: {}}') + 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec: {defaultBackend: {service: {name: web, port: {number: 80}}}}\n')
      expect(await bare.in('c', 'wget', '-qO-', '-T', '3', 'http://web')).toBe('hello')
      expect(await bare.ok('get', 'service', 'web')).toContain('<pending>')
      expect(await bare.ok('get', 'ingress', 'i', '-o', 'jsonpath={.status}')).toBe('{"loadBalancer":{}}')
      expect(await bare.in('c', 'curl', '-sS', 'http://172.18.0.2/')).toMatch(/^curl: \(7\) Failed to connect to 172\.18\.0\.2 port 80 after \d+ ms: Couldn't connect to server$/)
    } finally {
      bare.end()
    }
  })
})

describe('releases', () => {
  beforeAll(async () => {
    story = new Story()
    await story.init()
    await story.apply(echo('stable', 'stable', 9, 'app: web, track: stable') + echo('canary', 'canary', 1, 'app: web, track: canary') + service('web', 'app: web') + service('color', 'app: web, track: stable') + service('sticky', 'app: web', ', sessionAffinity: ClientIP') + shell('c'))
  })
  afterAll(() => story.end())

  it('a canary has its share of the requests', async () => {
    const counts = await story.times(200, 'c', 'wget -qO- http://web')
    expect(counts['stable']).toBeGreaterThan(160)
    expect(counts['canary']).toBeGreaterThan(8)
    expect(counts['canary']).toBeLessThan(40)
    await story.ok('scale', 'deployment', 'canary', '--replicas=9')
    expect((await story.times(100, 'c', 'wget -qO- http://web'))['canary']).toBeGreaterThan(30)
  })
  it('a Service turns from blue to green and back at once', async () => {
    expect(await story.times(10, 'c', 'wget -qO- http://color')).toEqual({ stable: 10 })
    await story.ok('patch', 'service', 'color', '-p', '{"spec":{"selector":{"track":"canary"}}}')
    expect(await story.times(10, 'c', 'wget -qO- http://color')).toEqual({ canary: 10 })
    await story.ok('patch', 'service', 'color', '-p', '{"spec":{"selector":{"track":"stable"}}}')
    expect(await story.times(10, 'c', 'wget -qO- http://color')).toEqual({ stable: 10 })
  })
  it('a session stays where it is until it was idle for too long', async () => {
    const last = async (): Promise<string> => (await story.ok('get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[*].status.podIP}')).trim()
    const pods = (await last()).split(' ').length
    expect(pods).toBe(18)
    const first = await story.times(20, 'c', 'wget -qO- http://sticky')
    expect(Object.values(first)).toEqual([20])
    expect(await story.ok('get', 'service', 'sticky', '-o', 'jsonpath={.spec.sessionAffinityConfig.clientIP.timeoutSeconds}')).toBe('10800')
  })
})

describe('ingress', () => {
  beforeAll(async () => {
    story = new Story()
    await story.init()
    const rule = (host: string, name: string, path = '/'): string => `{host: ${host}, http: {paths: [{path: ${path}, pathType: Prefix, backend: {service: {name: ${name}, port: {number: 80}}}}]}}`
    await story.apply(echo('a', 'from a', 1, 'app: a') + service('a', 'app: a') + echo('b', 'from b', 1, 'app: b') + service('b', 'app: b') + shell('c') + `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: shop}\nspec: {ingressClassName: nginx, rules: [${rule('a.example.com', 'a')}, ${rule('b.example.com', 'b', '/shop')}, ${rule('gone.example.com', 'gone')}]}\n`)
  })
  afterAll(() => story.end())

  it('leads two hosts behind one address to two Services', async () => {
    expect(await story.ok('get', 'ingress', 'shop', '--no-headers')).toMatch(/^shop +nginx +a\.example\.com,b\.example\.com,gone\.example\.com +172\.18\.0\.2 +80 /)
    const ask = (host: string, path = '/'): Promise<string> => story.in('c', 'curl', '-s', '-w', '%{http_code}', '-H', `Host: ${host}`, `http://172.18.0.2${path}`)
    expect(await ask('a.example.com')).toBe('from a\n200')
    expect(await ask('b.example.com', '/shop/cart')).toBe('from b\n200')
    expect(await ask('b.example.com', '/other')).toBe('<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n404')
    expect(await ask('gone.example.com')).toContain('503 Service Temporarily Unavailable')
    await story.ok('scale', 'deployment', 'a', '--replicas=0')
    expect(await ask('a.example.com')).toContain('503 Service Temporarily Unavailable')
  })
  it('keeps policies: the controller has to be let in', async () => {
    const ask = (): Promise<string> => story.in('c', 'wget', '-qO-', '--header', 'Host: b.example.com', 'http://172.18.0.2/shop')
    await story.apply(policy('deny', '{podSelector: {}}'))
    expect(await ask()).toBe('wget: server returned error: HTTP/1.1 504 Gateway Time-out')
    await story.apply(policy('in', '{podSelector: {matchLabels: {app: b}}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress-nginx}}}]}]}'))
    expect(await ask()).toBe('from b')
  })
})

describe('ways to a Service', () => {
  beforeAll(async () => {
    story = new Story()
    await story.init()
    await story.apply(echo('web', 'hello', 1, 'app: web') + service('np', 'app: web', ', type: NodePort') + service('lb', 'app: web', ', type: LoadBalancer') + service('near', 'app: web', ', internalTrafficPolicy: Local') + shell('c')
      + 'apiVersion: v1\nkind: Service\nmetadata: {name: hand}\nspec: {ports: [{port: 80}]}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: alias}\nspec: {type: ExternalName, externalName: np.default.svc.cluster.local}\n')
    expect((await story.run(['kubectl', 'patch', 'service', 'near', '-p', '{"spec":{"externalIPs":["198.51.100.7"]}}'])).code).toBe(0)
  })
  afterAll(() => story.end())
  const reach = (url: string): Promise<string> => story.in('c', 'wget', '-qO-', '-T', '2', url)

  it('lead to its pods', async () => {
    const port = await story.ok('get', 'service', 'np', '-o', 'jsonpath={.spec.ports[0].nodePort}')
    expect([await reach(`http://172.18.0.2:${port}`), await reach(`http://172.18.0.4:${port}`)]).toEqual(['hello', 'hello'])
    const address = await story.ok('get', 'service', 'lb', '-o', 'jsonpath={.status.loadBalancer.ingress[0].ip}')
    expect(address).toBe('172.18.255.200')
    expect([await reach(`http://${address}`), await reach('http://198.51.100.7'), await reach('http://alias')]).toEqual(['hello', 'hello', 'hello'])
    const near = (await story.ok('get', 'pods', '-o', 'jsonpath={.items[*].spec.nodeName}')).trim().split(' ')
    expect(await reach('http://near')).toBe(near[0] === near[1] ? 'hello' : 'wget: download timed out')
  })
  it('and nowhere else', async () => {
    expect([await reach('http://8.8.8.8'), await reach('http://example.com')]).toEqual(['wget: download timed out', "wget: bad address 'example.com'"])
    expect(await story.in('c', 'ping', '-c', '1', '-W', '1', '8.8.8.8')).toContain('100% packet loss')
    // The address of a pod that is gone.
    const ip = await story.ok('get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[0].status.podIP}')
    await story.ok('rollout', 'restart', 'deployment', 'web')
    await story.ok('rollout', 'status', 'deployment', 'web')
    expect(await reach(`http://${ip}:5678`)).toBe(`wget: can't connect to remote host (${ip}): No route to host`)
  })
  it('by Endpoints made by hand', async () => {
    const ip = await story.ok('get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[0].status.podIP}')
    expect(await reach('http://hand')).toMatch(/Connection refused$/)
    writeFileSync(join(story.folder, 'hand.yaml'), `apiVersion: v1\nkind: Endpoints\nmetadata: {name: hand}\nsubsets: [{addresses: [{ip: ${ip}}], ports: [{port: 5678}]}]\n`)
    expect((await story.run(['kubectl', 'apply', '-f', 'hand.yaml'])).out).toBe('endpoints/hand created\n')
    expect(await reach('http://hand')).toBe('hello')
  })
})
