// The network cards of all nodes take 1400 bytes, less than when flannel made its tunnel. Seen: everything works; every large
// packet of a pod travels in two pieces, because the tunnel's own packets may be fragmented.

import type { Fault } from '../../fault.ts';
import {
  expectMtuCauses,
  largePacketPasses,
  OVERLAY_MTU,
  setMtu,
  UNDERLAY_MTU,
  waitUntilLargePass,
} from './large-packets.ts';

const piecesOn = async (lab: Parameters<Fault['inject']>[0], node: string): Promise<number> => {
  const { stdout } = await lab.exec(node, ['nstat', '-jazs']);
  return (JSON.parse(stdout) as { kernel: Record<string, number> }).kernel.IpFragCreates ?? 0;
};

export const fragmentation: Fault = {
  name: 'fragmentation',
  inject: async (lab) => {
    for (const node of lab.nodes) await setMtu(lab, node, 'eth0', 1400);
    await lab.waitFor('large packets travel in pieces', async () => {
      const before = await piecesOn(lab, 'n1');
      const passes = await largePacketPasses(lab, 'n1', 'n2', OVERLAY_MTU);
      return passes && (await piecesOn(lab, 'n1')) > before;
    });
    return expectMtuCauses({
      code: 'mtu.fragmentation',
      subject: { kind: 'cluster' },
      params: { packet: OVERLAY_MTU, outer: UNDERLAY_MTU, underlay: 1400, device: 'eth0', podMtu: 1350 },
    });
  },
  recover: async (lab) => {
    for (const node of lab.nodes) await setMtu(lab, node, 'eth0', UNDERLAY_MTU);
    await waitUntilLargePass(lab);
  },
};
