// A policy rule on one node prohibits what is for the peer's pods. Seen: silence, though every table has the right route.

import type { Fault } from '../../fault.ts';
import {
  broken,
  causeOn,
  describeNode,
  expectCauses,
  must,
  peer,
  waitUntilCut,
  waitUntilNodesTalk,
} from '../../node-network.ts';

export const policyRuleProhibits: Fault = {
  name: 'policy-rule-prohibits',
  inject: async (lab) => {
    const { range } = await describeNode(lab, peer);
    await must(lab, broken, 'ip', 'rule', 'add', 'to', range, 'prohibit');
    await waitUntilCut(lab);
    return expectCauses(causeOn(broken, 'node.route-wrong', { range, cause: 'rule-rejects' }));
  },
  recover: async (lab) => {
    const { range } = await describeNode(lab, peer);
    await lab.exec(broken, ['ip', 'rule', 'del', 'to', range, 'prohibit']);
    await waitUntilNodesTalk(lab);
  },
};
