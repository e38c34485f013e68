// Which part of the cluster's network an alert is about, told by the names of workloads and jobs in its labels. It knows
// names only; whether such a workload is there is for the diagnosis to see.

import type { Labels } from './labels.ts';

export type Component = 'cni' | 'dns' | 'kube-proxy' | 'kubelet';

// Names of DaemonSets and Deployments as their projects and distributions ship them.
const WORKLOADS: readonly [Component, string[]][] = [
  [
    'cni',
    [
      'calico-node|calico-typha|calico-kube-controllers|tigera-operator|canal|rke2-canal',
      'kube-flannel|kube-flannel-ds(-[a-z0-9]+)?|flannel',
      'cilium|cilium-agent|cilium-envoy|cilium-operator(-generic|-aws|-azure|-alibabacloud)?|rke2-cilium',
      'terway|terway-eniip|terway-eni|terway-controlplane',
      'aws-node|azure-cns|antrea-agent|antrea-controller|ovnkube-node|kindnet|weave-net|kube-router|kube-multus(-ds)?',
    ],
  ],
  [
    'dns',
    ['coredns|kube-dns|dns-default|rke2-coredns(-rke2-coredns)?|node-local-dns|nodelocaldns|node-cache'],
  ],
  ['kube-proxy', ['kube-proxy']],
  ['kubelet', ['kubelet']],
];

// What pods add to the name of their workload: a DaemonSet five characters, a Deployment a hash before them.
const patterns = WORKLOADS.map(
  ([component, names]) =>
    [component, new RegExp(`^(?:${names.join('|')})(?:-[a-z0-9]{5}|-[a-z0-9]{6,10}-[a-z0-9]{5})?$`)] as const,
);

// Scrape jobs are named freely: after the workload, with a namespace before it, or with a word behind it.
const JOBS: readonly [Component, RegExp][] = [
  ['dns', /(^|[^a-z])(coredns|kube-?dns|node-?local-?dns)/],
  ['kube-proxy', /(^|[^a-z])kube-?proxy/],
  ['kubelet', /(^|[^a-z])kubelet/],
  ['cni', /(^|[^a-z])(calico|felix|typha|flannel|cilium|hubble|terway|antrea|canal|aws-node|kube-router)/],
];

/** The workload that the alert names is such a component; not its job, which may be an exporter's. */
export function workloadOf(labels: Labels): Component | undefined {
  const names = [
    labels.daemonset,
    labels.deployment,
    'exported_pod' in labels ? labels.exported_pod : labels.pod,
  ].filter((name) => name !== undefined);
  return patterns.find(([, pattern]) => names.some((name) => pattern.test(name)))?.[0];
}

/** The scrape job, or the Service behind it, is that of such a component. */
export function jobOf({ job = '', service = '' }: Labels): Component | undefined {
  return JOBS.find(
    ([, pattern]) => pattern.test(job.toLowerCase()) || pattern.test(service.toLowerCase()),
  )?.[0];
}
