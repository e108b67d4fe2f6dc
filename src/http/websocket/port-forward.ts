/** `port-forward` over WebSockets: SPDY tunnelled through one, or two channels a port. upstream: apiserver/pkg/util/proxy/streamtunnel.go, cri-streaming's portforward/websocket.go */
import { Flow } from '../byte-link'
import { Pipe } from '../pipe'
import { plainRefusal, refuse } from '../refuse'
import { forwardOverSpdy, PORT_FORWARD } from '../spdy/port-forward'
import type { Upgrading } from '../upgrading'
import { accept, messageBytes, linkOf, offered, refuseProtocol } from './accept'
import { channelsOf } from './channels'

const TUNNEL = `SPDY/3.1+${PORT_FORWARD}`
const CHANNELS = ['', 'v4.channel.k8s.io', 'v4.base64.channel.k8s.io']
const MAX_WAITING_BYTES = 4 * 1024 * 1024

export function webSocketForward(upgrading: Upgrading): void {
  const names = offered(upgrading)
  if (names.includes(TUNNEL)) return tunnel(upgrading)
  const protocol = names.length === 0 ? '' : names.find(name => CHANNELS.includes(name))
  if (protocol === undefined) return refuseProtocol(upgrading)
  const { admitted, request, socket } = upgrading
  const texts = admitted.query.getAll('ports').flatMap(text => text.split(','))
  if (texts.length === 0) return refuse(request, socket, plainRefusal(400, 'query parameter "port" is required'))
  const wrong = texts.find(text => !/^\d+$/.test(text) || Number(text) === 0 || Number(text) > 65_535)
  if (wrong !== undefined) return refuse(request, socket, plainRefusal(400, wrong === '' ? 'query parameter "port" cannot be empty' : `unable to parse "${wrong}" as a port`))
  forwardPorts(upgrading, protocol, texts.map(Number))
}

function tunnel(upgrading: Upgrading): void {
  accept(upgrading, TUNNEL, connection => {
    const spdy = forwardOverSpdy(linkOf(connection), upgrading.admitted)
    connection.on('message', message => spdy.receive(messageBytes(message)))
    connection.on('close', () => spdy.lost())
  })
}

/** Channel 2i carries the i-th port's bytes, channel 2i + 1 what goes wrong; each begins with the port's number. */
function forwardPorts(upgrading: Upgrading, protocol: string, ports: readonly number[]): void {
  const { admitted } = upgrading
  accept(upgrading, protocol, connection => {
    const gone = new AbortController()
    const flow = new Flow(linkOf(connection), MAX_WAITING_BYTES)
    const pipes = ports.map(() => new Pipe(flow.taken))
    const channels = channelsOf(connection, { asText: protocol.includes('base64'), closes: false }, {
      receive(channel, data) {
        const pipe = channel % 2 === 0 ? pipes[channel / 2] : undefined
        if (pipe === undefined) return
        flow.add(data.length)
        pipe.push(data)
      },
      ended: () => {},
      lost() {
        for (const pipe of pipes) pipe.end()
        gone.abort()
      },
    })
    ports.forEach((port, i) => {
      const number = Buffer.alloc(2)
      number.writeUInt16LE(port)
      channels.send(2 * i, number)
      channels.send(2 * i + 1, number)
    })
    const forwarded = ports.map((port, i) => admitted
      .connect({ query: { ports: String(port) }, stdin: pipes[i] as Pipe, stdout: chunk => channels.send(2 * i, chunk), signal: gone.signal })
      .catch((error: Error) => channels.send(2 * i + 1, Buffer.from(error.message))))
    void Promise.all(forwarded).then(() => channels.close())
  })
}
