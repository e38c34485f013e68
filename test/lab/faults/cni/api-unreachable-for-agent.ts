// A rule on one node drops what goes to the API server's Service address, and its agent restarts. Seen: flannel runs
// and says "dial tcp 10.96.0.1:443: i/o timeout" every half a minute; the kubelet, by the server's own address, notices nothing.

import { onNode, restartAgent, restoreCni, waitUntilAgentSays } from '../../cluster-cni.ts';
import type { Fault } from '../../fault.ts';

const rule = '-t raw OUTPUT -d 10.96.0.1/32 -p tcp --dport 443 -j DROP';
const iptables = (action: string) => `iptables ${rule.replace(/^(-t raw) /, `$1 ${action} `)}`;

export const apiUnreachableForAgent: Fault = {
  name: 'api-unreachable-for-agent',
  inject: async (lab) => {
    const [, node = ''] = lab.nodes;
    await onNode(lab, node, iptables('-I'));
    await restartAgent(lab, node);
    await waitUntilAgentSays(lab, node, 'i/o timeout');
    return {
      words: ['cni-health'],
      expect: {
        outcome: 'root-cause',
        causes: [{ code: 'node.firewall-drop', subject: { kind: 'node', name: node }, node }],
      },
    };
  },
  recover: async (lab) => {
    for (const node of lab.nodes) await onNode(lab, node, `while ${iptables('-D')} 2>/dev/null; do :; done`);
    await restoreCni(lab, ...lab.nodes.slice(1, 2));
  },
};
