// One node throws away what it should send to the peer's pods. Seen: pods get "Invalid argument" or silence.

import type { Fault } from '../../fault.ts';
import {
  broken,
  causeOn,
  describeNode,
  expectCauses,
  mend,
  must,
  peer,
  waitUntilCut,
} from '../../node-network.ts';

export const blackholeRoute: Fault = {
  name: 'blackhole-route',
  inject: async (lab) => {
    const { range } = await describeNode(lab, peer);
    await must(lab, broken, 'ip', 'route', 'replace', 'blackhole', range);
    await waitUntilCut(lab);
    return expectCauses(causeOn(broken, 'node.route-wrong', { peers: [peer], cause: 'rejects' }));
  },
  recover: async (lab) => {
    const { range } = await describeNode(lab, peer);
    await lab.exec(broken, ['ip', 'route', 'del', 'blackhole', range]);
    await mend(lab, broken);
  },
};
