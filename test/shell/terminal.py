"""A program on a pseudo-terminal: sends keys and waits for what is printed, never for time. A request as JSON on stdin, what was printed at each step as JSON on stdout."""
import fcntl, json, os, pty, re, select, struct, sys, termios, time

MARKS = {'\x1b[?2004h': '\u00ab', '\x1b[?2004l': '\u00bb'}
AGAIN = 5
request = json.load(sys.stdin)

pid, fd = pty.fork()
if pid == 0:
    os.chdir(request['cwd'])
    os.execve(request['argv'][0], request['argv'], request['env'])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', 30, request['columns'], 0, 0))

raw = b''
ended = False

def printed():
    """Line editing begins with a left mark and ends with a right one; other control sequences are left out."""
    text = raw.decode('utf8', 'replace')
    for sequence, mark in MARKS.items():
        text = text.replace(sequence, mark)
    return re.sub(r'\x1b\[[0-9;?]*[A-Za-z]|\r', '', text)

def more(patience):
    global raw, ended
    ready, _, _ = select.select([fd], [], [], patience)
    if not ready:
        return
    try:
        data = os.read(fd, 65536)
    except OSError:
        data = b''
    ended = data == b''
    raw += data

at = 0
answer = {'steps': []}
for keys, pattern in request['steps']:
    if keys == 'RESIZE':
        fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', 30, int(pattern), 0, 0))
        continue
    os.write(fd, keys.encode())
    until = time.monotonic() + request['patience']
    again = time.monotonic() + AGAIN
    while True:
        # A shell that is just about to start a program hears nothing: people press it again, too.
        if keys == '\x03' and time.monotonic() > again:
            os.write(fd, b'\x03')
            again += AGAIN
        found = re.compile(pattern, re.S).search(printed(), at)
        if found:
            answer['steps'].append(printed()[at:found.end()])
            at = found.end()
            break
        if ended or time.monotonic() > until:
            answer['failed'] = {'keys': keys, 'pattern': pattern, 'printed': printed()[at:][-2000:]}
            break
        more(0.2)
    if 'failed' in answer:
        break
if 'failed' not in answer and request['ends']:
    until = time.monotonic() + request['patience']
    while not ended and time.monotonic() < until:
        more(0.2)
    answer['ended'] = ended
if not ended:
    os.kill(pid, 9)
_, status = os.waitpid(pid, 0)
answer['code'] = os.waitstatus_to_exitcode(status)
answer['rest'] = printed()[at:]
json.dump(answer, sys.stdout)
