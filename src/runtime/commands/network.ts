/** Commands and programs of the network, by name. */
import { httpd } from '../servers/busybox-httpd'
import type { Program } from '../program'
import type { Command } from './command'
import { curl } from './curl'
import { nc, telnet } from './nc'
import { nslookup, ping } from './nslookup'
import { packetRuleCommands } from './packet-rules'
import { wget } from './wget'

const mac = (ip: string): string => ['0a', '58', ...ip.split('.').map(part => Number(part).toString(16).padStart(2, '0'))].join(':')
const gateway = (ip: string): string => ip.replace(/\d+$/, '1')

const ip: Command = io => {
  const { podIP } = io.ctx.facts
  const words = io.args.filter(arg => !arg.startsWith('-'))
  const [object = '', verb = 'show'] = words
  const device = words.includes('dev') ? words[words.indexOf('dev') + 1] : words.find(word => word === 'eth0' || word === 'lo')
  if ('address'.startsWith(object) && object !== '') {
    if (device !== 'eth0') io.out('1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n    inet6 ::1/128 scope host \n       valid_lft forever preferred_lft forever\n')
    if (device !== 'lo') io.out(`2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu 1500 qdisc noqueue \n    link/ether ${mac(podIP)} brd ff:ff:ff:ff:ff:ff\n    inet ${podIP}/24 brd ${podIP.replace(/\d+$/, '255')} scope global eth0\n       valid_lft forever preferred_lft forever\n`)
    return 0
  }
  if ('link'.startsWith(object) && object !== '') {
    io.out(`1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu 1500 qdisc noqueue \n    link/ether ${mac(podIP)} brd ff:ff:ff:ff:ff:ff\n`)
    return 0
  }
  if ('route'.startsWith(object) && object !== '' && verb !== 'add') {
    io.out(`default via ${gateway(podIP)} dev eth0 \n${podIP.replace(/\d+$/, '0')}/24 dev eth0 scope link  src ${podIP} \n`)
    return 0
  }
  if (object !== '' && 'neighbour'.startsWith(object)) return 0
  io.err('BusyBox v1.36.1 (2024-09-26 21:31:42 UTC) multi-call binary.\n\nUsage: ip [OPTIONS] address|route|link|neigh|rule [ARGS]\n')
  return 1
}

const ifconfig: Command = io => {
  const { podIP } = io.ctx.facts
  const only = io.args.find(arg => !arg.startsWith('-'))
  if (only !== undefined && only !== 'eth0' && only !== 'lo') return io.fail(`${only}: error fetching interface information: Device not found`)
  if (only !== 'lo') io.out(`eth0      Link encap:Ethernet  HWaddr ${mac(podIP).toUpperCase()}  \n          inet addr:${podIP}  Bcast:${podIP.replace(/\d+$/, '255')}  Mask:255.255.255.0\n          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1\n          RX packets:15 errors:0 dropped:0 overruns:0 frame:0\n          TX packets:11 errors:0 dropped:0 overruns:0 carrier:0\n          collisions:0 txqueuelen:0 \n          RX bytes:1286 (1.2 KiB)  TX bytes:826 (826.0 B)\n\n`)
  if (only !== 'eth0') io.out('lo        Link encap:Local Loopback  \n          inet addr:127.0.0.1  Mask:255.0.0.0\n          inet6 addr: ::1/128 Scope:Host\n          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n          RX packets:0 errors:0 dropped:0 overruns:0 frame:0\n          TX packets:0 errors:0 dropped:0 overruns:0 carrier:0\n          collisions:0 txqueuelen:1000 \n          RX bytes:0 (0.0 B)  TX bytes:0 (0.0 B)\n\n')
  return 0
}

const netstat: Command = io => {
  const flags = io.args.join('')
  if (flags.includes('r')) {
    const { podIP } = io.ctx.facts
    io.out(`Kernel IP routing table\nDestination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n0.0.0.0         ${gateway(podIP).padEnd(15)} 0.0.0.0         UG        0 0          0 eth0\n`)
    return 0
  }
  const withPids = flags.includes('p')
  const listensOnly = flags.includes('l')
  io.out(`Active Internet connections (${listensOnly ? 'only servers' : flags.includes('a') ? 'servers and established' : 'w/o servers'})\nProto Recv-Q Send-Q Local Address           Foreign Address         State       ${withPids ? 'PID/Program name    ' : ''}\n`)
  if (!listensOnly && !flags.includes('a')) return 0
  const names = new Map(io.ctx.processes.list().map(p => [p.pid, (p.argv[0] ?? '').replace(/^.*\//, '')]))
  for (const { address, port, pid } of io.ctx.sockets.listening()) {
    const six = address === '::'
    const local = `${six ? ':::' : `${address}:`}${port}`
    io.out(`${six ? 'tcp6' : 'tcp '}       0      0 ${local.padEnd(23)} ${(six ? ':::*' : '0.0.0.0:*').padEnd(23)} LISTEN      ${withPids ? `${pid}/${names.get(pid) ?? '-'}` : ''}\n`.replace(/^tcp6/, six ? 'tcp6' : 'tcp'))
  }
  return 0
}

const ss: Command = io => {
  io.out('State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n')
  for (const { address, port } of io.ctx.sockets.listening()) io.out(`LISTEN 0      511          ${`${address}:${port}`.padStart(12)}      0.0.0.0:*          \n`)
  return 0
}

const route: Command = io => {
  const { podIP } = io.ctx.facts
  io.out(`Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n${(io.args.includes('-n') ? '0.0.0.0' : 'default').padEnd(15)} ${gateway(podIP).padEnd(15)} 0.0.0.0         UG    0      0        0 eth0\n${podIP.replace(/\d+$/, '0').padEnd(15)} 0.0.0.0         255.255.255.0   U     0      0        0 eth0\n`)
  return 0
}

export const networkCommands: Readonly<Record<string, Command>> = { ip, ifconfig, netstat, ss, route, ...packetRuleCommands }

export const networkPrograms: Readonly<Record<string, () => Program<never>>> = {
  wget: () => wget() as unknown as Program<never>,
  curl: () => curl() as unknown as Program<never>,
  nc: () => nc() as unknown as Program<never>,
  telnet: () => telnet() as unknown as Program<never>,
  nslookup: () => nslookup() as unknown as Program<never>,
  ping: () => ping() as unknown as Program<never>,
  httpd: () => httpd() as unknown as Program<never>,
}
