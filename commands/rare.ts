/** The commands that are not in the start-up snapshot: their code is read when one of them runs. */
import Annotate from './annotate'
import ApiResources from './api-resources'
import ApiVersions from './api-versions'
import Apply from './apply'
import ApplyEditLastApplied from './apply/edit-last-applied'
import ApplySetLastApplied from './apply/set-last-applied'
import ApplyViewLastApplied from './apply/view-last-applied'
import Attach from './attach'
import AuthCanI from './auth/can-i'
import AuthReconcile from './auth/reconcile'
import AuthWhoami from './auth/whoami'
import Autoscale from './autoscale'
import CertificateApprove from './certificate/approve'
import CertificateDeny from './certificate/deny'
import ClusterInfo from './cluster-info'
import ClusterInfoDump from './cluster-info/dump'
import Completion from './completion'
import ConfigCurrentContext from './config/current-context'
import ConfigDeleteCluster from './config/delete-cluster'
import ConfigDeleteContext from './config/delete-context'
import ConfigDeleteUser from './config/delete-user'
import ConfigGetClusters from './config/get-clusters'
import ConfigGetContexts from './config/get-contexts'
import ConfigGetUsers from './config/get-users'
import ConfigRenameContext from './config/rename-context'
import ConfigSet from './config/set'
import ConfigSetCluster from './config/set-cluster'
import ConfigSetContext from './config/set-context'
import ConfigSetCredentials from './config/set-credentials'
import ConfigUnset from './config/unset'
import ConfigUseContext from './config/use-context'
import ConfigView from './config/view'
import Cordon from './cordon'
import Cp from './cp'
import Create from './create'
import CreateClusterrole from './create/clusterrole'
import CreateClusterrolebinding from './create/clusterrolebinding'
import CreateConfigmap from './create/configmap'
import CreateCronjob from './create/cronjob'
import CreateDeployment from './create/deployment'
import CreateIngress from './create/ingress'
import CreateJob from './create/job'
import CreateNamespace from './create/namespace'
import CreatePoddisruptionbudget from './create/poddisruptionbudget'
import CreatePriorityclass from './create/priorityclass'
import CreateQuota from './create/quota'
import CreateRole from './create/role'
import CreateRolebinding from './create/rolebinding'
import CreateSecretDockerRegistry from './create/secret/docker-registry'
import CreateSecretGeneric from './create/secret/generic'
import CreateSecretTls from './create/secret/tls'
import CreateServiceClusterip from './create/service/clusterip'
import CreateServiceExternalname from './create/service/externalname'
import CreateServiceLoadbalancer from './create/service/loadbalancer'
import CreateServiceNodeport from './create/service/nodeport'
import CreateServiceaccount from './create/serviceaccount'
import CreateToken from './create/token'
import Debug from './debug'
import Delete from './delete'
import Describe from './describe'
import Diff from './diff'
import Drain from './drain'
import Edit from './edit'
import Events from './events'
import Exec from './exec'
import Explain from './explain'
import Expose from './expose'
import type { CommandClass } from './kubectl-command'
import KubottleClock from './kubottle/clock'
import KubottleDump from './kubottle/dump'
import KubottleEnv from './kubottle/env'
import KubottleInit from './kubottle/init'
import KubottleLoad from './kubottle/load'
import KubottleNode from './kubottle/node'
import KubottleOutside from './kubottle/outside'
import KubottleReset from './kubottle/reset'
import KubottleServe from './kubottle/serve'
import KubottleShell from './kubottle/shell'
import KubottleStatus from './kubottle/status'
import KubottleWhy from './kubottle/why'
import KubercSet from './kuberc/set'
import KubercView from './kuberc/view'
import Kustomize from './kustomize'
import Label from './label'
import Logs from './logs'
import Patch from './patch'
import PluginList from './plugin/list'
import PortForward from './port-forward'
import Proxy from './proxy'
import Replace from './replace'
import RolloutHistory from './rollout/history'
import RolloutPause from './rollout/pause'
import RolloutRestart from './rollout/restart'
import RolloutResume from './rollout/resume'
import RolloutStatus from './rollout/status'
import RolloutUndo from './rollout/undo'
import Run from './run'
import Scale from './scale'
import SetEnv from './set/env'
import SetImage from './set/image'
import SetResources from './set/resources'
import SetSelector from './set/selector'
import SetServiceAccount from './set/serviceaccount'
import SetSubject from './set/subject'
import Taint from './taint'
import TopNode from './top/node'
import TopPod from './top/pod'
import Uncordon from './uncordon'
import Version from './version'
import Wait from './wait'

const CLASSES: Readonly<Record<string, CommandClass>> = {
  annotate: Annotate,
  'api-resources': ApiResources,
  'api-versions': ApiVersions,
  apply: Apply,
  'apply edit-last-applied': ApplyEditLastApplied,
  'apply set-last-applied': ApplySetLastApplied,
  'apply view-last-applied': ApplyViewLastApplied,
  attach: Attach,
  'auth can-i': AuthCanI,
  'auth reconcile': AuthReconcile,
  'auth whoami': AuthWhoami,
  autoscale: Autoscale,
  'certificate approve': CertificateApprove,
  'certificate deny': CertificateDeny,
  'cluster-info': ClusterInfo,
  'cluster-info dump': ClusterInfoDump,
  completion: Completion,
  'config current-context': ConfigCurrentContext,
  'config delete-cluster': ConfigDeleteCluster,
  'config delete-context': ConfigDeleteContext,
  'config delete-user': ConfigDeleteUser,
  'config get-clusters': ConfigGetClusters,
  'config get-contexts': ConfigGetContexts,
  'config get-users': ConfigGetUsers,
  'config rename-context': ConfigRenameContext,
  'config set': ConfigSet,
  'config set-cluster': ConfigSetCluster,
  'config set-context': ConfigSetContext,
  'config set-credentials': ConfigSetCredentials,
  'config unset': ConfigUnset,
  'config use-context': ConfigUseContext,
  'config view': ConfigView,
  cordon: Cordon,
  cp: Cp,
  create: Create,
  'create clusterrole': CreateClusterrole,
  'create clusterrolebinding': CreateClusterrolebinding,
  'create configmap': CreateConfigmap,
  'create cronjob': CreateCronjob,
  'create deployment': CreateDeployment,
  'create ingress': CreateIngress,
  'create job': CreateJob,
  'create namespace': CreateNamespace,
  'create poddisruptionbudget': CreatePoddisruptionbudget,
  'create priorityclass': CreatePriorityclass,
  'create quota': CreateQuota,
  'create role': CreateRole,
  'create rolebinding': CreateRolebinding,
  'create secret docker-registry': CreateSecretDockerRegistry,
  'create secret generic': CreateSecretGeneric,
  'create secret tls': CreateSecretTls,
  'create service clusterip': CreateServiceClusterip,
  'create service externalname': CreateServiceExternalname,
  'create service loadbalancer': CreateServiceLoadbalancer,
  'create service nodeport': CreateServiceNodeport,
  'create serviceaccount': CreateServiceaccount,
  'create token': CreateToken,
  debug: Debug,
  delete: Delete,
  describe: Describe,
  diff: Diff,
  drain: Drain,
  edit: Edit,
  events: Events,
  exec: Exec,
  explain: Explain,
  expose: Expose,
  'kubottle clock': KubottleClock,
  'kubottle dump': KubottleDump,
  'kubottle env': KubottleEnv,
  'kubottle init': KubottleInit,
  'kubottle load': KubottleLoad,
  'kubottle node': KubottleNode,
  'kubottle outside': KubottleOutside,
  'kubottle reset': KubottleReset,
  'kubottle serve': KubottleServe,
  'kubottle shell': KubottleShell,
  'kubottle status': KubottleStatus,
  'kubottle why': KubottleWhy,
  'kuberc set': KubercSet,
  'kuberc view': KubercView,
  kustomize: Kustomize,
  label: Label,
  logs: Logs,
  patch: Patch,
  'plugin list': PluginList,
  'port-forward': PortForward,
  proxy: Proxy,
  replace: Replace,
  'rollout history': RolloutHistory,
  'rollout pause': RolloutPause,
  'rollout restart': RolloutRestart,
  'rollout resume': RolloutResume,
  'rollout status': RolloutStatus,
  'rollout undo': RolloutUndo,
  run: Run,
  scale: Scale,
  'set env': SetEnv,
  'set image': SetImage,
  'set resources': SetResources,
  'set selector': SetSelector,
  'set serviceaccount': SetServiceAccount,
  'set subject': SetSubject,
  taint: Taint,
  'top node': TopNode,
  'top pod': TopPod,
  uncordon: Uncordon,
  version: Version,
  wait: Wait,
}

export function rareCommand(path: string): CommandClass | undefined {
  return Object.hasOwn(CLASSES, path) ? CLASSES[path] : undefined
}
