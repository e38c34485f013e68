// A leftover configuration of another network sorts before flannel's. Seen: new pods run, in a network of their own that nobody
// else reaches; nothing complains.

import { addPod, addressOf, onNode, removeNewPod, restoreCni } from '../../cluster-cni.ts';
import type { Fault } from '../../fault.ts';

const file = '/etc/cni/net.d/05-leftover.conflist';
const leftover = {
  ...{ cniVersion: '0.4.0', name: 'leftover' },
  plugins: [
    {
      ...{ type: 'bridge', bridge: 'leftover0', isGateway: true },
      ipam: { type: 'host-local', ranges: [[{ subnet: '10.99.0.0/24' }]], routes: [{ dst: '0.0.0.0/0' }] },
    },
  ],
};

export const configConflict: Fault = {
  name: 'config-conflict',
  inject: async (lab) => {
    const [, node = ''] = lab.nodes;
    await onNode(lab, node, `printf '%s' '${JSON.stringify(leftover)}' >${file}`);
    await lab.waitFor('a new pod gets an address of the leftover network', async () => {
      await removeNewPod(lab);
      await addPod(lab, node);
      await lab.waitFor('it has an address', async () => (await addressOf(lab)) !== '', 10_000);
      return (await addressOf(lab)).startsWith('10.99.');
    });
    return {
      words: ['cni-health'],
      expect: {
        outcome: 'root-cause',
        causes: [
          {
            ...{ code: 'cni.config-conflict', subject: { kind: 'node', name: node }, node },
            params: { file },
          },
        ],
      },
    };
  },
  recover: async (lab) => {
    const [, node = ''] = lab.nodes;
    await removeNewPod(lab);
    await onNode(lab, node, `rm -f ${file}; ip link del leftover0 2>/dev/null || true`);
    await restoreCni(lab, node);
  },
};
