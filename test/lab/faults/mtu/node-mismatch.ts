// One node's network card, tunnel or route takes less than those of the others. Seen: packets that do not fit its card are
// lost without a word; those that do not fit its tunnel are refused with "fragmentation needed".

import type { Fault } from '../../fault.ts';
import { broken, causeOn, describeNode, must, tunnelDevice } from '../../node-network.ts';
import {
  expectMtuCauses,
  OVERLAY_MTU,
  setMtu,
  UNDERLAY_MTU,
  waitUntilLargePass,
  waitUntilLargeStop,
} from './large-packets.ts';

export const underlayDiffers: Fault = {
  name: 'node-mismatch',
  inject: async (lab) => {
    await setMtu(lab, broken, 'eth0', 1400);
    await waitUntilLargeStop(lab, 'n2', broken);
    return expectMtuCauses(
      causeOn(broken, 'mtu.node-mismatch', {
        what: 'underlay',
        device: 'eth0',
        mtu: 1400,
        usual: UNDERLAY_MTU,
      }),
    );
  },
  recover: async (lab) => {
    await setMtu(lab, broken, 'eth0', UNDERLAY_MTU);
    await waitUntilLargePass(lab);
  },
};

export const tunnelDiffers: Fault = {
  name: 'node-mismatch-of-the-tunnel',
  inject: async (lab) => {
    await setMtu(lab, broken, tunnelDevice, 1400);
    await waitUntilLargeStop(lab, broken, 'n2');
    return expectMtuCauses(
      causeOn(broken, 'mtu.node-mismatch', { what: 'tunnel', device: tunnelDevice, mtu: 1400 }),
    );
  },
  recover: async (lab) => {
    await setMtu(lab, broken, tunnelDevice, OVERLAY_MTU);
    await waitUntilLargePass(lab);
  },
};

export const routeWithMtu: Fault = {
  name: 'route-with-mtu',
  inject: async (lab) => {
    const { range, tunnelAddress } = await describeNode(lab, 'n3');
    const route = [range, 'via', tunnelAddress, 'dev', tunnelDevice, 'onlink'];
    await must(lab, broken, 'ip', 'route', 'replace', ...route, 'mtu', '1300');
    await waitUntilLargeStop(lab, broken, 'n3');
    return expectMtuCauses(
      causeOn(broken, 'mtu.node-mismatch', { what: 'route', mtu: 1300, others: ['n3'] }),
    );
  },
  recover: async (lab) => {
    const { range, tunnelAddress } = await describeNode(lab, 'n3');
    await must(
      lab,
      broken,
      ...['ip', 'route', 'replace', range, 'via', tunnelAddress, 'dev', tunnelDevice, 'onlink'],
    );
    await waitUntilLargePass(lab);
  },
};
