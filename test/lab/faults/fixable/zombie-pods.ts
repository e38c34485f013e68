// A node whose addresses are all on record as taken, and on which pods lie about that ended long ago. Seen: new pods get no
// sandbox there. The pods that ended hold no address any more, so clearing them away is not enough by itself.

import type { Fault } from '../../fault.ts';
import { rangeFull } from '../cni/range-full.ts';

const selector = ['--namespace', 'shop', '--selector', 'drill=zombie'];

const zombie = (node: string) => (name: string) => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', labels: { drill: 'zombie' } } },
  spec: {
    ...{ nodeName: node, restartPolicy: 'Never' },
    containers: [
      { name: 'main', image: 'lab.local/tools:1', imagePullPolicy: 'IfNotPresent', command: ['false'] },
    ],
  },
});

export const rangeFullAmongZombies: Fault = {
  name: 'range-full-among-zombies',
  inject: async (lab) => {
    const [, node = ''] = lab.nodes;
    const items = ['zombie-1', 'zombie-2', 'zombie-3'].map(zombie(node));
    await lab.kubectl(
      ['apply', '--filename', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
    );
    await lab.waitFor('they have ended', async () => {
      const path = 'jsonpath={.items[*].status.phase}';
      return (await lab.kubectl(['get', 'pods', ...selector, '--output', path])) === 'Failed Failed Failed';
    });
    return rangeFull.inject(lab);
  },
  recover: async (lab) => {
    await lab.kubectl(['delete', 'pods', ...selector, '--ignore-not-found', '--grace-period', '1']);
    await rangeFull.recover(lab);
  },
};
