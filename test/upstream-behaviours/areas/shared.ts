/** Manifests that several areas use. */

export const POD = `apiVersion: v1
kind: Pod
metadata:
  name: solo
  labels: {name: solo-label}
spec:
  containers:
  - name: main
    image: nginx
`
export const LIMITED_POD = `apiVersion: v1
kind: Pod
metadata:
  name: bounded
  labels: {name: bounded}
spec:
  containers:
  - name: serve
    image: nginx:1.25
    resources:
      limits: {cpu: "1", memory: 512Mi}
`
export const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  labels: {app: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - name: nginx
        image: nginx:1.25
        ports: [{containerPort: 80}]
`
export const TWO_CONTAINERS = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: pair
  labels: {app: pair}
spec:
  replicas: 1
  selector: {matchLabels: {app: pair}}
  template:
    metadata: {labels: {app: pair}}
    spec:
      containers:
      - name: nginx
        image: nginx:1.25
      - name: side
        image: busybox:1.36
        command: [sleep, infinity]
`
export const REPLICATION_CONTROLLER = `apiVersion: v1
kind: ReplicationController
metadata:
  name: front
  labels: {app: guest, tier: front}
spec:
  replicas: 3
  selector: {app: guest, tier: front}
  template:
    metadata: {labels: {app: guest, tier: front}}
    spec:
      containers:
      - name: php
        image: nginx
        ports: [{containerPort: 80}]
        env: [{name: HOSTS_FROM, value: dns}]
`
export const REPLICA_SET = `apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: fore
  labels: {app: guest, tier: fore}
spec:
  replicas: 3
  selector: {matchLabels: {app: guest, tier: fore}}
  template:
    metadata: {labels: {app: guest, tier: fore}}
    spec:
      containers: [{name: php, image: nginx, ports: [{containerPort: 80}]}]
`
export const DAEMON_SET = `apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: each
spec:
  selector: {matchLabels: {service: each}}
  updateStrategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 10%}}
  template:
    metadata: {labels: {service: each}}
    spec:
      containers: [{name: agent, image: "registry.k8s.io/pause:3.9"}]
`
export const STATEFUL_SET = `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: row
spec:
  serviceName: row
  replicas: 0
  selector: {matchLabels: {app: row}}
  template:
    metadata: {labels: {app: row}}
    spec:
      containers: [{name: nginx, image: "nginx:1.25"}]
`
export const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: main-db
  labels: {app: db, role: main}
spec:
  ports: [{port: 6379, targetPort: 6379}]
  selector: {app: db, role: main, tier: back}
`
export const REQUEST = `apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata:
  name: NAME
spec:
  signerName: example.com/signer
  usages: [client auth]
  request: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIYU1JR0FBZ0VBTUI0eERUQUxCZ05WQkFNTUJHcGhibVV4RFRBTEJnTlZCQW9NQkhSbFlXMHdXVEFUQmdjcQpoa2pPUFFJQkJnZ3Foa2pPUFFNQkJ3TkNBQVFUUDZYZ1JTWDhZdWpPcDBsVjJES0NJVnJ0VDB2ODhHaEFQZ295Ckg1OUZCQWdBWmNZMlpUYXhSYVlvVlVuY0cxSG95dk52SHN4WTNEa09rTkdDSy9SRm9BQXdDZ1lJS29aSXpqMEUKQXdJRFNRQXdSZ0loQUxzWS83RG5DcXZrWGFpUndqQ3A1eFF6WktSQ21HYVYwdXNhbWE0Nlhuc2RBaUVBNFpvNApmL1NYYlZUR0R3WkowUkdNSEhZVnUrQzNjTDE4a3BJWFB6NjdMRTg9Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=
`
/** A definition of a kind of `shop.example.com/v1`. */
export const definition = (plural: string, kind: string, names = '', scope = 'Namespaced', schema = '{type: object, x-kubernetes-preserve-unknown-fields: true}', columns = ''): string => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ${plural}.shop.example.com
spec:
  group: shop.example.com
  scope: ${scope}
  names: {plural: ${plural}, kind: ${kind}${names}}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: ${schema}}
${columns}`
