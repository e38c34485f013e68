// A pod that is the only endpoint of its Service asks for itself, and its port of the bridge does not let packets back.

import type { Fault } from '../../fault.ts';
import { must } from '../../node-network.ts';
import { cableOf } from '../pod/victim.ts';
import { ASKER, gets, shelfDrill, toShelf } from './shelf.ts';

export const hairpinOff: Fault = shelfDrill({
  name: 'hairpin-off',
  pods: [{ name: 'shelf-a', node: ASKER }],
  spoil: async (lab, { pods }) => {
    const victim = { pod: 'shop/shelf-a', node: ASKER, address: pods['shelf-a'] ?? '' };
    await must(lab, ASKER, 'bridge', 'link', 'set', 'dev', await cableOf(lab, victim), 'hairpin', 'off');
  },
  isBroken: async (lab, { address }) => !(await gets(lab, address, 'shop/shelf-a')),
  words: toShelf(80, 'shop/shelf-a'),
  expect: {
    outcome: 'root-cause',
    causes: [
      {
        code: 'service.hairpin-broken',
        subject: { kind: 'node', name: ASKER },
        node: ASKER,
        params: { pod: 'shop/shelf-a', bridge: 'cni0' },
      },
    ],
  },
});
