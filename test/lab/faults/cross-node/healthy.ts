// Nothing is broken.

import type { Fault } from '../../fault.ts';

export const healthyNodes: Fault = {
  name: 'healthy',
  inject: async () => ({ words: ['cross-node'], expect: { outcome: 'cleared' } }),
  recover: async () => {},
};
