// A name that was never there is asked for; nothing is injected. Seen: NXDOMAIN from every replica, other names resolve.

import { clientOn, waitUntilDnsAnswers } from '../../cluster-dns.ts';
import type { Fault } from '../../fault.ts';

const name = 'checkout.shop.svc.cluster.local';

export const nameMissing: Fault = {
  name: 'name-missing',
  inject: async (lab) => ({
    words: ['dns', await clientOn(lab), name],
    expect: {
      outcome: 'root-cause',
      causes: [{ code: 'dns.record-missing', subject: { kind: 'name', name } }],
    },
  }),
  recover: waitUntilDnsAnswers,
};
