// A CNI of which no more is known than its name: nothing is expected of it, so nothing can be wrong by expectation.
// What the kernel says for itself (links, routes, rules, live traffic) is examined all the same.

import type { Ask } from '../../diagnosis/playbook.ts';
import { Workload } from '../../probes/api-objects.ts';
import { listObjects } from '../../probes/api-reads.ts';
import type { CniAgent, CniNetwork, CniProfile } from './network.ts';

/** Labels of the node agents in their projects' own manifests and charts, and the container that does the work. */
const AGENTS: Record<string, { labels: [key: string, value: string][]; container: string }> = {
  calico: {
    labels: [
      ['k8s-app', 'calico-node'],
      ['k8s-app', 'canal'],
    ],
    container: 'calico-node',
  },
  cilium: { labels: [['k8s-app', 'cilium']], container: 'cilium-agent' },
  terway: {
    labels: [
      ['app', 'terway-eniip'],
      ['app', 'terway'],
    ],
    container: 'terway',
  },
};

export const genericProfile = (cni: string): CniProfile => ({
  id: cni,
  describe: async (ask): Promise<CniNetwork> => ({
    cni,
    attachment: cni === 'calico' ? 'routed' : 'unknown',
    encapsulation: { kind: 'unknown' },
    enforcesPolicies: cni !== 'unknown',
    agent: await findAgent(ask, cni),
    podNetworks: [],
    evidence: [],
    podMtu: () => undefined,
    podNetworkAddresses: () => [],
    peerEntries: () => undefined,
  }),
});

/** Where it is differs with how it was installed; empty when there is none that is known. */
async function findAgent(ask: Ask, cni: string): Promise<CniAgent> {
  const nobody = { namespace: '', daemonSet: '', labelSelector: '', container: '' };
  const known = AGENTS[cni];
  if (!known) return nobody;
  const daemonSets = await ask(listObjects('daemonsets', Workload));
  if (daemonSets.status === 'unavailable') return nobody;
  for (const [key, value] of known.labels) {
    const found = daemonSets.value.find(({ spec }) => spec.selector.matchLabels[key] === value);
    if (found)
      return {
        namespace: found.metadata.namespace,
        daemonSet: found.metadata.name,
        labelSelector: `${key}=${value}`,
        container: known.container,
      };
  }
  return nobody;
}
