// A rule of one node drops 30 % of what other nodes send it. Seen: most things work, slowly.

import type { Fault, Lab } from '../../fault.ts';
import { causeOn, expectCauses, must, peer, waitUntilNodesTalk } from '../../node-network.ts';
import { nodeAddress } from '../../topology.ts';

const dropsOf = (lab: Lab) =>
  lab.nodes
    .filter((node) => node !== peer)
    .map((node) => [
      ...['INPUT', '-s', nodeAddress(node)],
      ...['-m', 'statistic', '--mode', 'random', '--probability', '0.3', '-j', 'DROP'],
    ]);

export const lossByRule: Fault = {
  name: 'loss-by-rule',
  inject: async (lab) => {
    for (const drop of dropsOf(lab)) await must(lab, peer, 'iptables', '-I', ...drop);
    return expectCauses(causeOn(peer, 'node.firewall-drop'));
  },
  recover: async (lab) => {
    for (const drop of dropsOf(lab)) while ((await lab.exec(peer, ['iptables', '-D', ...drop])).code === 0);
    await waitUntilNodesTalk(lab);
  },
};
