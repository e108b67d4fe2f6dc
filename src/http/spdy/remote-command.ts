/** `exec` and `attach` over SPDY: a stream each for input, outputs, the terminal's size and the end. upstream: cri-streaming's remotecommand/httpstream.go */
import { plainRefusal, refusalOf, refuse } from '../refuse'
import { Pipe } from '../pipe'
import { endStatus, failureStatus, NOTHING_WANTED, queryOf, sizesOf, statusWords, wantedOf, withoutTranslator } from '../remote-command'
import type { Upgrading } from '../upgrading'
import { negotiated, switchToSpdy } from './accept'
import { SpdyConnection, type SpdyStream } from './connection'

const SPOKEN = ['v4.channel.k8s.io', 'v3.channel.k8s.io', 'v2.channel.k8s.io', 'channel.k8s.io']

export function spdyCommand(upgrading: Upgrading): void {
  const { admitted, request, socket, head } = upgrading
  const wanted = wantedOf(admitted.query)
  if (!wanted.stdin && !wanted.stdout && !wanted.stderr) return refuse(request, socket, plainRefusal(400, NOTHING_WANTED))
  const protocol = negotiated(upgrading, SPOKEN)
  if (protocol === undefined) return
  const gone = new AbortController()
  const [stdin, resize] = [new Pipe(), new Pipe()]
  const streams = new Map<string, SpdyStream>()
  const expected = ['error', ...(['stdin', 'stdout', 'stderr'] as const).filter(name => wanted[name])]
  let spdy: SpdyConnection | undefined
  let allThere = (): void => {}
  const there = new Promise<void>(done => (allThere = done))

  const begun = (): void => {
    const made = new SpdyConnection(switchToSpdy(upgrading, protocol), {
      client: false,
      closed() {
        stdin.end()
        resize.end()
        gone.abort()
        allThere()
      },
      opened(stream) {
        const type = stream.headers['streamtype'] ?? ''
        if (streams.has(type)) return stream.reset()
        streams.set(type, stream)
        if (type === 'stdin') void pour(stream, stdin)
        else if (type === 'resize') void pour(stream, resize)
        if (expected.every(name => streams.has(name))) allThere()
      },
    })
    spdy = made
    if (head.length > 0) made.receive(head)
    socket.on('data', chunk => made.receive(chunk as Buffer))
    socket.on('close', () => made.lost())
  }
  // What is printed before the client has opened its streams waits for them; the order stays.
  const write = (name: string) => (chunk: Uint8Array): void => {
    const stream = streams.get(name)
    if (stream !== undefined) stream.write(chunk)
    else if (expected.includes(name)) void there.then(() => streams.get(name)?.write(chunk))
  }
  const tell = async (status: object): Promise<void> => {
    await there
    const text = protocol === SPOKEN[0] ? JSON.stringify(withoutTranslator(status)) : statusWords(status)
    if (text !== '') streams.get('error')?.write(Buffer.from(text))
    for (const stream of streams.values()) stream.end()
    spdy?.close()
  }
  const work = admitted.connect({
    query: queryOf(admitted.query, wanted),
    ...(wanted.stdin ? { stdin } : {}),
    stdout: write('stdout'),
    stderr: write('stderr'),
    ...(wanted.tty ? { resize: sizesOf(resize) } : {}),
    signal: gone.signal,
    begun,
  })
  void work.then(end => tell(endStatus(end)), error => (spdy === undefined ? refuse(request, socket, refusalOf(error)) : tell(failureStatus(error))))
}

async function pour(stream: SpdyStream, into: Pipe): Promise<void> {
  for await (const chunk of stream.incoming) into.push(chunk)
  into.end()
}
