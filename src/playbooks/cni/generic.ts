// A CNI of which no more is known than its name: nothing is expected of it, so nothing can be wrong by expectation.
// What the kernel says for itself (links, routes, rules, live traffic) is examined all the same.

import type { CniAgent, CniNetwork, CniProfile } from './network.ts';

/** Node agents as their projects' own manifests name them. */
const AGENTS: Record<string, CniAgent> = {
  calico: {
    namespace: 'kube-system',
    daemonSet: 'calico-node',
    labelSelector: 'k8s-app=calico-node',
    container: 'calico-node',
  },
  cilium: {
    namespace: 'kube-system',
    daemonSet: 'cilium',
    labelSelector: 'k8s-app=cilium',
    container: 'cilium-agent',
  },
  terway: {
    namespace: 'kube-system',
    daemonSet: 'terway-eniip',
    labelSelector: 'app=terway-eniip',
    container: 'terway',
  },
};

export const genericProfile = (cni: string): CniProfile => ({
  id: cni,
  describe: async (): Promise<CniNetwork> => ({
    cni,
    attachment: cni === 'calico' ? 'routed' : 'unknown',
    encapsulation: { kind: 'unknown' },
    enforcesPolicies: cni !== 'unknown',
    agent: AGENTS[cni] ?? { namespace: '', daemonSet: '', labelSelector: '', container: '' },
    podNetworks: [],
    evidence: [],
    podMtu: () => undefined,
    podNetworkAddresses: () => [],
    peerEntries: () => undefined,
  }),
});
