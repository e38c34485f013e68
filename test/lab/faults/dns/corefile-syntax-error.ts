// A misspelt directive in the Corefile, read by both restarted replicas. Seen: CrashLoopBackOff,
// "/etc/coredns/Corefile:7 - Error during parsing: Unknown directive 'kubernets'", queries to the Service refused.

import {
  changeCorefile,
  clientOn,
  restartCoredns,
  restoreDns,
  waitUntilCorednsCrashes,
} from '../../cluster-dns.ts';
import type { Fault } from '../../fault.ts';

export const corefileSyntaxError: Fault = {
  name: 'corefile-syntax-error',
  inject: async (lab) => {
    await changeCorefile(lab, (corefile) =>
      corefile.replace('kubernetes cluster.local', 'kubernets cluster.local'),
    );
    await restartCoredns(lab);
    await waitUntilCorednsCrashes(lab);
    return {
      words: ['dns', await clientOn(lab)],
      expect: {
        outcome: 'root-cause',
        causes: [
          {
            code: 'dns.coredns-crashing',
            subject: { kind: 'pod', namespace: 'kube-system' },
            params: { cause: 'corefile-error' },
          },
        ],
      },
    };
  },
  recover: restoreDns,
};
