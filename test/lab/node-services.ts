// What runs on a node: containerd, kubelet, kube-proxy. Their configuration files and command lines,
// with the paths that a real node has. Starts nothing.

import { join } from 'node:path';
import { labSourceDir } from './paths.ts';
import { clusterDomain, dnsServiceAddress, nodeAddress, podRange } from './topology.ts';

export const nodeServices = ['containerd', 'kubelet', 'kube-proxy'] as const;
export type NodeService = (typeof nodeServices)[number];

export const serviceArgv = (service: NodeService, stateDir: string, node: string): string[] => {
  switch (service) {
    case 'containerd':
      return ['containerd', '--config', join(labSourceDir, 'containerd.toml')];
    case 'kubelet':
      return [
        join(stateDir, 'bin/kubelet'),
        '--config=/var/lib/kubelet/config.yaml',
        '--kubeconfig=/var/lib/kubelet/kubeconfig',
        `--hostname-override=${node}`,
        `--node-ip=${nodeAddress(node)}`,
      ];
    case 'kube-proxy':
      return [join(stateDir, 'bin/kube-proxy'), '--config=/var/lib/kube-proxy/config.conf'];
  }
};

/** JSON is YAML: the files keep the names that they have on a node made by kubeadm. */
export const kubeletConfiguration = (node: string, cgroup: string) =>
  JSON.stringify({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: nodeAddress(node),
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    cgroupDriver: 'cgroupfs',
    cgroupsPerQOS: true,
    cgroupRoot: `/${cgroup}`,
    enforceNodeAllocatable: [],
    failSwapOn: false,
    // Tolerates what root without CAP_SYS_RESOURCE may not do: /dev/kmsg, oom_score_adj, some sysctls.
    featureGates: { KubeletInUserNamespace: true },
    containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
    clusterDNS: [dnsServiceAddress],
    clusterDomain,
    resolvConf: '/etc/resolv.conf',
    podLogsDir: '/var/log/pods',
    nodeStatusUpdateFrequency: '5s',
    // Renewed every quarter of it: five signs of life within the grace period of the control plane.
    nodeLeaseDurationSeconds: 16,
    evictionHard: { 'imagefs.available': '1%', 'nodefs.available': '1%', 'memory.available': '50Mi' },
    serializeImagePulls: false,
    registryPullQPS: 0,
  });

export const kubeProxyConfiguration = (node: string) =>
  JSON.stringify({
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'iptables',
    clusterCIDR: podRange,
    hostnameOverride: node,
    clientConnection: { kubeconfig: '/var/lib/kube-proxy/kubeconfig' },
    // Conntrack limits belong to the machine and are read-only in a network namespace.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
    iptables: { minSyncPeriod: '1s', syncPeriod: '30s' },
    metricsBindAddress: `${nodeAddress(node)}:10249`,
    healthzBindAddress: `${nodeAddress(node)}:10256`,
  });
