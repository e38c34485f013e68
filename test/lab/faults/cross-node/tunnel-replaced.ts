// One node's tunnel device is made anew with another setting, everything that leads over it as before. Shared by the
// drills on the VNI and on the port. Flannel would put its own back at once, so it is held up meanwhile.

import type { Lab } from '../../fault.ts';
import { broken, describeNode, mend, must, signalOn, tunnelDevice } from '../../node-network.ts';
import { nodeAddress } from '../../topology.ts';

export const replaceTunnel = async (lab: Lab, settings: { vni: number; port: number }) => {
  const own = await describeNode(lab, broken);
  const others = lab.nodes.filter((node) => node !== broken);
  const peers = await Promise.all(others.map((node) => describeNode(lab, node)));
  const steps = [
    `ip link del ${tunnelDevice}`,
    `ip link add ${tunnelDevice} address ${own.tunnelMac} mtu 1450 type vxlan id ${settings.vni} local ${nodeAddress(broken)} dev eth0 dstport ${settings.port} nolearning`,
    `ip addr add ${own.tunnelAddress}/32 dev ${tunnelDevice}`,
    `ip link set ${tunnelDevice} up`,
    ...peers.flatMap(({ address, range, tunnelAddress, tunnelMac }) => [
      `ip neigh replace ${tunnelAddress} lladdr ${tunnelMac} dev ${tunnelDevice} nud permanent`,
      `bridge fdb replace ${tunnelMac} dev ${tunnelDevice} dst ${address} self permanent`,
      `ip route replace ${range} via ${tunnelAddress} dev ${tunnelDevice} onlink`,
    ]),
  ];
  await signalOn(lab, broken, 'flanneld', 'STOP');
  await must(lab, broken, 'sh', '-ec', steps.join('\n'));
};

/** Flannel keeps a device whose port differs from the kernel's usual one, so it has to go first. */
export const restoreTunnel = async (lab: Lab) => {
  await signalOn(lab, broken, 'flanneld', 'CONT');
  await lab.exec(broken, ['ip', 'link', 'del', tunnelDevice]);
  await mend(lab, broken);
};
