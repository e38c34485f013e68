// Nothing is broken. Seen: flannel runs on every node, and a new pod gets its network.

import { addPod, addressOf, restoreCni } from '../../cluster-cni.ts';
import type { Fault } from '../../fault.ts';

export const healthyCni: Fault = {
  name: 'healthy',
  inject: async (lab) => {
    const [, node = ''] = lab.nodes;
    await addPod(lab, node);
    await lab.waitFor('a new pod has an address', async () => (await addressOf(lab)) !== '');
    return { words: ['cni-health'], expect: { outcome: 'cleared' } };
  },
  recover: (lab) => restoreCni(lab),
};
