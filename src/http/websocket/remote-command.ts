/** `exec` and `attach` over WebSockets. upstream: apiserver/pkg/util/proxy/websocket.go, cri-streaming's remotecommand/websocket.go */
import { Flow } from '../byte-link'
import { Pipe } from '../pipe'
import { plainRefusal, refusalOf, refuse } from '../refuse'
import { endStatus, failureStatus, NOTHING_WANTED, queryOf, sizesOf, statusWords, wantedOf, withoutTranslator } from '../remote-command'
import type { Upgrading } from '../upgrading'
import { accept, linkOf, offered, refuseProtocol } from './accept'
import { channelsOf, type Channels } from './channels'

const STDIN = 0
const STDOUT = 1
const STDERR = 2
const ERROR = 3
const RESIZE = 4

const V5 = 'v5.channel.k8s.io'
const OLDER = ['', 'channel.k8s.io', 'base64.channel.k8s.io', 'v4.channel.k8s.io', 'v4.base64.channel.k8s.io']
const MAX_WAITING_BYTES = 4 * 1024 * 1024

/** Whoever offers none means the oldest. */
function chosen(names: readonly string[]): string | undefined {
  if (names.includes(V5)) return V5
  return names.length === 0 ? '' : names.find(name => OLDER.includes(name))
}

export function webSocketCommand(upgrading: Upgrading): void {
  const { admitted, request, socket } = upgrading
  const wanted = wantedOf(admitted.query)
  const protocol = chosen(offered(upgrading))
  if (protocol === undefined) return refuseProtocol(upgrading)
  if (!wanted.stdin && !wanted.stdout && !wanted.stderr) return refuse(request, socket, plainRefusal(400, NOTHING_WANTED))
  const gone = new AbortController()
  socket.once('close', () => gone.abort())
  let flow: Flow | undefined
  let channels: Channels | undefined
  const stdin = new Pipe(bytes => flow?.taken(bytes))
  const resize = new Pipe()

  const begun = (): void => accept(upgrading, protocol, connection => {
    flow = new Flow(linkOf(connection), MAX_WAITING_BYTES)
    channels = channelsOf(connection, { asText: protocol.includes('base64'), closes: protocol === V5 }, {
      receive(channel, data) {
        if (channel === STDIN && wanted.stdin) {
          flow?.add(data.length)
          stdin.push(data)
        } else if (channel === RESIZE) resize.push(data)
      },
      ended: channel => void (channel === STDIN && stdin.end()),
      lost() {
        stdin.end()
        resize.end()
        gone.abort()
      },
    })
    // The client knows by it that the connection is there.
    channels.send(wanted.stdout ? STDOUT : wanted.stderr ? STDERR : ERROR, new Uint8Array())
  })
  const tell = (status: object): void => {
    const text = protocol === V5 || protocol.startsWith('v4') ? JSON.stringify(protocol === V5 ? status : withoutTranslator(status)) : statusWords(status)
    if (text !== '') channels?.send(ERROR, Buffer.from(text))
    channels?.close()
  }
  const work = admitted.connect({
    query: queryOf(admitted.query, wanted),
    ...(wanted.stdin ? { stdin } : {}),
    stdout: chunk => void (wanted.stdout && channels?.send(STDOUT, chunk)),
    stderr: chunk => void (wanted.stderr && channels?.send(STDERR, chunk)),
    ...(wanted.tty ? { resize: sizesOf(resize) } : {}),
    signal: gone.signal,
    begun,
  })
  void work.then(end => tell(endStatus(end)), error => (channels === undefined ? refuse(request, socket, refusalOf(error)) : tell(failureStatus(error))))
}
