// A rule on one node drops what goes to the API server's Service address, and its agent restarts. Seen: flannel ends after
// 30 s with "dial tcp 10.96.0.1:443: i/o timeout"; the kubelet, which uses the server's own address, does not notice.

import { onNode, restartAgent, restoreCni, waitUntilAgentCrashes } from '../../cluster-cni.ts';
import type { Fault } from '../../fault.ts';

const rule = '-t raw OUTPUT -d 10.96.0.1/32 -p tcp --dport 443 -j DROP';
const iptables = (action: string) => `iptables ${rule.replace(/^(-t raw) /, `$1 ${action} `)}`;

export const apiUnreachableForAgent: Fault = {
  name: 'api-unreachable-for-agent',
  inject: async (lab) => {
    const [, node = ''] = lab.nodes;
    await onNode(lab, node, iptables('-I'));
    await restartAgent(lab, node);
    await waitUntilAgentCrashes(lab, node);
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
    await restoreCni(lab);
  },
};
