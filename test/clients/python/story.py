"""What test/clients/python.test.ts runs: the Python client library, one story a process; what it sees is printed as lines of JSON."""
import json
import sys
import threading
import time

from kubernetes import client, config
from kubernetes.client.exceptions import ApiException
from kubernetes.dynamic import DynamicClient
from kubernetes.informer import SharedInformer
from kubernetes.leaderelection import electionconfig, leaderelection
from kubernetes.leaderelection.resourcelock.configmaplock import ConfigMapLock
from kubernetes.stream import portforward, stream
from kubernetes.watch import Watch

NAMESPACE = 'default'
GENEROUS_SECONDS = 30


def tell(**seen):
    print(json.dumps(seen), flush=True)


def until(what, condition):
    end = time.monotonic() + GENEROUS_SECONDS
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise SystemExit(f'still waiting for {what}')


def config_map(name, **data):
    return client.V1ConfigMap(metadata=client.V1ObjectMeta(name=name, labels={'by': 'python'}), data=data)


def objects(core):
    for i in range(5):
        core.create_namespaced_config_map(NAMESPACE, config_map(f'py-{i}', n=str(i)))
    names, token = [], None
    while True:
        page = core.list_namespaced_config_map(NAMESPACE, label_selector='by=python', limit=2, _continue=token)
        names += [item.metadata.name for item in page.items]
        token = page.metadata._continue
        if not token:
            break
    old = core.read_namespaced_config_map('py-0', NAMESPACE)
    core.patch_namespaced_config_map('py-0', NAMESPACE, {'data': {'n': 'ten'}})
    old.data = {'n': 'late'}
    try:
        core.replace_namespaced_config_map('py-0', NAMESPACE, old)
        conflict = None
    except ApiException as e:
        conflict = [e.status, json.loads(e.body)['reason']]
    core.delete_collection_namespaced_config_map(NAMESPACE, label_selector='by=python')
    tell(names=names, conflict=conflict, left=len(core.list_namespaced_config_map(NAMESPACE, label_selector='by=python').items))


def apply(api):
    resource = DynamicClient(api).resources.get(api_version='v1', kind='ConfigMap')

    def applied(manager, force=False, **data):
        body = {'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'py-applied'}, 'data': data}
        return resource.server_side_apply(body=body, namespace=NAMESPACE, field_manager=manager, force_conflicts=force)

    applied('one', a='1', b='2')
    try:
        applied('two', a='9')
        refused = None
    except ApiException as e:
        refused = e.status
    applied('two', force=True, a='9')
    applied('one', b='2')
    found = resource.get(name='py-applied', namespace=NAMESPACE)
    tell(refused=refused, data=found.data.to_dict(), managers=sorted(m.manager for m in found.metadata.managedFields))


def pod(core, apps):
    labels = {'app': 'py'}
    template = {'metadata': {'labels': labels}, 'spec': {'containers': [{'name': 'nginx', 'image': 'nginx:1.27'}]}}
    apps.create_namespaced_deployment(NAMESPACE, {'metadata': {'name': 'py'}, 'spec': {'selector': {'matchLabels': labels}, 'template': template}})

    def ready():
        for item in core.list_namespaced_pod(NAMESPACE, label_selector='app=py').items:
            if any(c.type == 'Ready' and c.status == 'True' for c in item.status.conditions or []):
                return item.metadata.name
        return None

    return until('the pod', ready)


def streams(core, name):
    run = stream(core.connect_get_namespaced_pod_exec, name, NAMESPACE, command=['sh', '-c', 'read line; echo "got $line"; echo bad >&2; exit 4'],
                 stdin=True, stdout=True, stderr=True, tty=False, _preload_content=False)
    run.write_stdin('hello\n')
    run.run_forever(timeout=GENEROUS_SECONDS)
    out, err = run.read_stdout(), run.read_stderr()
    ports = portforward(core.connect_get_namespaced_pod_portforward, name, NAMESPACE, ports='80')
    socket = ports.socket(80)
    socket.setblocking(True)
    socket.sendall(b'GET / HTTP/1.0\r\nHost: py\r\n\r\n')
    page = b''
    while True:
        chunk = socket.recv(4096)
        if not chunk:
            break
        page += chunk
    tell(out=out, err=err, code=run.returncode, page=[page.split(b'\r\n')[0].decode(), b'Welcome to nginx!' in page], error=ports.error(80))
    tell(log='"GET / HTTP/1.0" 200' in core.read_namespaced_pod_log(name, NAMESPACE))


def watch(core):
    """Until `enough` comes on standard input: the server is restarted meanwhile."""
    seen, informed = [], []
    informer = SharedInformer(core.list_namespaced_config_map, namespace=NAMESPACE, label_selector='by=watch')
    for kind in ('ADDED', 'MODIFIED', 'DELETED'):
        informer.add_event_handler(kind, lambda o, kind=kind: informed.append(f'{kind} {o.metadata.name}'))
    informer.start()

    def follow():
        version = core.list_namespaced_config_map(NAMESPACE).metadata.resource_version
        tell(ready=True)
        while True:
            try:
                for event in Watch().stream(core.list_namespaced_config_map, NAMESPACE, label_selector='by=watch', resource_version=version, allow_watch_bookmarks=True):
                    version = event['object'].metadata.resource_version
                    if event['type'] != 'BOOKMARK':
                        seen.append(f"{event['type']} {event['object'].metadata.name}")
                        tell(seen=seen[-1])
            except Exception:  # the server is away
                time.sleep(0.1)

    threading.Thread(target=follow, daemon=True).start()
    sys.stdin.readline()
    until('the informer', lambda: 'ADDED last' in informed)
    tell(watched=seen, informed=sorted(set(informed)), cached=sorted(o.metadata.name for o in informer.cache.list()))
    informer.stop()


def elect(identity):
    lock = ConfigMapLock('py-election', NAMESPACE, identity)
    settings = electionconfig.Config(lock, lease_duration=3, renew_deadline=2, retry_period=1,
                                     onstarted_leading=lambda: tell(leads=identity), onstopped_leading=lambda: tell(ended=identity))
    leaderelection.LeaderElection(settings).run()


def main(story, *rest):
    config.load_kube_config()
    core, apps = client.CoreV1Api(), client.AppsV1Api()
    if story == 'objects':
        objects(core)
        apply(client.ApiClient())
    elif story == 'streams':
        streams(core, pod(core, apps))
    elif story == 'watch':
        watch(core)
    elif story == 'elect':
        elect(*rest)


main(*sys.argv[1:])
