// Nothing is broken. Seen: every client resolves cluster and external names through the Service and each replica.

import { clientOn, clusterName, waitUntilDnsAnswers } from '../../cluster-dns.ts';
import type { Fault } from '../../fault.ts';

export const healthy: Fault = {
  name: 'healthy',
  inject: async (lab) => ({
    words: ['dns', await clientOn(lab), clusterName],
    expect: { outcome: 'cleared' },
  }),
  recover: waitUntilDnsAnswers,
};
