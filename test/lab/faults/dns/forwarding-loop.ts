// CoreDNS forwards to itself, as it does on nodes whose resolv.conf names a local stub. Seen: CrashLoopBackOff,
// "plugin/loop: Loop (127.0.0.1:… -> :53) detected for zone \".\"" in the logs.

import {
  changeCorefile,
  clientOn,
  restartCoredns,
  restoreDns,
  waitUntilCorednsCrashes,
} from '../../cluster-dns.ts';
import type { Fault } from '../../fault.ts';

export const forwardingLoop: Fault = {
  name: 'forwarding-loop',
  inject: async (lab) => {
    await changeCorefile(lab, (corefile) =>
      corefile.replace('forward . /etc/resolv.conf', 'forward . 127.0.0.1'),
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
            params: { cause: 'loop' },
          },
        ],
      },
    };
  },
  recover: restoreDns,
};
