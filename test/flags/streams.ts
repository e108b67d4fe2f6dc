/** Commands that speak to containers and ports: attach, exec, cp, debug, port-forward, proxy. */
import type { Effects, FlagTable } from './case'
import { shows } from './case'
import { LATER, SOON } from './recurring'

/** No pod comes. */
const EMPTY = { before: ['create deployment empty --image=nginx --replicas=0'] }

const debugCopy = (flag: string, path: string, seen: string, without: string): Effects[string] =>
  shows(`debug pair --copy-to=twin --image=busybox:1.36 ${flag} --attach=false`, seen, { then: [`get pod twin -o jsonpath=${path}`], without })

export const STREAMS: FlagTable = {
  attach: {
    container: shows('attach listening -i [[-c second]]', /typed/, { before: ['apply -f listening.yaml', 'wait pod/listening --for=condition=Ready'], stdin: 'typed\n', interruptMs: 900, without: /./ }),
    'detach-keys': shows('attach echoing -it [[--detach-keys=~]]', /^(?![^]*two)[^]*one/, { before: ['run echoing --image=busybox:1.36 -it --attach=false --restart=Never --command -- cat', 'wait pod/echoing --for=condition=Ready'], stdin: 'one~two\n', terminal: true, interruptMs: 900, without: /one~two/ }),
    'pod-running-timeout': shows('attach deployment/empty [[--pod-running-timeout=30m]]', LATER, { ...EMPTY, then: ['get pod solo --no-headers'], without: SOON, fails: 'no pod comes' }),
    quiet: shows('attach solo [[-q]]', /^(?!All commands)/, { interruptMs: 500, without: /All commands and output/ }),
    stdin: shows('attach echoing [[-i]]', /typed/, { before: ['run echoing --image=busybox:1.36 -i --attach=false --restart=Never --command -- cat', 'wait pod/echoing --for=condition=Ready'], stdin: 'typed\n', interruptMs: 900, without: /./ }),
    tty: shows('attach solo -i [[-t]]', /Unable to use a TTY - container main did not allocate one/, { interruptMs: 500, without: /./ }),
  },
  exec: {
    container: shows('exec pair [[-c second]] -- cat /tmp/mark', 'here\n', { before: ["exec pair -c second -- sh -c 'echo here > /tmp/mark'"], without: /No such file[^]*exit 1/ }),
    filename: shows('exec [[-f solo.yaml]] -- echo hi', 'hi\n', { without: /^error: pod, type\/name or --filename must be specified\nexit 1/ }),
    'pod-running-timeout': shows('exec deployment/empty [[--pod-running-timeout=30m]] -- true', LATER, { ...EMPTY, then: ['get pod solo --no-headers'], without: SOON, fails: 'no pod comes' }),
    quiet: shows('exec pod/unnamed [[-q]] -- true', '', { before: ['apply -f unnamed.yaml', 'wait pod/unnamed --for=condition=Ready'], without: /Defaulted container "first" out of: first, second/ }),
    stdin: shows('exec solo [[-i]] -- cat', 'typed\n', { stdin: 'typed\n' }),
    tty: shows('exec solo -i [[-t]] -- true', /Unable to use a TTY - input is not a terminal or the right kind of file/),
  },
  cp: {
    retries: shows('cp solo:/etc/hosts copied [[--retries=2]] -v=6', /solo\/exec\?\S*command=sh&command=-c&command=tar\+cf\+-\+%2Fetc%2Fhosts\+%7C\+tail\+-c%2B0&/, { without: /solo\/exec\?\S*command=tar&command=cf/ }),
    'no-preserve': shows('cp note.txt solo:/tmp/note [[--no-preserve]] -v=6', /solo\/exec\?\S*command=tar&command=--no-same-permissions&command=--no-same-owner&command=-xmf/, { without: /solo\/exec\?\S*command=tar&command=-xmf/ }),
    container: shows('cp note.txt pair:/tmp/note [[-c second]]', 'a note\n', { then: ['exec pair -c second -- cat /tmp/note'], without: /exit 1\n$/ }),
  },
  debug: {
    'arguments-only': shows('debug solo --image=busybox:1.36 --attach=false [[--arguments-only]] -c d -- sleep 1', '["sleep","1"]', { then: ['get pod solo -o jsonpath={.spec.ephemeralContainers[0].args}'], without: '' }),
    attach: shows('debug solo --image=busybox:1.36 -c d -i [[--attach=false]] -- sleep 1', '', { stdin: '', interruptMs: 900, without: /./ }),
    container: shows('debug solo --image=busybox:1.36 --attach=false [[-c chosen]] -- true', 'chosen', { then: ['get pod solo -o jsonpath={.spec.ephemeralContainers[0].name}'] }),
    'copy-to': shows('debug solo --image=busybox:1.36 --attach=false [[--copy-to=twin]] -- sleep 1000', 'pod/twin\n', { then: ['get pod twin -o name --ignore-not-found'], without: '' }),
    custom: shows('debug solo --image=busybox:1.36 --attach=false -c d [[--custom=container.json]] -- true', 'EXTRA', { then: ['get pod solo -o jsonpath={.spec.ephemeralContainers[0].env[0].name}'], without: '' }),
    env: shows('debug solo --image=busybox:1.36 --attach=false -c d [[--env=A=b]] -- true', 'A', { then: ['get pod solo -o jsonpath={.spec.ephemeralContainers[0].env[0].name}'], without: '' }),
    filename: shows('debug [[-f solo.yaml]] --image=busybox:1.36 --attach=false -c d -- true', 'd', { then: ['get pod solo -o jsonpath={.spec.ephemeralContainers[0].name}'], without: /NAME or filename is required for debug\nexit 1/ }),
    image: shows('debug solo [[--image=alpine:3.20]] --attach=false -c d -- true', 'alpine:3.20', { then: ['get pod solo -o jsonpath={.spec.ephemeralContainers[0].image}'], without: /^error: you must specify --image when not using --copy-to\.\nexit 1/ }),
    'image-pull-policy': shows('debug solo --image=busybox:1.36 --attach=false -c d [[--image-pull-policy=Always]] -- true', 'Always', { then: ['get pod solo -o jsonpath={.spec.ephemeralContainers[0].imagePullPolicy}'] }),
    'keep-annotations': debugCopy('[[--keep-annotations]]', '{.metadata.annotations.note}', 'pair', ''),
    'keep-init-containers': debugCopy('[[--keep-init-containers=false]]', '{.spec.initContainers[*].name}', '', 'prepare'),
    'keep-labels': debugCopy('[[--keep-labels]]', '{.metadata.labels.app}', 'pair', ''),
    'keep-liveness': debugCopy('[[--keep-liveness]]', '{.spec.containers[0].livenessProbe.exec.command}', '["true"]', ''),
    'keep-readiness': debugCopy('[[--keep-readiness]]', '{.spec.containers[0].readinessProbe.exec.command}', '["true"]', ''),
    'keep-startup': debugCopy('[[--keep-startup]]', '{.spec.containers[0].startupProbe.exec.command}', '["true"]', ''),
    profile: shows('debug solo --image=busybox:1.36 --attach=false -c d [[--profile=netadmin]] -- true', /NET_ADMIN/, { then: ['get pod solo -o jsonpath={.spec.ephemeralContainers[0].securityContext}'] }),
    quiet: shows('debug solo --image=busybox:1.36 --attach=false [[-q]] -- true', '', { without: /Defaulting debug container name to debugger-/ }),
    replace: shows('debug solo --image=busybox:1.36 --attach=false --copy-to=twin [[--replace]] -- sleep 1000', /^(?!pod\/solo)/, { then: ['get pod solo -o name --ignore-not-found'] }),
    'same-node': shows('debug solo --image=busybox:1.36 --attach=false --copy-to=twin [[--same-node]] -- sleep 1000', /^node-\d$/, { before: ['cordon node-1', 'cordon node-2'], then: ['get pod twin -o jsonpath={.spec.nodeName}'], without: '' }),
    'set-image': shows('debug solo --attach=false --copy-to=twin [[--set-image=main=alpine:3.20]] --container=main -- sleep 1000', 'alpine:3.20', { then: ['get pod twin -o jsonpath={.spec.containers[0].image}'], without: 'busybox:1.36' }),
    'share-processes': debugCopy('[[--share-processes=false]]', '{.spec.shareProcessNamespace}', 'false', 'true'),
    stdin: shows('debug solo --image=busybox:1.36 -c d --attach=false [[-i]] -- cat', 'true', { then: ['get pod solo -o jsonpath={.spec.ephemeralContainers[0].stdin}'], without: '' }),
    target: shows('debug solo --image=busybox:1.36 --attach=false -c d [[--target=main]] -- true', 'main', { then: ['get pod solo -o jsonpath={.spec.ephemeralContainers[0].targetContainerName}'], without: '' }),
    tty: shows('debug solo --image=busybox:1.36 -c d --attach=false -i [[-t]] -- cat', 'true', { then: ['get pod solo -o jsonpath={.spec.ephemeralContainers[0].tty}'], without: '' }),
  },
  'port-forward': {
    address: shows('port-forward pod/solo :80 [[--address=127.0.0.1]]', /^(?![^]*\[::1\])[^]*Forwarding from 127\.0\.0\.1:\d+ -> 80/, { interruptMs: 400, without: /exit 130|\[::1\]/ }),
    'pod-running-timeout': shows('port-forward deployment/empty :80 [[--pod-running-timeout=30m]]', LATER, { ...EMPTY, then: ['get pod solo --no-headers'], without: SOON, fails: 'no pod comes' }),
  },
  proxy: {
    'accept-hosts': shows('proxy --port=0 [[--accept-hosts=^elsewhere$]]', /^403 Forbidden/m, { ask: 'GET /version', without: /^200 \{/m }),
    'accept-paths': shows('proxy --port=0 [[--accept-paths=^/apis]]', /^403 Forbidden/m, { ask: 'GET /version', without: /^200 \{/m }),
    address: shows('proxy --port=0 [[--address=127.0.0.2]]', /^Starting to serve on 127\.0\.0\.2:/, { ask: 'GET /version', without: /^Starting to serve on 127\.0\.0\.1:/ }),
    'api-prefix': shows('proxy --port=0 [[--api-prefix=/below]]', /^404 404 page not found/m, { ask: 'GET /version', without: /^200 \{/m }),
    'append-server-path': shows('proxy --port=0 --server=SERVER/deep [[--append-server-path]]', /GET \/deep\/version/, { ask: 'GET /version', wire: true, without: /GET \/version/ }),
    'disable-filter': shows('proxy --port=0 [[--disable-filter]]', /^200 \{/m, { ask: 'GET /version example.com', without: /^403 Forbidden/m }),
    port: shows('proxy [[--port=0]]', /^Starting to serve on 127\.0\.0\.1:(?!8001$)\d+$/m, { ask: 'GET /version', without: /127\.0\.0\.1:8001/ }),
    'reject-methods': shows('proxy --port=0 [[--reject-methods=GET]]', /^403 Forbidden/m, { ask: 'GET /version', without: /^200 \{/m }),
    'reject-paths': shows('proxy --port=0 [[--reject-paths=^/version]]', /^403 Forbidden/m, { ask: 'GET /version', without: /^200 \{/m }),
    'unix-socket': shows('proxy [[--unix-socket=WORK/proxy.sock]]', /^Starting to serve on \S+proxy\.sock\n200 \{/, { ask: 'GET /version', without: /127\.0\.0\.1:8001/ }),
    www: shows('proxy --port=0 [[--www=dir]]', /^200 apiVersion: v1/m, { ask: 'GET /static/top.yaml', without: /^404/m }),
    'www-prefix': shows('proxy --port=0 --www=dir [[--www-prefix=/files]]', /^200 apiVersion: v1/m, { ask: 'GET /files/top.yaml', without: /^404/m }),
  },
}
