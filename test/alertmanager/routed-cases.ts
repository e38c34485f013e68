// Every alert that the routing table names, with the labels that it has where it comes from, and where it leads: the
// playbook, its target, and `@node` where the place is known beside the target.

type Labels = Record<string, string>;
type RoutedCase = readonly [alert: string, labels: Labels, line: string];

// The exporters' own labels, as a scrape adds them.
export const ofKsm = { job: 'kube-state-metrics', instance: '10.244.0.9:8080' };
export const ofNodeExporter = { job: 'node-exporter', instance: '10.0.0.5:9100' };
const ofKubelet = { job: 'kubelet', instance: '10.0.0.5:10250', metrics_path: '/metrics' };
const ofDns = { job: 'kube-dns', instance: '10.244.0.2:9153', pod: 'coredns-5d78c9869d-abcde' };
const ofCilium = { job: 'cilium-agent', instance: '10.0.0.5:9962', pod: 'cilium-abcde' };
export const shopPod = { namespace: 'shop', pod: 'web-7f' };
const system = (pod: string): Labels => ({ namespace: 'kube-system', pod });
const way = { src_node: 'n1', dst_node: 'n2' };

const ofKubernetesMixin: RoutedCase[] = [
  ['KubeContainerWaiting', { ...ofKsm, ...shopPod, reason: 'ContainerCreating' }, 'pod shop/web-7f'],
  ['KubeContainerWaiting', { ...ofKsm, ...shopPod }, 'pod shop/web-7f'],
  ['KubeContainerWaiting', { ...shopPod, reason: 'ImagePullBackOff' }, 'ignore: not-network'],
  ['KubeContainerWaiting', { ...shopPod, reason: 'CreateContainerConfigError' }, 'ignore: not-network'],
  ['KubePodNotReady', { ...ofKsm, ...shopPod }, 'pod shop/web-7f'],
  ['KubePodNotReady', { ...shopPod, node: 'n1' }, 'pod shop/web-7f @n1'],
  ['KubePodCrashLooping', { ...shopPod, reason: 'CrashLoopBackOff' }, 'pod shop/web-7f'],
  ['KubePodCrashLooping', system('calico-node-x7k2p'), 'cni-health cluster'],
  ['KubePodCrashLooping', { ...system('kube-flannel-ds-x7k2p'), node: 'n1' }, 'cni-health node/n1'],
  ['KubePodCrashLooping', system('cilium-operator-6d5f8b9c7d-abcde'), 'cni-health cluster'],
  ['KubePodCrashLooping', system('coredns-5d78c9869d-abcde'), 'dns cluster'],
  ['KubePodCrashLooping', system('kube-proxy-abcde'), 'pod cluster'],
  ['KubeDeploymentReplicasMismatch', { namespace: 'kube-system', deployment: 'coredns' }, 'dns cluster'],
  [
    'KubeDeploymentRolloutStuck',
    { namespace: 'kube-system', deployment: 'calico-typha' },
    'cni-health cluster',
  ],
  ['KubeDeploymentReplicasMismatch', { namespace: 'shop', deployment: 'web' }, 'ignore: not-network'],
  ['KubeDaemonSetRolloutStuck', { namespace: 'kube-system', daemonset: 'cilium' }, 'cni-health cluster'],
  ['KubeDaemonSetRolloutStuck', { namespace: 'kube-system', daemonset: 'kube-proxy' }, 'pod cluster'],
  ['KubeDaemonSetRolloutStuck', { namespace: 'kube-system', daemonset: 'node-local-dns' }, 'dns cluster'],
  ['KubeDaemonSetNotScheduled', { daemonset: 'kube-flannel-ds' }, 'cni-health cluster'],
  ['KubeDaemonSetMisScheduled', { daemonset: 'calico-node' }, 'cni-health cluster'],
  ['KubeDaemonSetMisScheduled', { daemonset: 'fluentd' }, 'ignore: not-network'],
  ['CPUThrottlingHigh', { ...system('coredns-5d78c9869d-abcde'), container: 'coredns' }, 'dns cluster'],
  ['CPUThrottlingHigh', { ...shopPod, container: 'web' }, 'ignore: not-network'],
  ['KubeNodeNotReady', { ...ofKsm, node: 'n1', condition: 'Ready' }, 'cni-health node/n1'],
  ['KubeNodeUnreachable', { ...ofKsm, node: 'n1', effect: 'NoSchedule' }, 'cni-health node/n1'],
  ['KubeNodeReadinessFlapping', { ...ofKsm, node: 'n1' }, 'cni-health node/n1'],
  ['KubeNodePressure', { node: 'n1', condition: 'MemoryPressure' }, 'ignore: not-network'],
  ['KubeletTooManyPods', { node: 'n1' }, 'cni-health node/n1'],
  ['KubeletPodStartUpLatencyHigh', { ...ofKubelet, node: 'n1' }, 'cni-health node/n1'],
  ['KubeletPlegDurationHigh', { ...ofKubelet, node: 'n1' }, 'ignore: not-network'],
  ['KubeletDown', { severity: 'critical' }, 'cross-node cluster'],
  ['KubeletInstanceUnreachable', ofKubelet, 'cross-node node/10.0.0.5'],
  [
    'KubeProxyInstanceUnreachable',
    { job: 'kube-proxy', instance: '10.0.0.5:10249' },
    'cross-node node/10.0.0.5',
  ],
  ['KubeProxyDown', { severity: 'critical' }, 'pod cluster'],
  ['KubeAPIDown', {}, 'cni-health cluster'],
  ['KubeAPIErrorBudgetBurn', { short: '5m', long: '1h' }, 'cni-health cluster'],
  ['KubeAPITerminatedRequests', {}, 'cni-health cluster'],
  ['KubeAggregatedAPIErrors', { name: 'v3.projectcalico.org', reason: 'x' }, 'pod cluster'],
  ['KubeAggregatedAPIDown', { name: 'v1beta1.metrics.k8s.io', namespace: 'default' }, 'pod cluster'],
  ['KubeClientErrors', ofKubelet, 'cni-health node/10.0.0.5'],
  ['KubeClientErrors', { job: 'coredns', instance: '10.244.0.2:9153' }, 'dns cluster'],
  ['KubeClientErrors', { job: 'kube-scheduler', instance: '10.0.0.1:10259' }, 'ignore: not-network'],
  ['KubeJobFailed', { namespace: 'shop', job_name: 'migrate' }, 'ignore: not-network'],
];

// coredns-mixin, node-mixin and kube-prometheus
const ofOtherMixins: RoutedCase[] = [
  ['CoreDNSDown', {}, 'dns cluster'],
  ['CoreDNSLatencyHigh', { ...ofDns, server: 'dns://:53', zone: '.' }, 'dns cluster'],
  ['CoreDNSErrorsHigh', {}, 'dns cluster'],
  ['CoreDNSForwardLatencyHigh', { ...ofDns, to: '10.0.0.2:53' }, 'dns cluster'],
  ['CoreDNSForwardErrorsHigh', { ...ofDns, to: '10.0.0.2:53' }, 'dns cluster'],
  ['CoreDNSForwardHealthcheckFailureCount', ofDns, 'dns cluster'],
  ['CoreDNSForwardHealthcheckBrokenCount', { job: 'kube-dns' }, 'dns cluster'],
  ['NodeHighNumberConntrackEntriesUsed', ofNodeExporter, 'cross-node node/10.0.0.5'],
  ['NodeNetworkReceiveErrs', { ...ofNodeExporter, device: 'eth0' }, 'cross-node node/10.0.0.5'],
  ['NodeNetworkTransmitErrs', { ...ofNodeExporter, device: 'flannel.1' }, 'cross-node node/10.0.0.5'],
  [
    'NodeNetworkInterfaceFlapping',
    { ...ofNodeExporter, namespace: 'monitoring', pod: 'node-exporter-abcde', device: 'eth0' },
    'cross-node node/10.0.0.5',
  ],
  ['NodeClockNotSynchronising', ofNodeExporter, 'ignore: not-network'],
  ['NodeClockSkewDetected', ofNodeExporter, 'ignore: not-network'],
  ['TargetDown', { job: 'coredns', namespace: 'kube-system', service: 'kube-dns' }, 'dns cluster'],
  ['TargetDown', { job: 'felix-metrics-svc', namespace: 'kube-system' }, 'cni-health cluster'],
  ['TargetDown', { job: 'kube-system/cilium-agent' }, 'cni-health cluster'],
  ['TargetDown', { job: 'kube-proxy' }, 'pod cluster'],
  ['TargetDown', { job: 'kubelet' }, 'cross-node cluster'],
  ['TargetDown', { job: 'web', namespace: 'shop', service: 'web' }, 'ignore: not-network'],
  ['Watchdog', {}, 'ignore: always-firing'],
  ['InfoInhibitor', { namespace: 'shop' }, 'ignore: always-firing'],
];

const ofCiliumMixins: RoutedCase[] = [
  ['CiliumAgentEndpointFailures', ofCilium, 'cni-health node/10.0.0.5'],
  ['CiliumAgentEndpointUpdateFailure', ofCilium, 'cni-health node/10.0.0.5'],
  ['CiliumAgentContainerNetworkInterfaceApiErrorEndpointCreate', ofCilium, 'cni-health node/10.0.0.5'],
  ['CiliumAgentApiEndpointErrors', ofCilium, 'cni-health node/10.0.0.5'],
  ['CiliumAgentApiHighErrorRate', ofCilium, 'cni-health node/10.0.0.5'],
  ['CiliumAgentMapOperationFailures', ofCilium, 'cni-health node/10.0.0.5'],
  ['CiliumNodeLocalHighIdentityAllocation', ofCilium, 'cni-health node/10.0.0.5'],
  ['RunningOutOfCiliumClusterIdentities', ofCilium, 'cni-health node/10.0.0.5'],
  ['CiliumOperatorExhaustedIpamIps', ofCilium, 'cni-health cluster'],
  ['CiliumOperatorLowAvailableIpamIps', ofCilium, 'cni-health cluster'],
  ['CiliumAgentBpfMapPressure', ofCilium, 'cross-node node/10.0.0.5'],
  ['CiliumAgentNatTableFull', ofCilium, 'cross-node node/10.0.0.5'],
  ['CiliumAgentConntrackTableFull', ofCilium, 'cross-node node/10.0.0.5'],
  ['CiliumAgentConnTrackFailedGarbageCollectorRuns', ofCilium, 'cross-node node/10.0.0.5'],
  ['CiliumAgentHighDeniedRate', ofCilium, 'cluster node/10.0.0.5'],
  ['CiliumAgentPolicyMapPressure', ofCilium, 'cluster node/10.0.0.5'],
  ['CiliumUnreachableNodes', ofCilium, 'cross-node node/10.0.0.5'],
  ['CiliumAgentUnreachableHealthEndpoints', ofCilium, 'cross-node node/10.0.0.5'],
];

// The guide's three, what is recommended in their place, and our own
const ofOwnRules: RoutedCase[] = [
  ['CNIComponentDown', { node: 'n1' }, 'cni-health node/n1'],
  ['CNIComponentDown', { job: 'calico-node', instance: '10.0.0.5:9091' }, 'cni-health node/10.0.0.5'],
  ['CNIComponentDown', {}, 'cni-health cluster'],
  ['CoreDNSHealthError', { job: 'coredns', instance: '10.244.0.2:9153' }, 'dns cluster'],
  ['NetworkLatencyHigh', way, 'cross-node node/n1 -> node/n2'],
  ['NetworkLatencyHigh', { source_node: 'n1', target_node: 'n2' }, 'cross-node node/n1 -> node/n2'],
  ['NetworkLatencyHigh', { node: 'n1' }, 'cross-node node/n1'],
  ['NetworkLatencyHigh', { src_node: 'n1', dst_node: 'n1' }, 'cross-node cluster'],
  ['CNIDaemonSetPodsUnavailable', { ...ofKsm, daemonset: 'calico-node' }, 'cni-health cluster'],
  ['CNIAgentCrashLooping', { ...ofKsm, ...system('calico-node-abcde') }, 'cni-health cluster'],
  ['CNIMetricsAbsent', { job: 'cilium-agent' }, 'cni-health cluster'],
  ['CNIAgentDown', { node: 'n1' }, 'cni-health node/n1'],
  ['CNIVersionSkew', {}, 'cni-health cluster'],
  ['NodeNetworkUnavailable', { ...ofKsm, node: 'n1' }, 'cni-health node/n1'],
  ['SandboxCreateErrors', ofKubelet, 'cni-health node/10.0.0.5'],
  ['CoreDNSHealthProbeFailing', {}, 'dns cluster'],
  ['CoreDNSOverloaded', { instance: '10.244.0.2:9153' }, 'dns cluster'],
  ['CoreDNSServfailRatio', { server: 'dns://:53', zone: 'cluster.local.' }, 'dns cluster'],
  ['CoreDNSUpstreamBroken', {}, 'dns cluster'],
  ['CoreDNSBadConfig', {}, 'dns cluster'],
  ['CoreDNSPanic', {}, 'dns cluster'],
  ['CoreDNSNoEndpoints', {}, 'dns cluster'],
  ['DNSSuccessRateLow', { node: 'n1' }, 'dns cluster @n1'],
  ['PodMeshLatency', way, 'cross-node node/n1 -> node/n2'],
  ['PodNetworkLatencyHigh', way, 'cross-node node/n1 -> node/n2'],
  ['PodNetworkLoss', way, 'cross-node node/n1 -> node/n2'],
  ['CiliumNodeHealthLatency', { type: 'node', protocol: 'icmp' }, 'cross-node cluster'],
  ['CiliumUnreachable', { job: 'cilium-agent', instance: '10.0.0.5:9962' }, 'cross-node node/10.0.0.5'],
  ['ConntrackHigh', ofNodeExporter, 'cross-node node/10.0.0.5'],
  ['IPAMPoolHigh', { ippool: 'default-ipv4-ippool' }, 'cni-health cluster'],
  ['PodAddressesRunningOut', { node: 'n1' }, 'cni-health node/n1'],
  ['KubeProxySyncStale', { job: 'kube-proxy', instance: '10.0.0.5:10249' }, 'pod node/10.0.0.5'],
  ['NetworkPolicyChanged', { namespace: 'shop' }, 'cluster cluster'],
  ['CNITriageMeasurementMissing', { what: 'agents' }, 'cluster cluster'],
];

export const routedCases = {
  'of kubernetes-mixin': ofKubernetesMixin,
  'of other mixins': ofOtherMixins,
  'about Cilium, as others name them': ofCiliumMixins,
  "of the guide's rules and of ours": ofOwnRules,
};
