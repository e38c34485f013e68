// Replaces the CNI's agents on every node by the DaemonSet's own roll-out: one node after the other, each of which has to be
// ready before the next one. Never all at once.

import type { AutomaticRemediation } from '../remediation.ts';
import { daemonSetOf, onDaemonSet } from './cni.ts';
import { isUnfit, restartWorkload } from './rolling.ts';

// Pulling nothing and starting one agent, as seen on nodes of common size.
const SECONDS_A_NODE = 12;

export const restartCniAgents: AutomaticRemediation = {
  kind: 'automatic',
  id: 'restart-cni-agents',
  risk: 'high',
  fixes: [
    'cni.agent-crashing',
    'cni.agent-not-ready',
    'cni.agent-unauthorized',
    'cni.api-unreachable',
    'cni.version-skew',
  ],
  rules: (scope) => [onDaemonSet(scope)],
  async plan({ ask, facts, scope }) {
    const rollout = await restartWorkload(ask, daemonSetOf(scope));
    if (isUnfit(rollout)) return rollout;
    return {
      status: 'drafted',
      steps: rollout.steps,
      durationS: SECONDS_A_NODE * Math.max(1, facts.nodes.length),
      hazards: ['node-learns-nothing', 'alerts-fire'],
    };
  },
};
