// The routing table: which alerts lead to which playbook and what is examined then. Rows are tried in their order and the
// first one that fits decides. Only data; how a row is applied, and what happens when none fits, is `routing.ts`.

import type { PlaybookName } from '../incidents/intent.ts';
import type { Component } from './components.ts';

/**
 * Where to look, as the labels name it; what they do not name, or not with a valid name, falls back to the next wider one.
 * `pod`: the pod, else `host`. `nodes`: both ends of a measured way, else `host`. `host`: the node, also by the address
 * that was scraped. `node`: the node by its name only. `cluster`: everything, whatever the labels name.
 */
export type Where = 'pod' | 'nodes' | 'host' | 'node' | 'cluster';

export type Route = {
  /** Names of alerts. */
  alerts: readonly string[];
  /** Only when a workload that the alert names is one of these. */
  workload?: readonly Component[];
  /** Only when its scrape job is that of one of these. */
  job?: readonly Component[];
  /** Only when all these labels have such a value; an absent label is an empty one. */
  labels?: Record<string, RegExp>;
} & ({ playbook: PlaybookName; where: Where } | { ignore: 'not-network' | 'always-firing' });

// Alerts of kubernetes-mixin about any workload: about the network when the workload is a part of it.
const ABOUT_PODS = ['KubePodNotReady', 'KubePodCrashLooping', 'KubeContainerWaiting', 'CPUThrottlingHigh'];
const ABOUT_WORKLOADS = [
  'KubeDeploymentReplicasMismatch',
  'KubeDeploymentRolloutStuck',
  'KubeDaemonSetRolloutStuck',
  'KubeDaemonSetNotScheduled',
  'KubeDaemonSetMisScheduled',
];

// There is no playbook for addresses and none for policies yet. What runs out of addresses is seen by the one for the CNI's
// components, what a policy drops by all of them together.
const FOR_ADDRESSES = 'cni-health';
const FOR_POLICIES = 'cluster';

export const routes: readonly Route[] = [
  { alerts: ['Watchdog', 'InfoInhibitor'], ignore: 'always-firing' },

  // kubernetes-mixin: workloads
  { alerts: [...ABOUT_PODS, ...ABOUT_WORKLOADS], workload: ['cni'], playbook: 'cni-health', where: 'node' },
  { alerts: [...ABOUT_PODS, ...ABOUT_WORKLOADS], workload: ['dns'], playbook: 'dns', where: 'cluster' },
  { alerts: [...ABOUT_PODS, ...ABOUT_WORKLOADS], workload: ['kube-proxy'], playbook: 'pod', where: 'node' },
  // The sandbox comes before the image and before what the container runs: other reasons mean that it has its network.
  {
    alerts: ['KubeContainerWaiting'],
    labels: { reason: /^(ContainerCreating|PodInitializing|)$/ },
    playbook: 'pod',
    where: 'pod',
  },
  { alerts: ['KubePodNotReady', 'KubePodCrashLooping'], playbook: 'pod', where: 'pod' },
  {
    alerts: ['KubeContainerWaiting', 'CPUThrottlingHigh', ...ABOUT_WORKLOADS, 'KubeJobFailed'],
    ignore: 'not-network',
  },

  // kubernetes-mixin: nodes
  {
    alerts: ['KubeNodeNotReady', 'KubeNodeUnreachable', 'KubeNodeReadinessFlapping'],
    playbook: 'cni-health',
    where: 'node',
  },
  { alerts: ['KubeletTooManyPods'], playbook: FOR_ADDRESSES, where: 'host' },
  { alerts: ['KubeletPodStartUpLatencyHigh'], playbook: 'cni-health', where: 'host' },
  {
    alerts: ['KubeletInstanceUnreachable', 'KubeProxyInstanceUnreachable'],
    playbook: 'cross-node',
    where: 'host',
  },
  // Nobody is scraped: the way from Prometheus is as likely as all kubelets at once.
  { alerts: ['KubeletDown'], playbook: 'cross-node', where: 'cluster' },
  // Eviction and a slow runtime are no faults of the network.
  { alerts: ['KubeNodePressure', 'KubeletPlegDurationHigh'], ignore: 'not-network' },

  // kubernetes-mixin: Services and the API server
  { alerts: ['KubeProxyDown'], playbook: 'pod', where: 'cluster' },
  { alerts: ['KubeAggregatedAPIErrors', 'KubeAggregatedAPIDown'], playbook: 'pod', where: 'cluster' },
  {
    alerts: ['KubeAPIDown', 'KubeAPIErrorBudgetBurn', 'KubeAPITerminatedRequests'],
    playbook: 'cni-health',
    where: 'cluster',
  },
  {
    alerts: ['KubeClientErrors'],
    job: ['cni', 'kubelet', 'kube-proxy'],
    playbook: 'cni-health',
    where: 'host',
  },
  { alerts: ['KubeClientErrors'], job: ['dns'], playbook: 'dns', where: 'cluster' },
  { alerts: ['KubeClientErrors'], ignore: 'not-network' },

  // coredns-mixin; those on `coredns_forward_` metrics fire only with CoreDNS before 1.11
  {
    alerts: [
      'CoreDNSDown',
      'CoreDNSLatencyHigh',
      'CoreDNSErrorsHigh',
      'CoreDNSForwardLatencyHigh',
      'CoreDNSForwardErrorsHigh',
      'CoreDNSForwardHealthcheckFailureCount',
      'CoreDNSForwardHealthcheckBrokenCount',
    ],
    playbook: 'dns',
    where: 'cluster',
  },

  // node-mixin and kube-prometheus
  { alerts: ['NodeHighNumberConntrackEntriesUsed'], playbook: 'cross-node', where: 'host' },
  {
    alerts: ['NodeNetworkReceiveErrs', 'NodeNetworkTransmitErrs', 'NodeNetworkInterfaceFlapping'],
    playbook: 'cross-node',
    where: 'host',
  },
  { alerts: ['NodeClockNotSynchronising', 'NodeClockSkewDetected'], ignore: 'not-network' },
  { alerts: ['TargetDown'], job: ['dns'], playbook: 'dns', where: 'cluster' },
  { alerts: ['TargetDown'], job: ['cni'], playbook: 'cni-health', where: 'cluster' },
  { alerts: ['TargetDown'], job: ['kube-proxy'], playbook: 'pod', where: 'cluster' },
  { alerts: ['TargetDown'], job: ['kubelet'], playbook: 'cross-node', where: 'cluster' },
  { alerts: ['TargetDown'], ignore: 'not-network' },

  // Cilium, as others' mixins name it
  {
    alerts: [
      'CiliumAgentEndpointFailures',
      'CiliumAgentEndpointUpdateFailure',
      'CiliumAgentContainerNetworkInterfaceApiErrorEndpointCreate',
      'CiliumAgentApiEndpointErrors',
      'CiliumAgentApiHighErrorRate',
      'CiliumAgentMapOperationFailures',
      'CiliumNodeLocalHighIdentityAllocation',
      'RunningOutOfCiliumClusterIdentities',
    ],
    playbook: 'cni-health',
    where: 'host',
  },
  {
    alerts: ['CiliumOperatorExhaustedIpamIps', 'CiliumOperatorLowAvailableIpamIps'],
    playbook: FOR_ADDRESSES,
    where: 'cluster',
  },
  {
    alerts: [
      'CiliumAgentBpfMapPressure',
      'CiliumAgentNatTableFull',
      'CiliumAgentConntrackTableFull',
      'CiliumAgentConnTrackFailedGarbageCollectorRuns',
    ],
    playbook: 'cross-node',
    where: 'host',
  },
  {
    alerts: ['CiliumAgentHighDeniedRate', 'CiliumAgentPolicyMapPressure'],
    playbook: FOR_POLICIES,
    where: 'host',
  },
  {
    alerts: ['CiliumUnreachableNodes', 'CiliumAgentUnreachableHealthEndpoints'],
    playbook: 'cross-node',
    where: 'host',
  },

  // The guide's three, as it names them
  { alerts: ['CNIComponentDown'], playbook: 'cni-health', where: 'host' },
  { alerts: ['CoreDNSHealthError'], playbook: 'dns', where: 'cluster' },
  { alerts: ['NetworkLatencyHigh'], playbook: 'cross-node', where: 'nodes' },

  // Our own rules, and those that are recommended in place of the guide's
  {
    alerts: [
      'CNIDaemonSetPodsUnavailable',
      'CNIAgentCrashLooping',
      'CNIMetricsAbsent',
      'CNIAgentDown',
      'CNIVersionSkew',
      'NodeNetworkUnavailable',
      'SandboxCreateErrors',
    ],
    playbook: 'cni-health',
    where: 'host',
  },
  {
    alerts: [
      'CoreDNSHealthProbeFailing',
      'CoreDNSOverloaded',
      'CoreDNSServfailRatio',
      'CoreDNSUpstreamBroken',
      'CoreDNSBadConfig',
      'CoreDNSPanic',
      'CoreDNSNoEndpoints',
      'DNSSuccessRateLow',
    ],
    playbook: 'dns',
    where: 'cluster',
  },
  {
    alerts: ['PodMeshLatency', 'PodNetworkLatencyHigh', 'PodNetworkLoss'],
    playbook: 'cross-node',
    where: 'nodes',
  },
  {
    alerts: ['CiliumNodeHealthLatency', 'CiliumUnreachable', 'ConntrackHigh'],
    playbook: 'cross-node',
    where: 'host',
  },
  { alerts: ['IPAMPoolHigh', 'PodAddressesRunningOut'], playbook: FOR_ADDRESSES, where: 'host' },
  { alerts: ['KubeProxySyncStale'], playbook: 'pod', where: 'host' },
  { alerts: ['NetworkPolicyChanged'], playbook: FOR_POLICIES, where: 'cluster' },
  // The API server, our agent and the worker are all as likely.
  { alerts: ['CNITriageMeasurementMissing'], playbook: 'cluster', where: 'cluster' },
];
