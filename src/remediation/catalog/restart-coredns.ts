// Replaces the CoreDNS pods by a roll-out, one at a time: for replicas that hang or crash without a cause of their own in
// the settings. What is wrong with the Corefile is restore-corefile's.

import type { AutomaticRemediation } from '../remediation.ts';
import { causeOf } from '../remediation.ts';
import { coreDns, onCoreDns } from './coredns.ts';
import { isUnfit, restartWorkload } from './rolling.ts';

const HELPS = ['hangs', 'oom', 'other', 'not-ready', 'unreachable', 'unknown'];

export const restartCoreDns: AutomaticRemediation = {
  kind: 'automatic',
  id: 'restart-coredns',
  risk: 'low',
  fixes: ['dns.coredns-crashing', 'dns.coredns-down', 'dns.api-access-lost'],
  suits: (finding) => HELPS.includes(causeOf(finding) ?? ''),
  rules: () => [onCoreDns],
  async plan({ ask }) {
    const rollout = await restartWorkload(ask, coreDns);
    if (isUnfit(rollout)) return rollout;
    return { status: 'drafted', steps: rollout.steps, durationS: 30, hazards: ['dns-pauses'] };
  },
};
