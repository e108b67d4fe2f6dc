/** Commands of `kubottle` itself, which kubectl does not have. */
import type { CommandDefinition } from './definition'
import { define, globals, parseSpec } from './definition'

/** Their flags, as types.gen.ts has those of kubectl. */
export interface OwnFlags {
  'kubottle init': { readonly config: string; readonly force: boolean }
  'kubottle reset': object
  'kubottle status': { readonly output: string }
  'kubottle clock': { readonly mode: string }
  'kubottle node': {
    readonly wait: boolean
    readonly graceful: boolean
    readonly labels: Readonly<Record<string, string>>
    readonly taint: readonly string[]
    readonly cpu: string
    readonly memory: string
    readonly 'hostname-override': string
    readonly off: boolean
    readonly filename: string
    readonly remove: boolean
  }
  'kubottle load': { readonly selector: string; readonly remove: boolean }
  'kubottle outside': { readonly stdin: boolean; readonly tty: boolean }
  'kubottle why': { readonly output: string; readonly nodes: boolean }
  'kubottle env': object
  'kubottle shell': { readonly command: string }
  'kubottle dump': { readonly output: string }
  'kubottle serve': {
    readonly http: string; readonly https: string; readonly 'write-kubeconfig': string; readonly file: string; readonly config: string; readonly controllers: boolean
    readonly clock: string
    readonly 'start-ago': string
    readonly 'token-auth-file': string
    readonly 'anonymous-auth': boolean
    readonly 'enable-admission-plugins': readonly string[]
    readonly 'disable-admission-plugins': readonly string[]
    readonly 'cert-dir': string
    readonly 'request-log': string
    readonly 'audit-log-path': string
    readonly 'audit-policy-file': string
    readonly 'max-requests-inflight': number
    readonly 'max-mutating-requests-inflight': number
    readonly 'request-timeout': string
    readonly 'shutdown-delay-duration': string
  }
}

const OWN: readonly (readonly [path: string, usage: string, summary: string, ...specs: string[]])[] = [
  ['init', 'kubottle init [--config FILE] [FILE]', 'Make a cluster file, and a context that names it',
    'config:s={"description":"File that describes the cluster: nodes, lifecycle, add-ons, users"}',
    'force:b=false{"description":"Replace a cluster file that exists"}'],
  ['reset', 'kubottle reset', 'Delete the cluster file of the current context and make it anew'],
  ['status', 'kubottle status', 'Show the cluster file, its clock and what is in it', 'output,o:s={"description":"json or yaml"}'],
  ['clock', 'kubottle clock [+DURATION | TIME | --mode settle|realtime|fixed]', 'Show, move or set the time of the cluster', 'mode:s={"description":"How time passes: settle, realtime or fixed"}'],
  ['node', 'kubottle node (stop | start | add | remove) NAME... | pressure NAME (memory | disk | pid)... [--off] | static NAME (-f FILE | --remove POD)', 'Switch simulated machines off and on, add and remove them, let them run short',
    'wait:b=true{"description":"Let time pass until the cluster has noticed"}',
    'graceful:b=false{"description":"stop: the machine ends its pods before it goes"}',
    'labels:M=[]{"description":"add: labels of the node, key=value"}',
    'taint:A=[]{"description":"add: a taint of the node, key=value:NoSchedule"}',
    'cpu:s={"description":"add: CPUs of the machine, 4 unless given"}',
    'memory:s={"description":"add: memory of the machine, 8Gi unless given"}',
    'hostname-override:s={"description":"add: the hostname, where it is not the name of the node"}',
    'off:b=false{"description":"pressure: there is enough again"}',
    'filename,f:s={"description":"static: manifest of a pod to be put on the machine"}',
    'remove:b=false{"description":"static: take the manifest of this name away"}'],
  ['load', 'kubottle load (TYPE NAME | TYPE/NAME | -l LABEL) [[CONTAINER:]cpu=QUANTITY] [[CONTAINER:]memory=QUANTITY] [METRIC=QUANTITY ...]', 'Declare what pods use, or what is measured of an object',
    'selector,l:s={"description":"Pods that match this label selector"}',
    'remove:b=false{"description":"Take back what was declared"}'],
  ['outside', 'kubottle outside [-i] [-t] COMMAND [ARG...]', 'Run a program (curl, wget, nc, nslookup, sh) on a machine beside the cluster: it reaches what anybody outside reaches',
    'stdin,i:b=false{"description":"Pass stdin to the program"}',
    'tty,t:b=false{"description":"The program has a terminal"}'],
  ['why', 'kubottle why (TYPE NAME | TYPE/NAME)', 'Tell what is in the way of a pod, a workload, a Service, a claim or a node, and what would help',
    'output,o:s={"description":"json or yaml"}',
    'nodes:b=true{"description":"Show what each plugin of the scheduler says of each node"}'],
  ['env', 'kubottle env', 'Print what puts kubectl on the PATH of a shell'],
  ['shell', 'kubottle shell [-c LINE [ARG...]]', 'Open a prompt with kubectl at hand: history, completion, aliases; a script on stdin is run',
    'command,c:s={"description":"Line to run, instead of a prompt"}'],
  ['dump', 'kubottle dump', 'Print every object of the cluster', 'output,o:s=json{"description":"json or yaml"}'],
  ['serve', 'kubottle serve [--http HOST:PORT] [--https HOST:PORT] [--write-kubeconfig FILE] [--file FILE] [--clock settle|realtime]', 'Answer the requests of the Kubernetes API over HTTP or HTTPS',
    'http:s={"description":"Address to listen on without TLS, 127.0.0.1:8001; port 0 takes any that is free"}',
    'https:s={"description":"Address to listen on over TLS, with a certificate of the cluster\'s own authority; 127.0.0.1:6443 if no address is given"}',
    'write-kubeconfig:s={"description":"File to write that lets any client in; FILE.kubeconfig beside the cluster file if none is named and no --http is given"}',
    'cert-dir:s={"description":"Folder to write the certificates and keys to"}',
    'file:s={"description":"Cluster file to serve, made if it is not there; the cluster of the current context if none is named"}',
    'controllers:b=true{"description":"Let controllers, scheduler and nodes work; false serves the API alone, of an empty cluster in memory if no file is named"}',
    'config:s={"description":"File that describes the cluster, if it is not there yet; as for init"}',
    'clock:s=realtime{"description":"How time passes: realtime, or settle, where it jumps over what would be waited for"}',
    'start-ago:s={"description":"A new cluster\'s time begins so long ago: nothing that jumps ahead lies in the future of a client"}',
    'token-auth-file:s={"description":"File with a line token,user,uid,\\"group1,group2\\" for each token that lets somebody in"}',
    'anonymous-auth:b=true{"description":"Take requests without credentials for those of system:anonymous"}',
    'enable-admission-plugins:S={"description":"Admission plugins to run besides those that run by default"}',
    'disable-admission-plugins:S={"description":"Admission plugins not to run"}',
    'request-log:s={"description":"File for a line about each request; - for standard error"}',
    'audit-log-path:s={"description":"File for the events of audited requests; - for standard output"}',
    'audit-policy-file:s={"description":"File with the policy (audit.k8s.io/v1) that says what is audited"}',
    'max-requests-inflight:i=400{"description":"Requests that only read and may be under way at once; 0 for no limit"}',
    'max-mutating-requests-inflight:i=200{"description":"Requests that change something and may be under way at once; 0 for no limit"}',
    'request-timeout:s=1m0s{"description":"How long a request may take that does not last"}',
    'shutdown-delay-duration:s=0s{"description":"How long requests are still taken when the server is to end, and says that it is not ready"}'],
]

/** Path (`kubottle init`) → its one-line summary. */
export const OWN_SUMMARIES: ReadonlyMap<string, string> = new Map(OWN.map(([path, , summary]) => [`kubottle ${path}`, summary]))

let definitions: ReadonlyMap<string, CommandDefinition> | undefined

/** `kubottle init` and its like; undefined when there is no such command. */
export function ownCommand(path: string): CommandDefinition | undefined {
  definitions ??= new Map(OWN.map(([name, usage, , ...specs]) => [`kubottle ${name}`, { ...define(`kubottle ${name}`, usage, [], specs.map(parseSpec), globals()), flagsFirst: name === 'outside' }]))
  return definitions.get(path)
}
