// Nothing is broken.

import type { Fault } from '../../fault.ts';

export const healthyMtus: Fault = {
  name: 'mtu-healthy',
  inject: async () => ({ words: ['mtu'], expect: { outcome: 'cleared' } }),
  recover: async () => {},
};

/** Two nodes by name; the third is a control. */
export const healthyPair: Fault = {
  name: 'mtu-healthy-pair',
  inject: async () => ({ words: ['mtu', 'n1', 'n2'], expect: { outcome: 'cleared' } }),
  recover: async () => {},
};
