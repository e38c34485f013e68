// Deletes the CNI's agent pod on one node; the new one programs the node anew. Pods keep their network meanwhile.

import type { Finding } from '../../diagnosis/finding.ts';
import type { AutomaticRemediation } from '../remediation.ts';
import { unfit } from '../remediation.ts';
import { agentsOf, onAgentPods, onDaemonSet } from './cni.ts';
import { isUnfit, replacePods } from './rolling.ts';

// A new agent starts with the same settings and ends as the old one did.
const SETTINGS = ['settings-invalid', 'interface-not-found', 'backend-unsupported', 'range-not-assigned'];

export const restartCniAgent: AutomaticRemediation = {
  kind: 'automatic',
  id: 'restart-cni-agent',
  risk: 'medium',
  fixes: [
    'node.tunnel-missing',
    'node.tunnel-down',
    'node.tunnel-mismatch',
    'node.fdb-missing',
    'node.fdb-wrong',
    'node.neighbour-missing',
    'node.neighbour-wrong',
    'node.route-missing',
    'node.masquerade-missing',
    'node.address-wrong',
    'cni.not-initialized',
    'cni.config-invalid',
    'cni.state-file-missing',
    'cni.agent-crashing',
    'cni.agent-not-ready',
    'cni.api-unreachable',
  ],
  suits(finding) {
    // What it holds of the peer itself is the kernel's, and no agent puts it right.
    if (finding.code === 'node.neighbour-wrong') return finding.params.leadsTo !== 'node';
    return finding.code !== 'cni.agent-crashing' || !SETTINGS.includes(finding.params.cause);
  },
  rules: (scope) => [onAgentPods(scope), { ...onDaemonSet(scope), verbs: ['get'] }],
  async plan({ finding, ask }) {
    const node = nodeOf(finding);
    if (node === undefined) return unfit({ kind: 'no-single-candidate', candidates: nodesOf(finding) });
    const agents = await agentsOf(ask, finding);
    if (isUnfit(agents)) return agents;
    const steps = await replacePods(ask, { ...agents, node });
    if (isUnfit(steps)) return steps;
    return { status: 'drafted', steps, durationS: 20, hazards: ['node-learns-nothing'] };
  },
};

const nodesOf = ({ params }: Finding): string[] => ('nodes' in params ? (params.nodes as string[]) : []);

function nodeOf(finding: Finding): string | undefined {
  if (finding.node !== undefined) return finding.node;
  const [only, ...more] = nodesOf(finding);
  return more.length === 0 ? only : undefined;
}
