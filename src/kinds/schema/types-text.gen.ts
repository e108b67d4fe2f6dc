/** Written by scripts/make-schema.mjs: every API type that 1.36 serves. table.ts says how to read it; a function, so that who only reads does not load it. */
export const typesText = (): string => `
package admissionregistration.v1 v1 admissionregistration.k8s.io/v1
named FailurePolicyType string Fail,Ignore
named MatchPolicyType string Equivalent,Exact
named OperationType string *,CONNECT,CREATE,DELETE,UPDATE
named ParameterNotFoundActionType string
named PatchType string ApplyConfiguration,JSONPatch
named ReinvocationPolicyType string IfNeeded,Never
named ScopeType string *,Cluster,Namespaced
named SideEffectClass string None,NoneOnDryRun,Some,Unknown
named ValidationAction string Audit,Deny,Warn
type ApplyConfiguration;expression string
type AuditAnnotation;key! string;valueExpression! string
type ExpressionWarning;fieldRef! string;warning! string
type JSONPatch;expression string
type MatchCondition;name! string;expression! string
atomic MatchResources;namespaceSelector *~LabelSelector;objectSelector *~LabelSelector;resourceRules []NamedRuleWithOperations atomic;excludeResourceRules []NamedRuleWithOperations atomic;matchPolicy *MatchPolicyType
kind MutatingAdmissionPolicy;metadata ~ObjectMeta;spec MutatingAdmissionPolicySpec
kind MutatingAdmissionPolicyBinding;metadata ~ObjectMeta;spec MutatingAdmissionPolicyBindingSpec
kind MutatingAdmissionPolicyBindingList;metadata ~ListMeta;items! []MutatingAdmissionPolicyBinding
type MutatingAdmissionPolicyBindingSpec;policyName string;paramRef *ParamRef;matchResources *MatchResources
kind MutatingAdmissionPolicyList;metadata ~ListMeta;items! []MutatingAdmissionPolicy
type MutatingAdmissionPolicySpec;paramKind *ParamKind;matchConstraints *MatchResources;variables []Variable atomic;mutations []Mutation atomic;failurePolicy *FailurePolicyType;matchConditions []MatchCondition map=name patch=merge key=name;reinvocationPolicy ReinvocationPolicyType
type MutatingWebhook;name! string;clientConfig! WebhookClientConfig;rules []RuleWithOperations atomic;failurePolicy *FailurePolicyType;matchPolicy *MatchPolicyType;namespaceSelector *~LabelSelector;objectSelector *~LabelSelector;sideEffects! *SideEffectClass;timeoutSeconds *int32;admissionReviewVersions! []string atomic;reinvocationPolicy *ReinvocationPolicyType;matchConditions []MatchCondition map=name patch=merge key=name
kind MutatingWebhookConfiguration;metadata ~ObjectMeta;webhooks []MutatingWebhook map=name patch=merge key=name
kind MutatingWebhookConfigurationList;metadata ~ListMeta;items! []MutatingWebhookConfiguration
type Mutation;patchType! PatchType;applyConfiguration *ApplyConfiguration;jsonPatch *JSONPatch
atomic NamedRuleWithOperations;resourceNames []string atomic;operations []OperationType atomic in=RuleWithOperations;apiGroups []string atomic in=RuleWithOperations.Rule;apiVersions []string atomic in=RuleWithOperations.Rule;resources []string atomic in=RuleWithOperations.Rule;scope *ScopeType in=RuleWithOperations.Rule
atomic ParamKind;apiVersion string;kind string
atomic ParamRef;name string;namespace string;selector *~LabelSelector;parameterNotFoundAction *ParameterNotFoundActionType
type RuleWithOperations;operations []OperationType atomic;apiGroups []string atomic in=Rule;apiVersions []string atomic in=Rule;resources []string atomic in=Rule;scope *ScopeType in=Rule
type ServiceReference;namespace! string;name! string;path *string;port *int32
type TypeChecking;expressionWarnings []ExpressionWarning atomic
kind ValidatingAdmissionPolicy;metadata ~ObjectMeta;spec ValidatingAdmissionPolicySpec;status ValidatingAdmissionPolicyStatus
kind ValidatingAdmissionPolicyBinding;metadata ~ObjectMeta;spec!- ValidatingAdmissionPolicyBindingSpec
kind ValidatingAdmissionPolicyBindingList;metadata ~ListMeta;items! []ValidatingAdmissionPolicyBinding
type ValidatingAdmissionPolicyBindingSpec;policyName!- string;paramRef *ParamRef;matchResources *MatchResources;validationActions!- []ValidationAction set
kind ValidatingAdmissionPolicyList;metadata ~ListMeta;items! []ValidatingAdmissionPolicy
type ValidatingAdmissionPolicySpec;paramKind *ParamKind;matchConstraints *MatchResources;validations []Validation atomic;failurePolicy *FailurePolicyType;auditAnnotations []AuditAnnotation atomic;matchConditions []MatchCondition map=name patch=merge key=name;variables []Variable map=name patch=merge key=name
type ValidatingAdmissionPolicyStatus;observedGeneration int64;typeChecking *TypeChecking;conditions []~Condition map=type
type ValidatingWebhook;name! string;clientConfig! WebhookClientConfig;rules []RuleWithOperations atomic;failurePolicy *FailurePolicyType;matchPolicy *MatchPolicyType;namespaceSelector *~LabelSelector;objectSelector *~LabelSelector;sideEffects! *SideEffectClass;timeoutSeconds *int32;admissionReviewVersions! []string atomic;matchConditions []MatchCondition map=name patch=merge key=name
kind ValidatingWebhookConfiguration;metadata ~ObjectMeta;webhooks []ValidatingWebhook map=name patch=merge key=name
kind ValidatingWebhookConfigurationList;metadata ~ListMeta;items! []ValidatingWebhookConfiguration
type Validation;expression! string;message string;reason *~StatusReason;messageExpression string
atomic Variable;name! string;expression! string
type WebhookClientConfig;url *string;service *ServiceReference;caBundle bytes
package apiextensions.v1 v1 apiextensions.k8s.io/v1
named ConditionStatus string
named ConversionStrategyType string
named CustomResourceDefinitionConditionType string
named FieldValueErrorReason string FieldValueDuplicate,FieldValueForbidden,FieldValueInvalid,FieldValueRequired
named JSONSchemaDefinitions map[string]JSONSchemaProps
named JSONSchemaDependencies map[string]SchemaOrStrings
named JSONSchemaURL string
named ResourceScope string
named ValidationRules []ValidationRule
type CustomResourceColumnDefinition;name! string;type! string;format string;description string;priority int32;jsonPath! string
type CustomResourceConversion;strategy! ConversionStrategyType;webhook *WebhookConversion
kind CustomResourceDefinition;metadata ~ObjectMeta;spec! CustomResourceDefinitionSpec;status CustomResourceDefinitionStatus
type CustomResourceDefinitionCondition;type! CustomResourceDefinitionConditionType;status! ConditionStatus;lastTransitionTime Time;reason string;message string;observedGeneration int64
kind CustomResourceDefinitionList;metadata ~ListMeta;items! []CustomResourceDefinition
type CustomResourceDefinitionNames;plural! string;singular string;shortNames []string atomic;kind! string;listKind string;categories []string atomic
type CustomResourceDefinitionSpec;group! string;names! CustomResourceDefinitionNames;scope! ResourceScope;versions! []CustomResourceDefinitionVersion atomic;conversion *CustomResourceConversion;preserveUnknownFields bool
type CustomResourceDefinitionStatus;conditions+ []CustomResourceDefinitionCondition map=type;acceptedNames+ CustomResourceDefinitionNames;storedVersions+ []string atomic;observedGeneration int64
type CustomResourceDefinitionVersion;name! string;served! bool;storage! bool;deprecated bool;deprecationWarning *string;schema *CustomResourceValidation;subresources *CustomResourceSubresources;additionalPrinterColumns []CustomResourceColumnDefinition atomic;selectableFields []SelectableField atomic
type CustomResourceSubresourceScale;specReplicasPath! string;statusReplicasPath! string;labelSelectorPath *string
type CustomResourceSubresourceStatus
type CustomResourceSubresources;status *CustomResourceSubresourceStatus;scale *CustomResourceSubresourceScale
type CustomResourceValidation;openAPIV3Schema *JSONSchemaProps
type ExternalDocumentation;description string;url string
type JSONSchemaProps;id string;\$schema JSONSchemaURL;\$ref *string;description string;type string;format string;title string;default *JSON;maximum *float64;exclusiveMaximum bool;minimum *float64;exclusiveMinimum bool;maxLength *int64;minLength *int64;pattern string;maxItems *int64;minItems *int64;uniqueItems bool;multipleOf *float64;enum []JSON atomic;maxProperties *int64;minProperties *int64;required []string atomic;items *SchemaOrArray;allOf []JSONSchemaProps atomic;oneOf []JSONSchemaProps atomic;anyOf []JSONSchemaProps atomic;not *JSONSchemaProps;properties map[string]JSONSchemaProps;additionalProperties *SchemaOrBool;patternProperties map[string]JSONSchemaProps;dependencies JSONSchemaDependencies;additionalItems *SchemaOrBool;definitions JSONSchemaDefinitions;externalDocs *ExternalDocumentation;example *JSON;nullable bool;x-kubernetes-preserve-unknown-fields *bool;x-kubernetes-embedded-resource bool;x-kubernetes-int-or-string bool;x-kubernetes-list-map-keys []string atomic;x-kubernetes-list-type *string;x-kubernetes-map-type *string;x-kubernetes-validations ValidationRules map=rule patch=merge key=rule
type SelectableField;jsonPath! string
type ServiceReference;namespace! string;name! string;path *string;port *int32
type ValidationRule;rule! string;message string;messageExpression string;reason *FieldValueErrorReason;fieldPath string;optionalOldSelf *bool
type WebhookClientConfig;url *string;service *ServiceReference;caBundle bytes
type WebhookConversion;clientConfig *WebhookClientConfig;conversionReviewVersions! []string atomic
package apiregistration.v1 v1 apiregistration.k8s.io/v1
named APIServiceConditionType string
named ConditionStatus string
kind APIService;metadata ~ObjectMeta;spec APIServiceSpec;status APIServiceStatus
type APIServiceCondition;type! APIServiceConditionType;status! ConditionStatus;lastTransitionTime Time;reason string;message string
kind APIServiceList;metadata ~ListMeta;items! []APIService
type APIServiceSpec;service *ServiceReference;group string;version string;insecureSkipTLSVerify bool;caBundle bytes atomic;groupPriorityMinimum! int32;versionPriority! int32
type APIServiceStatus;conditions []APIServiceCondition map=type patch=merge key=type
type ServiceReference;namespace string;name string;port *int32
package apps.v1 v1 apps/v1
named DaemonSetConditionType string
named DaemonSetUpdateStrategyType string OnDelete,RollingUpdate
named DeploymentConditionType string
named DeploymentStrategyType string Recreate,RollingUpdate
named PersistentVolumeClaimRetentionPolicyType string
named PodManagementPolicyType string OrderedReady,Parallel
named ReplicaSetConditionType string
named StatefulSetConditionType string
named StatefulSetUpdateStrategyType string OnDelete,Recreate,RollingUpdate
kind ControllerRevision;metadata ~ObjectMeta;data+ RawExtension;revision! int64
kind ControllerRevisionList;metadata ~ListMeta;items! []ControllerRevision
kind DaemonSet;metadata ~ObjectMeta;spec DaemonSetSpec;status DaemonSetStatus
type DaemonSetCondition;type! DaemonSetConditionType;status! core.v1.ConditionStatus;lastTransitionTime Time;reason string;message string
kind DaemonSetList;metadata ~ListMeta;items! []DaemonSet
type DaemonSetSpec;selector! *~LabelSelector;template! core.v1.PodTemplateSpec;updateStrategy DaemonSetUpdateStrategy;minReadySeconds int32;revisionHistoryLimit *int32
type DaemonSetStatus;currentNumberScheduled! int32;numberMisscheduled! int32;desiredNumberScheduled! int32;numberReady! int32;observedGeneration int64;updatedNumberScheduled int32;numberAvailable int32;numberUnavailable int32;collisionCount *int32;conditions []DaemonSetCondition map=type patch=merge key=type
type DaemonSetUpdateStrategy;type DaemonSetUpdateStrategyType;rollingUpdate *RollingUpdateDaemonSet
kind Deployment;metadata ~ObjectMeta;spec DeploymentSpec;status DeploymentStatus
type DeploymentCondition;type! DeploymentConditionType;status! core.v1.ConditionStatus;lastUpdateTime Time;lastTransitionTime Time;reason string;message string
kind DeploymentList;metadata ~ListMeta;items! []Deployment
type DeploymentSpec;replicas *int32;selector! *~LabelSelector;template! core.v1.PodTemplateSpec;strategy DeploymentStrategy patch=retainKeys;minReadySeconds int32;revisionHistoryLimit *int32;paused bool;progressDeadlineSeconds *int32
type DeploymentStatus;observedGeneration int64;replicas int32;updatedReplicas int32;readyReplicas int32;availableReplicas int32;unavailableReplicas int32;terminatingReplicas *int32;conditions []DeploymentCondition map=type patch=merge key=type;collisionCount *int32
type DeploymentStrategy;type DeploymentStrategyType;rollingUpdate *RollingUpdateDeployment
kind ReplicaSet;metadata ~ObjectMeta;spec ReplicaSetSpec;status ReplicaSetStatus
type ReplicaSetCondition;type! ReplicaSetConditionType;status! core.v1.ConditionStatus;lastTransitionTime Time;reason string;message string
kind ReplicaSetList;metadata ~ListMeta;items! []ReplicaSet
type ReplicaSetSpec;replicas *int32;minReadySeconds int32;selector! *~LabelSelector;template core.v1.PodTemplateSpec
type ReplicaSetStatus;replicas! int32;fullyLabeledReplicas int32;readyReplicas int32;availableReplicas int32;terminatingReplicas *int32;observedGeneration int64;conditions []ReplicaSetCondition map=type patch=merge key=type
type RollingUpdateDaemonSet;maxUnavailable *IntOrString;maxSurge *IntOrString
type RollingUpdateDeployment;maxUnavailable *IntOrString;maxSurge *IntOrString
type RollingUpdateStatefulSetStrategy;partition *int32;maxUnavailable *IntOrString
kind StatefulSet;metadata ~ObjectMeta;spec StatefulSetSpec;status StatefulSetStatus
type StatefulSetCondition;type! StatefulSetConditionType;status! core.v1.ConditionStatus;lastTransitionTime Time;reason string;message string
kind StatefulSetList;metadata ~ListMeta;items! []StatefulSet
type StatefulSetOrdinals;start+ int32
type StatefulSetPersistentVolumeClaimRetentionPolicy;whenDeleted PersistentVolumeClaimRetentionPolicyType;whenScaled PersistentVolumeClaimRetentionPolicyType
type StatefulSetSpec;replicas *int32;selector! *~LabelSelector;template! core.v1.PodTemplateSpec;volumeClaimTemplates []core.v1.PersistentVolumeClaim atomic;serviceName+ string;podManagementPolicy PodManagementPolicyType;updateStrategy StatefulSetUpdateStrategy;revisionHistoryLimit *int32;minReadySeconds int32;persistentVolumeClaimRetentionPolicy *StatefulSetPersistentVolumeClaimRetentionPolicy;ordinals *StatefulSetOrdinals
type StatefulSetStatus;observedGeneration int64;replicas! int32;readyReplicas int32;currentReplicas int32;updatedReplicas int32;currentRevision string;updateRevision string;collisionCount *int32;conditions []StatefulSetCondition map=type patch=merge key=type;availableReplicas+ int32
type StatefulSetUpdateStrategy;type StatefulSetUpdateStrategyType;rollingUpdate *RollingUpdateStatefulSetStrategy
package authentication.v1 v1 authentication.k8s.io/v1
named ExtraValue []string
type BoundObjectReference;kind string;apiVersion string;name string;uid types.UID
kind SelfSubjectReview;metadata ~ObjectMeta;status SelfSubjectReviewStatus
type SelfSubjectReviewStatus;userInfo UserInfo
kind TokenRequest;metadata ~ObjectMeta;spec+ TokenRequestSpec;status TokenRequestStatus
type TokenRequestSpec;audiences+ []string atomic;expirationSeconds+ *int64;boundObjectRef+ *BoundObjectReference
type TokenRequestStatus;token+ string;expirationTimestamp+ Time
kind TokenReview;metadata ~ObjectMeta;spec! TokenReviewSpec;status TokenReviewStatus
type TokenReviewSpec;token!- string;audiences []string atomic
type TokenReviewStatus;authenticated bool;user UserInfo;audiences []string atomic;error string
type UserInfo;username string;uid string;groups []string atomic;extra map[string]ExtraValue
package authorization.v1 v1 authorization.k8s.io/v1
named ExtraValue []string
type FieldSelectorAttributes;rawSelector string;requirements []~FieldSelectorRequirement atomic
type LabelSelectorAttributes;rawSelector string;requirements []~LabelSelectorRequirement atomic
kind LocalSubjectAccessReview;metadata ~ObjectMeta;spec! SubjectAccessReviewSpec;status SubjectAccessReviewStatus
type NonResourceAttributes;path string;verb string
type NonResourceRule;verbs! []string atomic;nonResourceURLs []string atomic
type ResourceAttributes;namespace string;verb string;group string;version string;resource string;subresource string;name string;fieldSelector *FieldSelectorAttributes;labelSelector *LabelSelectorAttributes
type ResourceRule;verbs! []string atomic;apiGroups []string atomic;resources []string atomic;resourceNames []string atomic
kind SelfSubjectAccessReview;metadata ~ObjectMeta;spec! SelfSubjectAccessReviewSpec;status SubjectAccessReviewStatus
type SelfSubjectAccessReviewSpec;resourceAttributes *ResourceAttributes;nonResourceAttributes *NonResourceAttributes
kind SelfSubjectRulesReview;metadata ~ObjectMeta;spec! SelfSubjectRulesReviewSpec;status SubjectRulesReviewStatus
type SelfSubjectRulesReviewSpec;namespace string
kind SubjectAccessReview;metadata ~ObjectMeta;spec! SubjectAccessReviewSpec;status SubjectAccessReviewStatus
type SubjectAccessReviewSpec;resourceAttributes *ResourceAttributes;nonResourceAttributes *NonResourceAttributes;user string;groups []string atomic;extra map[string]ExtraValue;uid string
type SubjectAccessReviewStatus;allowed! bool;denied bool;reason string;evaluationError string
type SubjectRulesReviewStatus;resourceRules! []ResourceRule atomic;nonResourceRules! []NonResourceRule atomic;incomplete! bool;evaluationError string
package autoscaling.v1 v1 autoscaling/v1
atomic CrossVersionObjectReference;kind! string;name! string;apiVersion string
kind HorizontalPodAutoscaler;metadata ~ObjectMeta;spec!- HorizontalPodAutoscalerSpec;status HorizontalPodAutoscalerStatus
kind HorizontalPodAutoscalerList;metadata ~ListMeta;items! []HorizontalPodAutoscaler
type HorizontalPodAutoscalerSpec;scaleTargetRef! CrossVersionObjectReference;minReplicas *int32;maxReplicas! int32;targetCPUUtilizationPercentage *int32
type HorizontalPodAutoscalerStatus;observedGeneration *int64;lastScaleTime *Time;currentReplicas! int32;desiredReplicas! int32;currentCPUUtilizationPercentage *int32
kind Scale;metadata ~ObjectMeta;spec ScaleSpec;status ScaleStatus
type ScaleSpec;replicas int32 default=0
type ScaleStatus;replicas! int32;selector string
package autoscaling.v2 v2 autoscaling/v2
named HPAScalingPolicyType string
named HorizontalPodAutoscalerConditionType string
named MetricSourceType string
named MetricTargetType string
named ScalingPolicySelect string
type ContainerResourceMetricSource;name! core.v1.ResourceName;target! MetricTarget;container! string
type ContainerResourceMetricStatus;name! core.v1.ResourceName;current! MetricValueStatus;container! string
type CrossVersionObjectReference;kind! string;name! string;apiVersion string
type ExternalMetricSource;metric! MetricIdentifier;target! MetricTarget
type ExternalMetricStatus;metric! MetricIdentifier;current! MetricValueStatus
type HPAScalingPolicy;type! HPAScalingPolicyType;value! int32;periodSeconds! int32
type HPAScalingRules;stabilizationWindowSeconds *int32;selectPolicy *ScalingPolicySelect;policies []HPAScalingPolicy atomic;tolerance *Quantity
kind HorizontalPodAutoscaler;metadata ~ObjectMeta;spec!- HorizontalPodAutoscalerSpec;status HorizontalPodAutoscalerStatus
type HorizontalPodAutoscalerBehavior;scaleUp *HPAScalingRules;scaleDown *HPAScalingRules
type HorizontalPodAutoscalerCondition;type! HorizontalPodAutoscalerConditionType;status! core.v1.ConditionStatus;lastTransitionTime Time;reason string;message string
kind HorizontalPodAutoscalerList;metadata ~ListMeta;items! []HorizontalPodAutoscaler
type HorizontalPodAutoscalerSpec;scaleTargetRef! CrossVersionObjectReference;minReplicas *int32;maxReplicas! int32;metrics []MetricSpec atomic;behavior *HorizontalPodAutoscalerBehavior
type HorizontalPodAutoscalerStatus;observedGeneration *int64;lastScaleTime *Time;currentReplicas int32;desiredReplicas! int32;currentMetrics+ []MetricStatus atomic;conditions []HorizontalPodAutoscalerCondition map=type patch=merge key=type
type MetricIdentifier;name! string;selector *~LabelSelector
type MetricSpec;type! MetricSourceType;object *ObjectMetricSource;pods *PodsMetricSource;resource *ResourceMetricSource;containerResource *ContainerResourceMetricSource;external *ExternalMetricSource
type MetricStatus;type! MetricSourceType;object *ObjectMetricStatus;pods *PodsMetricStatus;resource *ResourceMetricStatus;containerResource *ContainerResourceMetricStatus;external *ExternalMetricStatus
type MetricTarget;type! MetricTargetType;value *Quantity;averageValue *Quantity;averageUtilization *int32
type MetricValueStatus;value *Quantity;averageValue *Quantity;averageUtilization *int32
type ObjectMetricSource;describedObject! CrossVersionObjectReference;target! MetricTarget;metric! MetricIdentifier
type ObjectMetricStatus;metric! MetricIdentifier;current! MetricValueStatus;describedObject! CrossVersionObjectReference
type PodsMetricSource;metric! MetricIdentifier;target! MetricTarget
type PodsMetricStatus;metric! MetricIdentifier;current! MetricValueStatus
type ResourceMetricSource;name! core.v1.ResourceName;target! MetricTarget
type ResourceMetricStatus;name! core.v1.ResourceName;current! MetricValueStatus
package batch.v1 v1 batch/v1
named CompletionMode string Indexed,NonIndexed
named ConcurrencyPolicy string Allow,Forbid,Replace
named JobConditionType string
named PodFailurePolicyAction string Count,FailIndex,FailJob,Ignore
named PodFailurePolicyOnExitCodesOperator string In,NotIn
named PodReplacementPolicy string Failed,TerminatingOrFailed
kind CronJob;metadata ~ObjectMeta;spec!- CronJobSpec;status CronJobStatus
kind CronJobList;metadata ~ListMeta;items! []CronJob
type CronJobSpec;schedule! string;timeZone *string;startingDeadlineSeconds *int64;concurrencyPolicy ConcurrencyPolicy;suspend *bool;jobTemplate! JobTemplateSpec;successfulJobsHistoryLimit *int32;failedJobsHistoryLimit *int32
type CronJobStatus;active []core.v1.ObjectReference atomic;lastScheduleTime *Time;lastSuccessfulTime *Time
kind Job;metadata ~ObjectMeta;spec JobSpec;status JobStatus
type JobCondition;type! JobConditionType;status! core.v1.ConditionStatus;lastProbeTime Time;lastTransitionTime Time;reason string;message string
kind JobList;metadata ~ListMeta;items! []Job
type JobSpec;parallelism *int32;completions *int32;activeDeadlineSeconds *int64;podFailurePolicy *PodFailurePolicy;successPolicy *SuccessPolicy;backoffLimit *int32;backoffLimitPerIndex *int32;maxFailedIndexes *int32;selector *~LabelSelector;manualSelector *bool;template! core.v1.PodTemplateSpec;ttlSecondsAfterFinished *int32;completionMode *CompletionMode;suspend *bool;podReplacementPolicy *PodReplacementPolicy;managedBy *string
type JobStatus;conditions []JobCondition atomic patch=merge key=type;startTime *Time;completionTime *Time;active int32;succeeded int32;failed int32;terminating *int32;completedIndexes string;failedIndexes *string;uncountedTerminatedPods *UncountedTerminatedPods;ready *int32
type JobTemplateSpec;metadata ~ObjectMeta;spec JobSpec
type PodFailurePolicy;rules! []PodFailurePolicyRule atomic
type PodFailurePolicyOnExitCodesRequirement;containerName *string;operator! PodFailurePolicyOnExitCodesOperator;values! []int32 set
type PodFailurePolicyOnPodConditionsPattern;type! core.v1.PodConditionType;status+ core.v1.ConditionStatus
type PodFailurePolicyRule;action! PodFailurePolicyAction;onExitCodes *PodFailurePolicyOnExitCodesRequirement;onPodConditions []PodFailurePolicyOnPodConditionsPattern atomic
type SuccessPolicy;rules! []SuccessPolicyRule atomic
type SuccessPolicyRule;succeededIndexes *string;succeededCount *int32
type UncountedTerminatedPods;succeeded []types.UID set;failed []types.UID set
package certificates.v1 v1 certificates.k8s.io/v1
named ExtraValue []string
named KeyUsage string any,cert sign,client auth,code signing,content commitment,crl sign,data encipherment,decipher only,digital signature,email protection,encipher only,ipsec end system,ipsec tunnel,ipsec user,key agreement,key encipherment,microsoft sgc,netscape sgc,ocsp signing,s/mime,server auth,signing,timestamping
named RequestConditionType string
kind CertificateSigningRequest;metadata ~ObjectMeta;spec! CertificateSigningRequestSpec;status CertificateSigningRequestStatus
type CertificateSigningRequestCondition;type! RequestConditionType;status! core.v1.ConditionStatus;reason string;message string;lastUpdateTime Time;lastTransitionTime Time
kind CertificateSigningRequestList;metadata ~ListMeta;items! []CertificateSigningRequest
type CertificateSigningRequestSpec;request! bytes;signerName! string;expirationSeconds *int32;usages []KeyUsage atomic;username string;uid string;groups []string atomic;extra map[string]ExtraValue
type CertificateSigningRequestStatus;conditions []CertificateSigningRequestCondition map=type;certificate bytes
package coordination.v1 v1 coordination.k8s.io/v1
named CoordinatedLeaseStrategy string
kind Lease;metadata ~ObjectMeta;spec LeaseSpec
kind LeaseList;metadata ~ListMeta;items! []Lease
type LeaseSpec;holderIdentity *string;leaseDurationSeconds *int32;acquireTime *MicroTime;renewTime *MicroTime;leaseTransitions *int32;strategy *CoordinatedLeaseStrategy;preferredHolder *string
package core.v1 v1 v1
named AppArmorProfileType string Localhost,RuntimeDefault,Unconfined
named AzureDataDiskCachingMode string None,ReadOnly,ReadWrite
named AzureDataDiskKind string Dedicated,Managed,Shared
named Capability string
named ClaimResourceStatus string ControllerResizeInProgress,ControllerResizeInfeasible,NodeResizeInProgress,NodeResizeInfeasible,NodeResizePending
named ComponentConditionType string
named ConditionStatus string
named ContainerRestartPolicy string
named ContainerRestartRuleAction string
named ContainerRestartRuleOnExitCodesOperator string
named DNSPolicy string ClusterFirst,ClusterFirstWithHostNet,Default,None
named FinalizerName string
named HostPathType string ,BlockDevice,CharDevice,Directory,DirectoryOrCreate,File,FileOrCreate,Socket
named IPFamily string ,IPv4,IPv6
named IPFamilyPolicy string PreferDualStack,RequireDualStack,SingleStack
named LimitType string
named LoadBalancerIPMode string
named MountPropagationMode string Bidirectional,HostToContainer,None
named NamespaceConditionType string
named NamespacePhase string Active,Terminating
named NodeAddressType string
named NodeConditionType string
named NodeInclusionPolicy string Honor,Ignore
named NodePhase string Pending,Running,Terminated
named NodeSelectorOperator string DoesNotExist,Exists,Gt,In,Lt,NotIn
named OSName string
named PersistentVolumeAccessMode string ReadOnlyMany,ReadWriteMany,ReadWriteOnce,ReadWriteOncePod
named PersistentVolumeClaimConditionType string
named PersistentVolumeClaimModifyVolumeStatus string InProgress,Infeasible,Pending
named PersistentVolumeClaimPhase string Bound,Lost,Pending
named PersistentVolumeMode string Block,Filesystem
named PersistentVolumePhase string Available,Bound,Failed,Pending,Released
named PersistentVolumeReclaimPolicy string Delete,Recycle,Retain
named PodConditionType string
named PodFSGroupChangePolicy string Always,OnRootMismatch
named PodPhase string Failed,Pending,Running,Succeeded,Unknown
named PodQOSClass string BestEffort,Burstable,Guaranteed
named PodResizeStatus string
named PodSELinuxChangePolicy string
named PreemptionPolicy string Never,PreemptLowerPriority
named ProcMountType string Default,Unmasked
named Protocol string SCTP,TCP,UDP
named PullPolicy string Always,IfNotPresent,Never
named RecursiveReadOnlyMode string
named ReplicationControllerConditionType string
named ResourceHealthStatus string
named ResourceID string
named ResourceList map[ResourceName]Quantity
named ResourceName string
named ResourceQuotaScope string BestEffort,CrossNamespacePodAffinity,NotBestEffort,NotTerminating,PriorityClass,Terminating,VolumeAttributesClass
named ResourceResizeRestartPolicy string
named RestartPolicy string Always,Never,OnFailure
named ScopeSelectorOperator string DoesNotExist,Exists,In,NotIn
named SeccompProfileType string Localhost,RuntimeDefault,Unconfined
named SecretType string
named ServiceAffinity string ClientIP,None
named ServiceExternalTrafficPolicy string Cluster,Local
named ServiceInternalTrafficPolicy string Cluster,Local
named ServiceType string ClusterIP,ExternalName,LoadBalancer,NodePort
named Signal string SIGABRT,SIGALRM,SIGBUS,SIGCHLD,SIGCLD,SIGCONT,SIGFPE,SIGHUP,SIGILL,SIGINT,SIGIO,SIGIOT,SIGKILL,SIGPIPE,SIGPOLL,SIGPROF,SIGPWR,SIGQUIT,SIGRTMAX,SIGRTMAX-1,SIGRTMAX-10,SIGRTMAX-11,SIGRTMAX-12,SIGRTMAX-13,SIGRTMAX-14,SIGRTMAX-2,SIGRTMAX-3,SIGRTMAX-4,SIGRTMAX-5,SIGRTMAX-6,SIGRTMAX-7,SIGRTMAX-8,SIGRTMAX-9,SIGRTMIN,SIGRTMIN+1,SIGRTMIN+10,SIGRTMIN+11,SIGRTMIN+12,SIGRTMIN+13,SIGRTMIN+14,SIGRTMIN+15,SIGRTMIN+2,SIGRTMIN+3,SIGRTMIN+4,SIGRTMIN+5,SIGRTMIN+6,SIGRTMIN+7,SIGRTMIN+8,SIGRTMIN+9,SIGSEGV,SIGSTKFLT,SIGSTOP,SIGSYS,SIGTERM,SIGTRAP,SIGTSTP,SIGTTIN,SIGTTOU,SIGURG,SIGUSR1,SIGUSR2,SIGVTALRM,SIGWINCH,SIGXCPU,SIGXFSZ
named StorageMedium string
named SupplementalGroupsPolicy string Merge,Strict
named TaintEffect string NoExecute,NoSchedule,PreferNoSchedule
named TerminationMessagePolicy string FallbackToLogsOnError,File
named TolerationOperator string Equal,Exists,Gt,Lt
named URIScheme string HTTP,HTTPS
named UniqueVolumeName string
named UnsatisfiableConstraintAction string DoNotSchedule,ScheduleAnyway
type AWSElasticBlockStoreVolumeSource;volumeID! string;fsType string;partition int32;readOnly bool
type Affinity;nodeAffinity *NodeAffinity;podAffinity *PodAffinity;podAntiAffinity *PodAntiAffinity
type AppArmorProfile;type! AppArmorProfileType;localhostProfile *string
type AttachedVolume;name! UniqueVolumeName;devicePath! string
type AzureDiskVolumeSource;diskName! string;diskURI! string;cachingMode *AzureDataDiskCachingMode;fsType *string default="ext4";readOnly *bool default=false;kind *AzureDataDiskKind
type AzureFilePersistentVolumeSource;secretName! string;shareName! string;readOnly bool;secretNamespace+ *string
type AzureFileVolumeSource;secretName! string;shareName! string;readOnly bool
kind Binding;metadata ~ObjectMeta;target! ObjectReference
type CSIPersistentVolumeSource;driver! string;volumeHandle! string;readOnly bool;fsType string;volumeAttributes map[string]string;controllerPublishSecretRef *SecretReference;nodeStageSecretRef *SecretReference;nodePublishSecretRef *SecretReference;controllerExpandSecretRef *SecretReference;nodeExpandSecretRef *SecretReference
type CSIVolumeSource;driver! string;readOnly *bool;fsType *string;volumeAttributes map[string]string;nodePublishSecretRef *LocalObjectReference
type Capabilities;add []Capability atomic;drop []Capability atomic
type CephFSPersistentVolumeSource;monitors! []string atomic;path string;user string;secretFile string;secretRef *SecretReference;readOnly bool
type CephFSVolumeSource;monitors! []string atomic;path string;user string;secretFile string;secretRef *LocalObjectReference;readOnly bool
type CinderPersistentVolumeSource;volumeID! string;fsType string;readOnly bool;secretRef *SecretReference
type CinderVolumeSource;volumeID! string;fsType string;readOnly bool;secretRef *LocalObjectReference
type ClientIPConfig;timeoutSeconds *int32
type ClusterTrustBundleProjection;name *string;signerName *string;labelSelector *~LabelSelector;optional *bool;path! string
type ComponentCondition;type! ComponentConditionType;status! ConditionStatus;message string;error string
kind ComponentStatus;metadata ~ObjectMeta;conditions []ComponentCondition map=type patch=merge key=type
kind ComponentStatusList;metadata ~ListMeta;items! []ComponentStatus
kind ConfigMap;metadata ~ObjectMeta;immutable *bool;data map[string]string;binaryData map[string]bytes
type ConfigMapEnvSource;name string default="" in=LocalObjectReference;optional *bool
atomic ConfigMapKeySelector;name string default="" in=LocalObjectReference;key! string;optional *bool
kind ConfigMapList;metadata ~ListMeta;items! []ConfigMap
type ConfigMapNodeConfigSource;namespace! string;name! string;uid types.UID;resourceVersion string;kubeletConfigKey! string
type ConfigMapProjection;name string default="" in=LocalObjectReference;items []KeyToPath atomic;optional *bool
type ConfigMapVolumeSource;name string default="" in=LocalObjectReference;items []KeyToPath atomic;defaultMode *int32;optional *bool
type Container;name! string;image string;command []string atomic;args []string atomic;workingDir string;ports []ContainerPort map=containerPort,protocol patch=merge key=containerPort;envFrom []EnvFromSource atomic;env []EnvVar map=name patch=merge key=name;resources ResourceRequirements;resizePolicy []ContainerResizePolicy atomic;restartPolicy *ContainerRestartPolicy;restartPolicyRules []ContainerRestartRule atomic;volumeMounts []VolumeMount map=mountPath patch=merge key=mountPath;volumeDevices []VolumeDevice map=devicePath patch=merge key=devicePath;livenessProbe *Probe;readinessProbe *Probe;startupProbe *Probe;lifecycle *Lifecycle;terminationMessagePath string;terminationMessagePolicy TerminationMessagePolicy;imagePullPolicy PullPolicy;securityContext *SecurityContext;stdin bool;stdinOnce bool;tty bool
type ContainerExtendedResourceRequest;containerName! string;resourceName! string;requestName! string
type ContainerImage;names+ []string atomic;sizeBytes int64
type ContainerPort;name string;hostPort int32;containerPort! int32;protocol Protocol default="TCP";hostIP string
type ContainerResizePolicy;resourceName! ResourceName;restartPolicy! ResourceResizeRestartPolicy
type ContainerRestartRule;action!- ContainerRestartRuleAction;exitCodes *ContainerRestartRuleOnExitCodes
type ContainerRestartRuleOnExitCodes;operator!- ContainerRestartRuleOnExitCodesOperator;values []int32 set
type ContainerState;waiting *ContainerStateWaiting;running *ContainerStateRunning;terminated *ContainerStateTerminated
type ContainerStateRunning;startedAt Time
type ContainerStateTerminated;exitCode! int32;signal int32;reason string;message string;startedAt Time;finishedAt Time;containerID string
type ContainerStateWaiting;reason string;message string
type ContainerStatus;name! string;state ContainerState;lastState ContainerState;ready! bool;restartCount! int32;image! string;imageID! string;containerID string;started *bool;allocatedResources ResourceList;resources *ResourceRequirements;volumeMounts []VolumeMountStatus map=mountPath patch=merge key=mountPath;user *ContainerUser;allocatedResourcesStatus []ResourceStatus map=name patch=merge key=name;stopSignal *Signal
type ContainerUser;linux *LinuxContainerUser
type DaemonEndpoint;Port! int32
type DownwardAPIProjection;items []DownwardAPIVolumeFile atomic
type DownwardAPIVolumeFile;path! string;fieldRef *ObjectFieldSelector;resourceFieldRef *ResourceFieldSelector;mode *int32
type DownwardAPIVolumeSource;items []DownwardAPIVolumeFile atomic;defaultMode *int32
type EmptyDirVolumeSource;medium StorageMedium;sizeLimit *Quantity
atomic EndpointAddress;ip! string;hostname string;nodeName *string;targetRef *ObjectReference
atomic EndpointPort;name string;port! int32;protocol Protocol;appProtocol *string
type EndpointSubset;addresses []EndpointAddress atomic;notReadyAddresses []EndpointAddress atomic;ports []EndpointPort atomic
kind Endpoints;metadata ~ObjectMeta;subsets []EndpointSubset atomic
kind EndpointsList;metadata ~ListMeta;items! []Endpoints
type EnvFromSource;prefix string;configMapRef *ConfigMapEnvSource;secretRef *SecretEnvSource
type EnvVar;name! string;value string;valueFrom *EnvVarSource
type EnvVarSource;fieldRef *ObjectFieldSelector;resourceFieldRef *ResourceFieldSelector;configMapKeyRef *ConfigMapKeySelector;secretKeyRef *SecretKeySelector;fileKeyRef *FileKeySelector
type EphemeralContainer;name! string in=EphemeralContainerCommon;image string in=EphemeralContainerCommon;command []string atomic in=EphemeralContainerCommon;args []string atomic in=EphemeralContainerCommon;workingDir string in=EphemeralContainerCommon;ports []ContainerPort map=containerPort,protocol patch=merge key=containerPort in=EphemeralContainerCommon;envFrom []EnvFromSource atomic in=EphemeralContainerCommon;env []EnvVar map=name patch=merge key=name in=EphemeralContainerCommon;resources ResourceRequirements in=EphemeralContainerCommon;resizePolicy []ContainerResizePolicy atomic in=EphemeralContainerCommon;restartPolicy *ContainerRestartPolicy in=EphemeralContainerCommon;restartPolicyRules []ContainerRestartRule atomic in=EphemeralContainerCommon;volumeMounts []VolumeMount map=mountPath patch=merge key=mountPath in=EphemeralContainerCommon;volumeDevices []VolumeDevice map=devicePath patch=merge key=devicePath in=EphemeralContainerCommon;livenessProbe *Probe in=EphemeralContainerCommon;readinessProbe *Probe in=EphemeralContainerCommon;startupProbe *Probe in=EphemeralContainerCommon;lifecycle *Lifecycle in=EphemeralContainerCommon;terminationMessagePath string in=EphemeralContainerCommon;terminationMessagePolicy TerminationMessagePolicy in=EphemeralContainerCommon;imagePullPolicy PullPolicy in=EphemeralContainerCommon;securityContext *SecurityContext in=EphemeralContainerCommon;stdin bool in=EphemeralContainerCommon;stdinOnce bool in=EphemeralContainerCommon;tty bool in=EphemeralContainerCommon;targetContainerName string
type EphemeralVolumeSource;volumeClaimTemplate *PersistentVolumeClaimTemplate
kind Event;metadata! ~ObjectMeta;involvedObject! ObjectReference;reason string;message string;source EventSource;firstTimestamp Time;lastTimestamp Time;count int32;type string;eventTime MicroTime;series *EventSeries;action string;related *ObjectReference;reportingComponent+ string;reportingInstance+ string
kind EventList;metadata ~ListMeta;items! []Event
type EventSeries;count int32;lastObservedTime MicroTime
type EventSource;component string;host string
type ExecAction;command []string atomic
type FCVolumeSource;targetWWNs []string atomic;lun *int32;fsType string;readOnly bool;wwids []string atomic
atomic FileKeySelector;volumeName! string;path! string;key! string;optional *bool default=false
type FlexPersistentVolumeSource;driver! string;fsType string;secretRef *SecretReference;readOnly bool;options map[string]string
type FlexVolumeSource;driver! string;fsType string;secretRef *LocalObjectReference;readOnly bool;options map[string]string
type FlockerVolumeSource;datasetName string;datasetUUID string
type GCEPersistentDiskVolumeSource;pdName! string;fsType string;partition int32;readOnly bool
type GRPCAction;port! int32;service+ *string default=""
type GitRepoVolumeSource;repository! string;revision string;directory string
type GlusterfsPersistentVolumeSource;endpoints! string;path! string;readOnly bool;endpointsNamespace *string
type GlusterfsVolumeSource;endpoints! string;path! string;readOnly bool
type HTTPGetAction;path string;port! IntOrString;host string;scheme URIScheme;httpHeaders []HTTPHeader atomic
type HTTPHeader;name! string;value! string
type HostAlias;ip! string;hostnames []string atomic
type HostIP;ip! string
type HostPathVolumeSource;path! string;type *HostPathType
type ISCSIPersistentVolumeSource;targetPortal! string;iqn! string;lun! int32;iscsiInterface string default="default";fsType string;readOnly bool;portals []string atomic;chapAuthDiscovery bool;chapAuthSession bool;secretRef *SecretReference;initiatorName *string
type ISCSIVolumeSource;targetPortal! string;iqn! string;lun! int32;iscsiInterface string default="default";fsType string;readOnly bool;portals []string atomic;chapAuthDiscovery bool;chapAuthSession bool;secretRef *LocalObjectReference;initiatorName *string
type ImageVolumeSource;reference string;pullPolicy PullPolicy
type ImageVolumeStatus;imageRef!- string
type KeyToPath;key! string;path! string;mode *int32
type Lifecycle;postStart *LifecycleHandler;preStop *LifecycleHandler;stopSignal *Signal
type LifecycleHandler;exec *ExecAction;httpGet *HTTPGetAction;tcpSocket *TCPSocketAction;sleep *SleepAction
kind LimitRange;metadata ~ObjectMeta;spec LimitRangeSpec
type LimitRangeItem;type! LimitType;max ResourceList;min ResourceList;default ResourceList;defaultRequest ResourceList;maxLimitRequestRatio ResourceList
kind LimitRangeList;metadata ~ListMeta;items! []LimitRange
type LimitRangeSpec;limits! []LimitRangeItem atomic
type LinuxContainerUser;uid! int64;gid! int64;supplementalGroups []int64 atomic
type LoadBalancerIngress;ip string;hostname string;ipMode *LoadBalancerIPMode;ports []PortStatus atomic
type LoadBalancerStatus;ingress []LoadBalancerIngress atomic
atomic LocalObjectReference;name string default=""
type LocalVolumeSource;path! string;fsType *string
type ModifyVolumeStatus;targetVolumeAttributesClassName string;status! PersistentVolumeClaimModifyVolumeStatus
type NFSVolumeSource;server! string;path! string;readOnly bool
kind Namespace;metadata ~ObjectMeta;spec NamespaceSpec;status NamespaceStatus
type NamespaceCondition;type! NamespaceConditionType;status! ConditionStatus;lastTransitionTime Time;reason string;message string
kind NamespaceList;metadata ~ListMeta;items! []Namespace
type NamespaceSpec;finalizers []FinalizerName atomic
type NamespaceStatus;phase NamespacePhase;conditions []NamespaceCondition map=type patch=merge key=type
kind Node;metadata ~ObjectMeta;spec NodeSpec;status NodeStatus
type NodeAddress;type! NodeAddressType;address! string
type NodeAffinity;requiredDuringSchedulingIgnoredDuringExecution *NodeSelector;preferredDuringSchedulingIgnoredDuringExecution []PreferredSchedulingTerm atomic
type NodeAllocatableResourceClaimStatus;resourceClaimName! string;containers []string set;resources! map[string]Quantity
type NodeCondition;type! NodeConditionType;status! ConditionStatus;lastHeartbeatTime Time;lastTransitionTime Time;reason string;message string
type NodeConfigSource;configMap *ConfigMapNodeConfigSource
type NodeConfigStatus;assigned *NodeConfigSource;active *NodeConfigSource;lastKnownGood *NodeConfigSource;error string
type NodeDaemonEndpoints;kubeletEndpoint DaemonEndpoint
type NodeFeatures;supplementalGroupsPolicy *bool
kind NodeList;metadata ~ListMeta;items! []Node
type NodeRuntimeHandler;name+ string;features *NodeRuntimeHandlerFeatures
type NodeRuntimeHandlerFeatures;recursiveReadOnlyMounts *bool;userNamespaces *bool
atomic NodeSelector;nodeSelectorTerms! []NodeSelectorTerm atomic
type NodeSelectorRequirement;key! string;operator! NodeSelectorOperator;values []string atomic
atomic NodeSelectorTerm;matchExpressions []NodeSelectorRequirement atomic;matchFields []NodeSelectorRequirement atomic
type NodeSpec;podCIDR string;podCIDRs []string set patch=merge;providerID string;unschedulable bool;taints []Taint atomic;configSource *NodeConfigSource;externalID string
type NodeStatus;capacity ResourceList;allocatable ResourceList;phase NodePhase;conditions []NodeCondition map=type patch=merge key=type;addresses []NodeAddress map=type patch=merge key=type;daemonEndpoints NodeDaemonEndpoints;nodeInfo NodeSystemInfo;images []ContainerImage atomic;volumesInUse []UniqueVolumeName atomic;volumesAttached []AttachedVolume atomic;config *NodeConfigStatus;runtimeHandlers []NodeRuntimeHandler atomic;features *NodeFeatures;declaredFeatures []string atomic
type NodeSwapStatus;capacity *int64
type NodeSystemInfo;machineID! string;systemUUID! string;bootID! string;kernelVersion! string;osImage! string;containerRuntimeVersion! string;kubeletVersion! string;kubeProxyVersion! string;operatingSystem! string;architecture! string;swap *NodeSwapStatus
atomic ObjectFieldSelector;apiVersion string;fieldPath! string
atomic ObjectReference;kind string;namespace string;name string;uid types.UID;apiVersion string;resourceVersion string;fieldPath string
kind PersistentVolume;metadata ~ObjectMeta;spec PersistentVolumeSpec;status PersistentVolumeStatus
kind PersistentVolumeClaim;metadata ~ObjectMeta;spec PersistentVolumeClaimSpec;status PersistentVolumeClaimStatus
type PersistentVolumeClaimCondition;type! PersistentVolumeClaimConditionType;status! ConditionStatus;lastProbeTime Time;lastTransitionTime Time;reason string;message string
kind PersistentVolumeClaimList;metadata ~ListMeta;items! []PersistentVolumeClaim
type PersistentVolumeClaimSpec;accessModes []PersistentVolumeAccessMode atomic;selector *~LabelSelector;resources VolumeResourceRequirements;volumeName string;storageClassName *string;volumeMode *PersistentVolumeMode;dataSource *TypedLocalObjectReference;dataSourceRef *TypedObjectReference;volumeAttributesClassName *string
type PersistentVolumeClaimStatus;phase PersistentVolumeClaimPhase;accessModes []PersistentVolumeAccessMode atomic;capacity ResourceList;conditions []PersistentVolumeClaimCondition map=type patch=merge key=type;allocatedResources ResourceList;allocatedResourceStatuses map[ResourceName]ClaimResourceStatus;currentVolumeAttributesClassName *string;modifyVolumeStatus *ModifyVolumeStatus
type PersistentVolumeClaimTemplate;metadata ~ObjectMeta;spec! PersistentVolumeClaimSpec
type PersistentVolumeClaimVolumeSource;claimName! string;readOnly bool
kind PersistentVolumeList;metadata ~ListMeta;items! []PersistentVolume
type PersistentVolumeSpec;capacity ResourceList;gcePersistentDisk *GCEPersistentDiskVolumeSource in=PersistentVolumeSource;awsElasticBlockStore *AWSElasticBlockStoreVolumeSource in=PersistentVolumeSource;hostPath *HostPathVolumeSource in=PersistentVolumeSource;glusterfs *GlusterfsPersistentVolumeSource in=PersistentVolumeSource;nfs *NFSVolumeSource in=PersistentVolumeSource;rbd *RBDPersistentVolumeSource in=PersistentVolumeSource;iscsi *ISCSIPersistentVolumeSource in=PersistentVolumeSource;cinder *CinderPersistentVolumeSource in=PersistentVolumeSource;cephfs *CephFSPersistentVolumeSource in=PersistentVolumeSource;fc *FCVolumeSource in=PersistentVolumeSource;flocker *FlockerVolumeSource in=PersistentVolumeSource;flexVolume *FlexPersistentVolumeSource in=PersistentVolumeSource;azureFile *AzureFilePersistentVolumeSource in=PersistentVolumeSource;vsphereVolume *VsphereVirtualDiskVolumeSource in=PersistentVolumeSource;quobyte *QuobyteVolumeSource in=PersistentVolumeSource;azureDisk *AzureDiskVolumeSource in=PersistentVolumeSource;photonPersistentDisk *PhotonPersistentDiskVolumeSource in=PersistentVolumeSource;portworxVolume *PortworxVolumeSource in=PersistentVolumeSource;scaleIO *ScaleIOPersistentVolumeSource in=PersistentVolumeSource;local *LocalVolumeSource in=PersistentVolumeSource;storageos *StorageOSPersistentVolumeSource in=PersistentVolumeSource;csi *CSIPersistentVolumeSource in=PersistentVolumeSource;accessModes []PersistentVolumeAccessMode atomic;claimRef *ObjectReference granular;persistentVolumeReclaimPolicy PersistentVolumeReclaimPolicy;storageClassName string;mountOptions []string atomic;volumeMode *PersistentVolumeMode;nodeAffinity *VolumeNodeAffinity;volumeAttributesClassName *string
type PersistentVolumeStatus;phase PersistentVolumePhase;message string;reason string;lastPhaseTransitionTime *Time
type PhotonPersistentDiskVolumeSource;pdID! string;fsType string
kind Pod;metadata ~ObjectMeta;spec PodSpec;status PodStatus
type PodAffinity;requiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm atomic;preferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm atomic
type PodAffinityTerm;labelSelector *~LabelSelector;namespaces []string atomic;topologyKey! string;namespaceSelector *~LabelSelector;matchLabelKeys []string atomic;mismatchLabelKeys []string atomic
type PodAntiAffinity;requiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm atomic;preferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm atomic
type PodCertificateProjection;signerName!- string;keyType!- string;maxExpirationSeconds *int32;credentialBundlePath string;keyPath string;certificateChainPath string;userAnnotations map[string]string
type PodCondition;type! PodConditionType;observedGeneration int64;status! ConditionStatus;lastProbeTime Time;lastTransitionTime Time;reason string;message string
type PodDNSConfig;nameservers []string atomic;searches []string atomic;options []PodDNSConfigOption atomic
type PodDNSConfigOption;name string;value *string
type PodExtendedResourceClaimStatus;requestMappings! []ContainerExtendedResourceRequest atomic;resourceClaimName! string
type PodIP;ip! string
kind PodList;metadata ~ListMeta;items! []Pod
type PodOS;name! OSName
type PodReadinessGate;conditionType! PodConditionType
type PodResourceClaim;name! string;resourceClaimName *string;resourceClaimTemplateName *string
type PodResourceClaimStatus;name! string;resourceClaimName *string
type PodSchedulingGate;name! string
type PodSchedulingGroup;podGroupName *string
type PodSecurityContext;seLinuxOptions *SELinuxOptions;windowsOptions *WindowsSecurityContextOptions;runAsUser *int64;runAsGroup *int64;runAsNonRoot *bool;supplementalGroups []int64 atomic;supplementalGroupsPolicy *SupplementalGroupsPolicy;fsGroup *int64;sysctls []Sysctl atomic;fsGroupChangePolicy *PodFSGroupChangePolicy;seccompProfile *SeccompProfile;appArmorProfile *AppArmorProfile;seLinuxChangePolicy *PodSELinuxChangePolicy
type PodSpec;volumes []Volume map=name patch=merge,retainKeys key=name;initContainers []Container map=name patch=merge key=name;containers! []Container map=name patch=merge key=name;ephemeralContainers []EphemeralContainer map=name patch=merge key=name;restartPolicy RestartPolicy;terminationGracePeriodSeconds *int64;activeDeadlineSeconds *int64;dnsPolicy DNSPolicy;nodeSelector map[string]string atomic;serviceAccountName string;serviceAccount string;automountServiceAccountToken *bool;nodeName string;hostNetwork bool;hostPID bool;hostIPC bool;shareProcessNamespace *bool;securityContext *PodSecurityContext;imagePullSecrets []LocalObjectReference map=name patch=merge key=name;hostname string;subdomain string;affinity *Affinity;schedulerName string;tolerations []Toleration atomic;hostAliases []HostAlias map=ip patch=merge key=ip;priorityClassName string;priority *int32;dnsConfig *PodDNSConfig;readinessGates []PodReadinessGate atomic;runtimeClassName *string;enableServiceLinks *bool;preemptionPolicy *PreemptionPolicy;overhead ResourceList;topologySpreadConstraints []TopologySpreadConstraint map=topologyKey,whenUnsatisfiable patch=merge key=topologyKey;setHostnameAsFQDN *bool;os *PodOS;hostUsers *bool;schedulingGates []PodSchedulingGate map=name patch=merge key=name;resourceClaims []PodResourceClaim map=name patch=merge,retainKeys key=name;resources *ResourceRequirements;hostnameOverride *string;schedulingGroup *PodSchedulingGroup
type PodStatus;observedGeneration int64;phase PodPhase;conditions []PodCondition map=type patch=merge key=type;message string;reason string;nominatedNodeName string;hostIP string;hostIPs []HostIP atomic patch=merge key=ip;podIP string;podIPs []PodIP map=ip patch=merge key=ip;startTime *Time;initContainerStatuses []ContainerStatus atomic;containerStatuses []ContainerStatus atomic;qosClass PodQOSClass;ephemeralContainerStatuses []ContainerStatus atomic;resize PodResizeStatus;resourceClaimStatuses []PodResourceClaimStatus map=name patch=merge,retainKeys key=name;extendedResourceClaimStatus *PodExtendedResourceClaimStatus;allocatedResources ResourceList;resources *ResourceRequirements;nodeAllocatableResourceClaimStatuses []NodeAllocatableResourceClaimStatus atomic
kind PodTemplate;metadata ~ObjectMeta;template PodTemplateSpec
kind PodTemplateList;metadata ~ListMeta;items! []PodTemplate
type PodTemplateSpec;metadata ~ObjectMeta;spec PodSpec
type PortStatus;port! int32;protocol! Protocol;error *string
type PortworxVolumeSource;volumeID! string;fsType string;readOnly bool
type PreferredSchedulingTerm;weight! int32;preference! NodeSelectorTerm
type Probe;exec *ExecAction in=ProbeHandler;httpGet *HTTPGetAction in=ProbeHandler;tcpSocket *TCPSocketAction in=ProbeHandler;grpc *GRPCAction in=ProbeHandler;initialDelaySeconds int32;timeoutSeconds int32;periodSeconds int32;successThreshold int32;failureThreshold int32;terminationGracePeriodSeconds *int64
type ProjectedVolumeSource;sources+ []VolumeProjection atomic;defaultMode *int32
type QuobyteVolumeSource;registry! string;volume! string;readOnly bool;user string;group string;tenant string
type RBDPersistentVolumeSource;monitors! []string atomic;image! string;fsType string;pool string default="rbd";user string default="admin";keyring string default="/etc/ceph/keyring";secretRef *SecretReference;readOnly bool
type RBDVolumeSource;monitors! []string atomic;image! string;fsType string;pool string default="rbd";user string default="admin";keyring string default="/etc/ceph/keyring";secretRef *LocalObjectReference;readOnly bool
kind ReplicationController;metadata ~ObjectMeta;spec ReplicationControllerSpec;status ReplicationControllerStatus
type ReplicationControllerCondition;type! ReplicationControllerConditionType;status! ConditionStatus;lastTransitionTime Time;reason string;message string
kind ReplicationControllerList;metadata ~ListMeta;items! []ReplicationController
type ReplicationControllerSpec;replicas *int32 default=1;minReadySeconds int32 default=0;selector map[string]string atomic;template *PodTemplateSpec
type ReplicationControllerStatus;replicas! int32;fullyLabeledReplicas int32;readyReplicas int32;availableReplicas int32;observedGeneration int64;conditions []ReplicationControllerCondition map=type patch=merge key=type
type ResourceClaim;name! string;request string
atomic ResourceFieldSelector;containerName string;resource! string;divisor Quantity
type ResourceHealth;resourceID! ResourceID;health ResourceHealthStatus;message *string
kind ResourceQuota;metadata ~ObjectMeta;spec ResourceQuotaSpec;status ResourceQuotaStatus
kind ResourceQuotaList;metadata ~ListMeta;items! []ResourceQuota
type ResourceQuotaSpec;hard ResourceList;scopes []ResourceQuotaScope atomic;scopeSelector *ScopeSelector
type ResourceQuotaStatus;hard ResourceList;used ResourceList
type ResourceRequirements;limits ResourceList;requests ResourceList;claims []ResourceClaim map=name
type ResourceStatus;name! ResourceName;resources []ResourceHealth map=resourceID
type SELinuxOptions;user string;role string;type string;level string
type ScaleIOPersistentVolumeSource;gateway! string;system! string;secretRef! *SecretReference;sslEnabled bool;protectionDomain string;storagePool string;storageMode string default="ThinProvisioned";volumeName string;fsType string default="xfs";readOnly bool
type ScaleIOVolumeSource;gateway! string;system! string;secretRef! *LocalObjectReference;sslEnabled bool;protectionDomain string;storagePool string;storageMode string default="ThinProvisioned";volumeName string;fsType string default="xfs";readOnly bool
atomic ScopeSelector;matchExpressions []ScopedResourceSelectorRequirement atomic
type ScopedResourceSelectorRequirement;scopeName! ResourceQuotaScope;operator! ScopeSelectorOperator;values []string atomic
type SeccompProfile;type! SeccompProfileType;localhostProfile *string
kind Secret;metadata ~ObjectMeta;immutable *bool;data map[string]bytes;stringData map[string]string;type SecretType
type SecretEnvSource;name string default="" in=LocalObjectReference;optional *bool
atomic SecretKeySelector;name string default="" in=LocalObjectReference;key! string;optional *bool
kind SecretList;metadata ~ListMeta;items! []Secret
type SecretProjection;name string default="" in=LocalObjectReference;items []KeyToPath atomic;optional *bool
atomic SecretReference;name string;namespace string
type SecretVolumeSource;secretName string;items []KeyToPath atomic;defaultMode *int32;optional *bool
type SecurityContext;capabilities *Capabilities;privileged *bool;seLinuxOptions *SELinuxOptions;windowsOptions *WindowsSecurityContextOptions;runAsUser *int64;runAsGroup *int64;runAsNonRoot *bool;readOnlyRootFilesystem *bool;allowPrivilegeEscalation *bool;procMount *ProcMountType;seccompProfile *SeccompProfile;appArmorProfile *AppArmorProfile
kind Service;metadata ~ObjectMeta;spec ServiceSpec;status ServiceStatus
kind ServiceAccount;metadata ~ObjectMeta;secrets []ObjectReference map=name patch=merge key=name;imagePullSecrets []LocalObjectReference atomic;automountServiceAccountToken *bool
kind ServiceAccountList;metadata ~ListMeta;items! []ServiceAccount
type ServiceAccountTokenProjection;audience string;expirationSeconds *int64;path! string
kind ServiceList;metadata ~ListMeta;items! []Service
type ServicePort;name string;protocol Protocol default="TCP";appProtocol *string;port! int32;targetPort IntOrString;nodePort int32
type ServiceSpec;ports []ServicePort map=port,protocol patch=merge key=port;selector map[string]string atomic;clusterIP string;clusterIPs []string atomic;type ServiceType;externalIPs []string atomic;sessionAffinity ServiceAffinity;loadBalancerIP string;loadBalancerSourceRanges []string atomic;externalName string;externalTrafficPolicy ServiceExternalTrafficPolicy;healthCheckNodePort int32;publishNotReadyAddresses bool;sessionAffinityConfig *SessionAffinityConfig;ipFamilies []IPFamily atomic;ipFamilyPolicy *IPFamilyPolicy;allocateLoadBalancerNodePorts *bool;loadBalancerClass *string;internalTrafficPolicy *ServiceInternalTrafficPolicy;trafficDistribution *string
type ServiceStatus;loadBalancer LoadBalancerStatus;conditions []~Condition map=type patch=merge key=type
type SessionAffinityConfig;clientIP *ClientIPConfig
type SleepAction;seconds! int64
type StorageOSPersistentVolumeSource;volumeName string;volumeNamespace string;fsType string;readOnly bool;secretRef *ObjectReference
type StorageOSVolumeSource;volumeName string;volumeNamespace string;fsType string;readOnly bool;secretRef *LocalObjectReference
type Sysctl;name! string;value! string
type TCPSocketAction;port! IntOrString;host string
type Taint;key! string;value string;effect! TaintEffect;timeAdded *Time
type Toleration;key string;operator TolerationOperator;value string;effect TaintEffect;tolerationSeconds *int64
type TopologySelectorLabelRequirement;key! string;values! []string atomic
atomic TopologySelectorTerm;matchLabelExpressions []TopologySelectorLabelRequirement atomic
type TopologySpreadConstraint;maxSkew! int32;topologyKey! string;whenUnsatisfiable! UnsatisfiableConstraintAction;labelSelector *~LabelSelector;minDomains *int32;nodeAffinityPolicy *NodeInclusionPolicy;nodeTaintsPolicy *NodeInclusionPolicy;matchLabelKeys []string atomic
atomic TypedLocalObjectReference;apiGroup+ *string;kind! string;name! string
type TypedObjectReference;apiGroup+ *string;kind! string;name! string;namespace *string
type Volume;name! string;hostPath *HostPathVolumeSource in=VolumeSource;emptyDir *EmptyDirVolumeSource in=VolumeSource;gcePersistentDisk *GCEPersistentDiskVolumeSource in=VolumeSource;awsElasticBlockStore *AWSElasticBlockStoreVolumeSource in=VolumeSource;gitRepo *GitRepoVolumeSource in=VolumeSource;secret *SecretVolumeSource in=VolumeSource;nfs *NFSVolumeSource in=VolumeSource;iscsi *ISCSIVolumeSource in=VolumeSource;glusterfs *GlusterfsVolumeSource in=VolumeSource;persistentVolumeClaim *PersistentVolumeClaimVolumeSource in=VolumeSource;rbd *RBDVolumeSource in=VolumeSource;flexVolume *FlexVolumeSource in=VolumeSource;cinder *CinderVolumeSource in=VolumeSource;cephfs *CephFSVolumeSource in=VolumeSource;flocker *FlockerVolumeSource in=VolumeSource;downwardAPI *DownwardAPIVolumeSource in=VolumeSource;fc *FCVolumeSource in=VolumeSource;azureFile *AzureFileVolumeSource in=VolumeSource;configMap *ConfigMapVolumeSource in=VolumeSource;vsphereVolume *VsphereVirtualDiskVolumeSource in=VolumeSource;quobyte *QuobyteVolumeSource in=VolumeSource;azureDisk *AzureDiskVolumeSource in=VolumeSource;photonPersistentDisk *PhotonPersistentDiskVolumeSource in=VolumeSource;projected *ProjectedVolumeSource in=VolumeSource;portworxVolume *PortworxVolumeSource in=VolumeSource;scaleIO *ScaleIOVolumeSource in=VolumeSource;storageos *StorageOSVolumeSource in=VolumeSource;csi *CSIVolumeSource in=VolumeSource;ephemeral *EphemeralVolumeSource in=VolumeSource;image *ImageVolumeSource in=VolumeSource
type VolumeDevice;name! string;devicePath! string
type VolumeMount;name! string;readOnly bool;recursiveReadOnly *RecursiveReadOnlyMode;mountPath! string;subPath string;mountPropagation *MountPropagationMode;subPathExpr string
type VolumeMountStatus;name! string;mountPath! string;readOnly bool;recursiveReadOnly *RecursiveReadOnlyMode;volumeStatus *VolumeStatus
type VolumeNodeAffinity;required *NodeSelector
type VolumeProjection;secret *SecretProjection;downwardAPI *DownwardAPIProjection;configMap *ConfigMapProjection;serviceAccountToken *ServiceAccountTokenProjection;clusterTrustBundle *ClusterTrustBundleProjection;podCertificate *PodCertificateProjection
type VolumeResourceRequirements;limits ResourceList;requests ResourceList
type VolumeStatus;image *ImageVolumeStatus
type VsphereVirtualDiskVolumeSource;volumePath! string;fsType string;storagePolicyName string;storagePolicyID string
type WeightedPodAffinityTerm;weight! int32;podAffinityTerm! PodAffinityTerm
type WindowsSecurityContextOptions;gmsaCredentialSpecName *string;gmsaCredentialSpec *string;runAsUserName *string;hostProcess *bool
package discovery.v1 v1 discovery.k8s.io/v1
named AddressType string
type Endpoint;addresses! []string set;conditions EndpointConditions;hostname *string;targetRef *core.v1.ObjectReference;deprecatedTopology map[string]string;nodeName *string;zone *string;hints *EndpointHints
type EndpointConditions;ready *bool;serving *bool;terminating *bool
type EndpointHints;forZones []ForZone atomic;forNodes []ForNode atomic
atomic EndpointPort;name *string;protocol *core.v1.Protocol;port *int32;appProtocol *string
kind EndpointSlice;metadata ~ObjectMeta;addressType! AddressType enum=FQDN,IPv4,IPv6;endpoints+ []Endpoint atomic;ports+ []EndpointPort atomic
kind EndpointSliceList;metadata ~ListMeta;items! []EndpointSlice
type ForNode;name! string
type ForZone;name! string
package events.v1 v1 events.k8s.io/v1
kind Event;metadata+ ~ObjectMeta;eventTime! MicroTime;series *EventSeries;reportingController string;reportingInstance string;action string;reason string;regarding core.v1.ObjectReference;related *core.v1.ObjectReference;note string;type string;deprecatedSource core.v1.EventSource;deprecatedFirstTimestamp Time;deprecatedLastTimestamp Time;deprecatedCount int32
kind EventList;metadata ~ListMeta;items! []Event
type EventSeries;count! int32;lastObservedTime! MicroTime
package flowcontrol.v1 v1 flowcontrol.apiserver.k8s.io/v1
named ConditionStatus string
named FlowDistinguisherMethodType string
named FlowSchemaConditionType string
named LimitResponseType string
named PriorityLevelConfigurationConditionType string
named PriorityLevelEnablement string
named SubjectKind string
type ExemptPriorityLevelConfiguration;nominalConcurrencyShares *int32;lendablePercent *int32
type FlowDistinguisherMethod;type! FlowDistinguisherMethodType
kind FlowSchema;metadata ~ObjectMeta;spec FlowSchemaSpec;status FlowSchemaStatus
type FlowSchemaCondition;type FlowSchemaConditionType;status ConditionStatus;lastTransitionTime Time;reason string;message string
kind FlowSchemaList;metadata ~ListMeta;items! []FlowSchema
type FlowSchemaSpec;priorityLevelConfiguration! PriorityLevelConfigurationReference;matchingPrecedence+ int32;distinguisherMethod *FlowDistinguisherMethod;rules []PolicyRulesWithSubjects atomic
type FlowSchemaStatus;conditions []FlowSchemaCondition map=type patch=merge key=type
type GroupSubject;name! string
type LimitResponse;type! LimitResponseType;queuing *QueuingConfiguration
type LimitedPriorityLevelConfiguration;nominalConcurrencyShares+ *int32;limitResponse LimitResponse;lendablePercent *int32;borrowingLimitPercent *int32
type NonResourcePolicyRule;verbs! []string set;nonResourceURLs! []string set
type PolicyRulesWithSubjects;subjects! []Subject atomic;resourceRules []ResourcePolicyRule atomic;nonResourceRules []NonResourcePolicyRule atomic
kind PriorityLevelConfiguration;metadata ~ObjectMeta;spec PriorityLevelConfigurationSpec;status PriorityLevelConfigurationStatus
type PriorityLevelConfigurationCondition;type PriorityLevelConfigurationConditionType;status ConditionStatus;lastTransitionTime Time;reason string;message string
kind PriorityLevelConfigurationList;metadata ~ListMeta;items! []PriorityLevelConfiguration
type PriorityLevelConfigurationReference;name! string
type PriorityLevelConfigurationSpec;type! PriorityLevelEnablement;limited *LimitedPriorityLevelConfiguration;exempt *ExemptPriorityLevelConfiguration
type PriorityLevelConfigurationStatus;conditions []PriorityLevelConfigurationCondition map=type patch=merge key=type
type QueuingConfiguration;queues+ int32;handSize+ int32;queueLengthLimit+ int32
type ResourcePolicyRule;verbs! []string set;apiGroups! []string set;resources! []string set;clusterScope bool;namespaces+ []string set
type ServiceAccountSubject;namespace! string;name! string
type Subject;kind! SubjectKind;user *UserSubject;group *GroupSubject;serviceAccount *ServiceAccountSubject
type UserSubject;name! string
package meta.v1 v1 meta.k8s.io/v1
named CauseType string
named ConditionStatus string
named DeletionPropagation string
named FieldSelectorOperator string
named LabelSelectorOperator string
named ManagedFieldsOperationType string
named StatusReason string
named Verbs []string
kind APIGroup;name! string;versions! []GroupVersionForDiscovery atomic;preferredVersion GroupVersionForDiscovery;serverAddressByClientCIDRs []ServerAddressByClientCIDR atomic
kind APIGroupList;groups! []APIGroup atomic
type APIResource;name! string;singularName! string;namespaced! bool;group string;version string;kind! string;verbs! Verbs;shortNames []string atomic;categories []string atomic;storageVersionHash string
kind APIResourceList;groupVersion! string;resources! []APIResource atomic
kind APIVersions;versions! []string atomic;serverAddressByClientCIDRs! []ServerAddressByClientCIDR atomic
type Condition;type! string;status! ConditionStatus;observedGeneration int64;lastTransitionTime! Time;reason! string;message! string
type DeleteOptions;kind string;apiVersion string;gracePeriodSeconds *int64;preconditions *Preconditions;orphanDependents *bool;propagationPolicy *DeletionPropagation;dryRun []string atomic;ignoreStoreReadErrorWithClusterBreakingPotential *bool
type FieldSelectorRequirement;key! string;operator! FieldSelectorOperator;values []string atomic
type GroupResource;group! string;resource! string
type GroupVersionForDiscovery;groupVersion! string;version! string
atomic LabelSelector;matchLabels map[string]string;matchExpressions []LabelSelectorRequirement atomic
type LabelSelectorRequirement;key! string;operator! LabelSelectorOperator;values []string atomic
type ListMeta;selfLink string;resourceVersion string;continue string;remainingItemCount *int64;shardInfo *ShardInfo
type ManagedFieldsEntry;manager string;operation ManagedFieldsOperationType;apiVersion string;time *Time;fieldsType string;fieldsV1 *FieldsV1;subresource string
type ObjectMeta;name string;generateName string;namespace string;selfLink string;uid types.UID;resourceVersion string;generation int64;creationTimestamp? Time;deletionTimestamp *Time;deletionGracePeriodSeconds *int64;labels map[string]string;annotations map[string]string;ownerReferences []OwnerReference map=uid patch=merge key=uid;finalizers []string set patch=merge;managedFields []ManagedFieldsEntry atomic
atomic OwnerReference;apiVersion! string;kind! string;name! string;uid! types.UID;controller *bool;blockOwnerDeletion *bool
type Patch
type Preconditions;uid *types.UID;resourceVersion *string
type ServerAddressByClientCIDR;clientCIDR! string;serverAddress! string
type ShardInfo;selector! string
kind Status;metadata ListMeta;status string;message string;reason StatusReason;details *StatusDetails;code int32
type StatusCause;reason CauseType;message string;field string
type StatusDetails;name string;group string;kind string;uid types.UID;causes []StatusCause atomic;retryAfterSeconds int32
type WatchEvent;type! string;object! RawExtension
package networking.v1 v1 networking.k8s.io/v1
named PathType string
named PolicyType string Egress,Ingress
type HTTPIngressPath;path string;pathType! *PathType enum=Exact,ImplementationSpecific,Prefix;backend! IngressBackend
type HTTPIngressRuleValue;paths! []HTTPIngressPath atomic
kind IPAddress;metadata ~ObjectMeta;spec!- IPAddressSpec
kind IPAddressList;metadata ~ListMeta;items! []IPAddress
type IPAddressSpec;parentRef!- *ParentReference
type IPBlock;cidr! string;except []string atomic
kind Ingress;metadata ~ObjectMeta;spec IngressSpec;status IngressStatus
type IngressBackend;service *IngressServiceBackend;resource *core.v1.TypedLocalObjectReference
kind IngressClass;metadata ~ObjectMeta;spec IngressClassSpec
kind IngressClassList;metadata ~ListMeta;items! []IngressClass
type IngressClassParametersReference;apiGroup *string;kind! string;name! string;scope+ *string;namespace *string
type IngressClassSpec;controller string;parameters *IngressClassParametersReference
kind IngressList;metadata ~ListMeta;items! []Ingress
type IngressLoadBalancerIngress;ip string;hostname string;ports []IngressPortStatus atomic
type IngressLoadBalancerStatus;ingress []IngressLoadBalancerIngress atomic
type IngressPortStatus;port! int32;protocol! core.v1.Protocol;error *string
type IngressRule;host string;http *HTTPIngressRuleValue in=IngressRuleValue
type IngressServiceBackend;name! string;port ServiceBackendPort
type IngressSpec;ingressClassName *string;defaultBackend *IngressBackend;tls []IngressTLS atomic;rules []IngressRule atomic
type IngressStatus;loadBalancer IngressLoadBalancerStatus
type IngressTLS;hosts []string atomic;secretName string
kind NetworkPolicy;metadata ~ObjectMeta;spec NetworkPolicySpec
type NetworkPolicyEgressRule;ports []NetworkPolicyPort atomic;to []NetworkPolicyPeer atomic
type NetworkPolicyIngressRule;ports []NetworkPolicyPort atomic;from []NetworkPolicyPeer atomic
kind NetworkPolicyList;metadata ~ListMeta;items! []NetworkPolicy
type NetworkPolicyPeer;podSelector *~LabelSelector;namespaceSelector *~LabelSelector;ipBlock *IPBlock
type NetworkPolicyPort;protocol *core.v1.Protocol;port *IntOrString;endPort *int32
type NetworkPolicySpec;podSelector+ ~LabelSelector;ingress []NetworkPolicyIngressRule atomic;egress []NetworkPolicyEgressRule atomic;policyTypes []PolicyType atomic
type ParentReference;group string;resource!- string;namespace string;name!- string
atomic ServiceBackendPort;name string;number int32
kind ServiceCIDR;metadata ~ObjectMeta;spec ServiceCIDRSpec;status ServiceCIDRStatus
kind ServiceCIDRList;metadata ~ListMeta;items! []ServiceCIDR
type ServiceCIDRSpec;cidrs []string atomic
type ServiceCIDRStatus;conditions []~Condition map=type patch=merge key=type
package node.v1 v1 node.k8s.io/v1
type Overhead;podFixed core.v1.ResourceList
kind RuntimeClass;metadata ~ObjectMeta;handler! string;overhead *Overhead;scheduling *Scheduling
kind RuntimeClassList;metadata ~ListMeta;items! []RuntimeClass
type Scheduling;nodeSelector map[string]string atomic;tolerations []core.v1.Toleration atomic
package policy.v1 v1 policy/v1
named UnhealthyPodEvictionPolicyType string AlwaysAllow,IfHealthyBudget
kind Eviction;metadata ~ObjectMeta;deleteOptions *~DeleteOptions
kind PodDisruptionBudget;metadata ~ObjectMeta;spec PodDisruptionBudgetSpec;status PodDisruptionBudgetStatus
kind PodDisruptionBudgetList;metadata ~ListMeta;items! []PodDisruptionBudget
type PodDisruptionBudgetSpec;minAvailable *IntOrString;selector *~LabelSelector patch=replace;maxUnavailable *IntOrString;unhealthyPodEvictionPolicy *UnhealthyPodEvictionPolicyType
type PodDisruptionBudgetStatus;observedGeneration int64;disruptedPods map[string]Time;disruptionsAllowed+ int32;currentHealthy+ int32;desiredHealthy+ int32;expectedPods+ int32;conditions []~Condition map=type patch=merge key=type
package rbac.v1 v1 rbac.authorization.k8s.io/v1
type AggregationRule;clusterRoleSelectors []~LabelSelector atomic
kind ClusterRole;metadata ~ObjectMeta;rules+ []PolicyRule atomic;aggregationRule *AggregationRule
kind ClusterRoleBinding;metadata ~ObjectMeta;subjects []Subject atomic;roleRef! RoleRef
kind ClusterRoleBindingList;metadata ~ListMeta;items! []ClusterRoleBinding
kind ClusterRoleList;metadata ~ListMeta;items! []ClusterRole
type PolicyRule;verbs! []string atomic;apiGroups []string atomic;resources []string atomic;resourceNames []string atomic;nonResourceURLs []string atomic
kind Role;metadata ~ObjectMeta;rules+ []PolicyRule atomic
kind RoleBinding;metadata ~ObjectMeta;subjects []Subject atomic;roleRef! RoleRef
kind RoleBindingList;metadata ~ListMeta;items! []RoleBinding
kind RoleList;metadata ~ListMeta;items! []Role
atomic RoleRef;apiGroup+ string;kind! string;name! string
atomic Subject;kind! string;apiGroup string;name! string;namespace string
package resource.v1 v1 resource.k8s.io/v1
named AllocationConfigSource string FromClaim,FromClass
named DeviceAllocationMode string
named DeviceTaintEffect string NoExecute,NoSchedule,None
named DeviceTolerationOperator string Equal,Exists
named FullyQualifiedName string
named QualifiedName string
type AllocatedDeviceStatus;driver! string;pool! string;device! string;shareID *string;conditions+ []~Condition map=type;data *RawExtension;networkData *NetworkDeviceData
type AllocationResult;devices DeviceAllocationResult;nodeSelector *core.v1.NodeSelector;allocationTimestamp *Time
type CELDeviceSelector;expression! string
type CapacityRequestPolicy;default+ *Quantity;validValues []Quantity atomic;validRange *CapacityRequestPolicyRange
type CapacityRequestPolicyRange;min!- *Quantity;max *Quantity;step *Quantity
type CapacityRequirements;requests map[QualifiedName]Quantity
type Counter;value! Quantity
type CounterSet;name! string;counters!- map[string]Counter
type Device;name! string;attributes map[QualifiedName]DeviceAttribute;capacity map[QualifiedName]DeviceCapacity;consumesCounters []DeviceCounterConsumption atomic;nodeName *string;nodeSelector *core.v1.NodeSelector;allNodes *bool;taints []DeviceTaint atomic;bindsToNode *bool;bindingConditions []string atomic;bindingFailureConditions []string atomic;allowMultipleAllocations *bool;nodeAllocatableResourceMappings map[string]NodeAllocatableResourceMapping
type DeviceAllocationConfiguration;source! AllocationConfigSource;requests []string atomic;opaque *OpaqueDeviceConfiguration in=DeviceConfiguration
type DeviceAllocationResult;results []DeviceRequestAllocationResult atomic;config []DeviceAllocationConfiguration atomic
type DeviceAttribute;int *int64;bool *bool;string *string;version *string;ints []int64 atomic;bools []bool atomic;strings []string atomic;versions []string atomic
type DeviceCapacity;value! Quantity;requestPolicy *CapacityRequestPolicy
type DeviceClaim;requests+ []DeviceRequest atomic;constraints []DeviceConstraint atomic;config []DeviceClaimConfiguration atomic
type DeviceClaimConfiguration;requests []string atomic;opaque *OpaqueDeviceConfiguration in=DeviceConfiguration
kind DeviceClass;metadata ~ObjectMeta;spec! DeviceClassSpec
type DeviceClassConfiguration;opaque *OpaqueDeviceConfiguration in=DeviceConfiguration
kind DeviceClassList;metadata ~ListMeta;items! []DeviceClass
type DeviceClassSpec;selectors []DeviceSelector atomic;config []DeviceClassConfiguration atomic;extendedResourceName *string
type DeviceConstraint;requests []string atomic;matchAttribute *FullyQualifiedName;distinctAttribute *FullyQualifiedName
type DeviceCounterConsumption;counterSet! string;counters!- map[string]Counter
type DeviceRequest;name! string;exactly *ExactDeviceRequest;firstAvailable []DeviceSubRequest atomic
type DeviceRequestAllocationResult;request! string;driver! string;pool! string;device! string;adminAccess *bool;tolerations []DeviceToleration atomic;bindingConditions []string atomic;bindingFailureConditions []string atomic;shareID *types.UID;consumedCapacity map[QualifiedName]Quantity
type DeviceSelector;cel *CELDeviceSelector
type DeviceSubRequest;name! string;deviceClassName! string;selectors []DeviceSelector atomic;allocationMode DeviceAllocationMode;count int64;tolerations []DeviceToleration atomic;capacity *CapacityRequirements
type DeviceTaint;key! string;value string;effect! DeviceTaintEffect;timeAdded *Time
type DeviceToleration;key string;operator DeviceTolerationOperator default="Equal";value string;effect DeviceTaintEffect;tolerationSeconds *int64
type ExactDeviceRequest;deviceClassName! string;selectors []DeviceSelector atomic;allocationMode DeviceAllocationMode;count int64;adminAccess *bool;tolerations []DeviceToleration atomic;capacity *CapacityRequirements
type NetworkDeviceData;interfaceName string;ips []string atomic;hardwareAddress string
type NodeAllocatableResourceMapping;allocationMultiplier Quantity;capacityKey string
type OpaqueDeviceConfiguration;driver! string;parameters! RawExtension
kind ResourceClaim;metadata ~ObjectMeta;spec! ResourceClaimSpec;status ResourceClaimStatus
type ResourceClaimConsumerReference;apiGroup string;resource! string;name! string;uid! types.UID
kind ResourceClaimList;metadata ~ListMeta;items! []ResourceClaim
type ResourceClaimSpec;devices+ DeviceClaim
type ResourceClaimStatus;allocation *AllocationResult;reservedFor []ResourceClaimConsumerReference map=uid patch=merge key=uid;devices []AllocatedDeviceStatus map=driver,device,pool,shareID
kind ResourceClaimTemplate;metadata ~ObjectMeta;spec! ResourceClaimTemplateSpec
kind ResourceClaimTemplateList;metadata ~ListMeta;items! []ResourceClaimTemplate
type ResourceClaimTemplateSpec;metadata ~ObjectMeta;spec! ResourceClaimSpec
type ResourcePool;name! string;generation! int64;resourceSliceCount! int64
kind ResourceSlice;metadata ~ObjectMeta;spec! ResourceSliceSpec
kind ResourceSliceList;metadata ~ListMeta;items! []ResourceSlice
type ResourceSliceSpec;driver! string;pool! ResourcePool;nodeName *string;nodeSelector *core.v1.NodeSelector;allNodes *bool;devices []Device atomic;perDeviceNodeSelection *bool;sharedCounters []CounterSet atomic
package scheduling.v1 v1 scheduling.k8s.io/v1
kind PriorityClass;metadata ~ObjectMeta;value+ int32;globalDefault bool;description string;preemptionPolicy *core.v1.PreemptionPolicy
kind PriorityClassList;metadata ~ListMeta;items! []PriorityClass
package storage.v1 v1 storage.k8s.io/v1
named FSGroupPolicy string
named VolumeBindingMode string Immediate,WaitForFirstConsumer
named VolumeLifecycleMode string
kind CSIDriver;metadata ~ObjectMeta;spec! CSIDriverSpec
kind CSIDriverList;metadata ~ListMeta;items! []CSIDriver
type CSIDriverSpec;attachRequired *bool;podInfoOnMount *bool;volumeLifecycleModes []VolumeLifecycleMode set;storageCapacity *bool;fsGroupPolicy *FSGroupPolicy;tokenRequests []TokenRequest atomic;requiresRepublish *bool;seLinuxMount *bool;nodeAllocatableUpdatePeriodSeconds *int64;serviceAccountTokenInSecrets *bool;preventPodSchedulingIfMissing *bool
kind CSINode;metadata ~ObjectMeta;spec! CSINodeSpec
type CSINodeDriver;name! string;nodeID! string;topologyKeys+ []string atomic;allocatable *VolumeNodeResources
kind CSINodeList;metadata ~ListMeta;items! []CSINode
type CSINodeSpec;drivers! []CSINodeDriver map=name patch=merge key=name
kind CSIStorageCapacity;metadata ~ObjectMeta;nodeTopology *~LabelSelector;storageClassName! string;capacity *Quantity;maximumVolumeSize *Quantity
kind CSIStorageCapacityList;metadata ~ListMeta;items! []CSIStorageCapacity
kind StorageClass;metadata ~ObjectMeta;provisioner! string;parameters map[string]string;reclaimPolicy *core.v1.PersistentVolumeReclaimPolicy;mountOptions []string atomic;allowVolumeExpansion *bool;volumeBindingMode *VolumeBindingMode;allowedTopologies []core.v1.TopologySelectorTerm atomic
kind StorageClassList;metadata ~ListMeta;items! []StorageClass
type TokenRequest;audience! string;expirationSeconds *int64
kind VolumeAttachment;metadata ~ObjectMeta;spec! VolumeAttachmentSpec;status VolumeAttachmentStatus
kind VolumeAttachmentList;metadata ~ListMeta;items! []VolumeAttachment
type VolumeAttachmentSource;persistentVolumeName *string;inlineVolumeSpec *core.v1.PersistentVolumeSpec
type VolumeAttachmentSpec;attacher! string;source! VolumeAttachmentSource;nodeName! string
type VolumeAttachmentStatus;attached! bool;attachmentMetadata map[string]string;attachError *VolumeError;detachError *VolumeError
kind VolumeAttributesClass;metadata ~ObjectMeta;driverName! string;parameters map[string]string
kind VolumeAttributesClassList;metadata ~ListMeta;items! []VolumeAttributesClass
type VolumeError;time Time;message string;errorCode *int32
type VolumeNodeResources;count *int32
package version version -
type Info;major! string;minor! string;emulationMajor string;emulationMinor string;minCompatibilityMajor string;minCompatibilityMinor string;gitVersion! string;gitCommit! string;gitTreeState! string;buildDate! string;goVersion! string;compiler! string;platform! string
package types types -
named UID string
`
