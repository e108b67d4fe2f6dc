/** Written by scripts/make-schema.mjs: every resource that 1.36 serves. table.ts says how to read it. */
export const RESOURCES = `
group v1
bindings Binding binding ns c
componentstatuses ComponentStatus componentstatus cluster gl short=cs
configmaps ConfigMap configmap ns cdDglpuw short=cm
endpoints Endpoints endpoints ns cdDglpuw short=ep
events Event event ns cdDglpuw short=ev
limitranges LimitRange limitrange ns cdDglpuw short=limits
namespaces Namespace namespace cluster cdglpuw short=ns /finalize:Namespace:u /status:Namespace:gpu
nodes Node node cluster cdDglpuw short=no /proxy:NodeProxyOptions:cdgpu /status:Node:gpu
persistentvolumeclaims PersistentVolumeClaim persistentvolumeclaim ns cdDglpuw short=pvc /status:PersistentVolumeClaim:gpu
persistentvolumes PersistentVolume persistentvolume cluster cdDglpuw short=pv /status:PersistentVolume:gpu
pods Pod pod ns cdDglpuw short=po in=all /attach:PodAttachOptions:cg /binding:Binding:c /ephemeralcontainers:Pod:gpu /eviction:policy/v1:Eviction:c /exec:PodExecOptions:cg /log:Pod:g /portforward:PodPortForwardOptions:cg /proxy:PodProxyOptions:cdgpu /resize:Pod:gpu /status:Pod:gpu
podtemplates PodTemplate podtemplate ns cdDglpuw
replicationcontrollers ReplicationController replicationcontroller ns cdDglpuw short=rc in=all /scale:autoscaling/v1:Scale:gpu /status:ReplicationController:gpu
resourcequotas ResourceQuota resourcequota ns cdDglpuw short=quota /status:ResourceQuota:gpu
secrets Secret secret ns cdDglpuw
serviceaccounts ServiceAccount serviceaccount ns cdDglpuw short=sa /token:authentication.k8s.io/v1:TokenRequest:c
services Service service ns cdDglpuw short=svc in=all /proxy:ServiceProxyOptions:cdgpu /status:Service:gpu
group apiregistration.k8s.io/v1
apiservices APIService apiservice cluster cdDglpuw in=api-extensions /status:APIService:gpu
group apps/v1
controllerrevisions ControllerRevision controllerrevision ns cdDglpuw
daemonsets DaemonSet daemonset ns cdDglpuw short=ds in=all /status:DaemonSet:gpu
deployments Deployment deployment ns cdDglpuw short=deploy in=all /scale:autoscaling/v1:Scale:gpu /status:Deployment:gpu
replicasets ReplicaSet replicaset ns cdDglpuw short=rs in=all /scale:autoscaling/v1:Scale:gpu /status:ReplicaSet:gpu
statefulsets StatefulSet statefulset ns cdDglpuw short=sts in=all /scale:autoscaling/v1:Scale:gpu /status:StatefulSet:gpu
group events.k8s.io/v1
events Event event ns cdDglpuw short=ev
group authentication.k8s.io/v1
selfsubjectreviews SelfSubjectReview selfsubjectreview cluster c
tokenreviews TokenReview tokenreview cluster c
group authorization.k8s.io/v1
localsubjectaccessreviews LocalSubjectAccessReview localsubjectaccessreview ns c
selfsubjectaccessreviews SelfSubjectAccessReview selfsubjectaccessreview cluster c
selfsubjectrulesreviews SelfSubjectRulesReview selfsubjectrulesreview cluster c
subjectaccessreviews SubjectAccessReview subjectaccessreview cluster c
group autoscaling/v2
horizontalpodautoscalers HorizontalPodAutoscaler horizontalpodautoscaler ns cdDglpuw short=hpa in=all /status:HorizontalPodAutoscaler:gpu
group autoscaling/v1
horizontalpodautoscalers HorizontalPodAutoscaler horizontalpodautoscaler ns cdDglpuw short=hpa in=all /status:HorizontalPodAutoscaler:gpu
group batch/v1
cronjobs CronJob cronjob ns cdDglpuw short=cj in=all /status:CronJob:gpu
jobs Job job ns cdDglpuw in=all /status:Job:gpu
group certificates.k8s.io/v1
certificatesigningrequests CertificateSigningRequest certificatesigningrequest cluster cdDglpuw short=csr /approval:CertificateSigningRequest:gpu /status:CertificateSigningRequest:gpu
group networking.k8s.io/v1
ingressclasses IngressClass ingressclass cluster cdDglpuw
ingresses Ingress ingress ns cdDglpuw short=ing /status:Ingress:gpu
ipaddresses IPAddress ipaddress cluster cdDglpuw short=ip
networkpolicies NetworkPolicy networkpolicy ns cdDglpuw short=netpol
servicecidrs ServiceCIDR servicecidr cluster cdDglpuw /status:ServiceCIDR:gpu
group policy/v1
poddisruptionbudgets PodDisruptionBudget poddisruptionbudget ns cdDglpuw short=pdb /status:PodDisruptionBudget:gpu
group rbac.authorization.k8s.io/v1
clusterrolebindings ClusterRoleBinding clusterrolebinding cluster cdDglpuw
clusterroles ClusterRole clusterrole cluster cdDglpuw
rolebindings RoleBinding rolebinding ns cdDglpuw
roles Role role ns cdDglpuw
group storage.k8s.io/v1
csidrivers CSIDriver csidriver cluster cdDglpuw
csinodes CSINode csinode cluster cdDglpuw
csistoragecapacities CSIStorageCapacity csistoragecapacity ns cdDglpuw
storageclasses StorageClass storageclass cluster cdDglpuw short=sc
volumeattachments VolumeAttachment volumeattachment cluster cdDglpuw /status:VolumeAttachment:gpu
volumeattributesclasses VolumeAttributesClass volumeattributesclass cluster cdDglpuw short=vac
group admissionregistration.k8s.io/v1
mutatingadmissionpolicies MutatingAdmissionPolicy mutatingadmissionpolicy cluster cdDglpuw in=api-extensions
mutatingadmissionpolicybindings MutatingAdmissionPolicyBinding mutatingadmissionpolicybinding cluster cdDglpuw in=api-extensions
mutatingwebhookconfigurations MutatingWebhookConfiguration mutatingwebhookconfiguration cluster cdDglpuw in=api-extensions
validatingadmissionpolicies ValidatingAdmissionPolicy validatingadmissionpolicy cluster cdDglpuw in=api-extensions /status:ValidatingAdmissionPolicy:gpu
validatingadmissionpolicybindings ValidatingAdmissionPolicyBinding validatingadmissionpolicybinding cluster cdDglpuw in=api-extensions
validatingwebhookconfigurations ValidatingWebhookConfiguration validatingwebhookconfiguration cluster cdDglpuw in=api-extensions
group apiextensions.k8s.io/v1
customresourcedefinitions CustomResourceDefinition customresourcedefinition cluster cdDglpuw short=crd,crds in=api-extensions /status:CustomResourceDefinition:gpu
group scheduling.k8s.io/v1
priorityclasses PriorityClass priorityclass cluster cdDglpuw short=pc
group coordination.k8s.io/v1
leases Lease lease ns cdDglpuw
group node.k8s.io/v1
runtimeclasses RuntimeClass runtimeclass cluster cdDglpuw
group discovery.k8s.io/v1
endpointslices EndpointSlice endpointslice ns cdDglpuw
group resource.k8s.io/v1
deviceclasses DeviceClass deviceclass cluster cdDglpuw
resourceclaims ResourceClaim resourceclaim ns cdDglpuw /status:ResourceClaim:gpu
resourceclaimtemplates ResourceClaimTemplate resourceclaimtemplate ns cdDglpuw
resourceslices ResourceSlice resourceslice cluster cdDglpuw
group flowcontrol.apiserver.k8s.io/v1
flowschemas FlowSchema flowschema cluster cdDglpuw /status:FlowSchema:gpu
prioritylevelconfigurations PriorityLevelConfiguration prioritylevelconfiguration cluster cdDglpuw /status:PriorityLevelConfiguration:gpu
`
