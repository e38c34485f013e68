// CoreDNS that answers nobody: only what lies unread in its sockets says that it is CoreDNS itself.

import { printing, runs, unavailable } from '../../support/spoiled-drills.ts';
import type { RecordedCase } from './recorded-case.ts';

export const hungReplicaCases: RecordedCase[] = [
  {
    title: 'dns: replicas that have read all that came in do not hang',
    from: 'dns-coredns-hangs',
    change: (question, answer) =>
      runs(question, 'ss -Htuln')
        ? printing(answer, (sockets) => sockets.replace(/(UNCONN|LISTEN) \d+/g, '$1 0'))
        : undefined,
    outcome: 'inconclusive',
    reasons: ['path-between-nodes'],
    findings: [],
  },
  {
    title: 'dns: while one of the replicas has read all that came in, nothing is said of the others',
    from: 'dns-coredns-hangs',
    change: (question, answer) =>
      runs(question, 'ss -Htuln', 'n1')
        ? printing(answer, (sockets) => sockets.replace(/(UNCONN|LISTEN) \d+/g, '$1 0'))
        : undefined,
    outcome: 'inconclusive',
    reasons: ['path-between-nodes'],
    findings: [],
  },
  {
    title: 'dns: replicas whose sockets cannot be seen are not said to hang',
    from: 'dns-coredns-hangs',
    change: (question, answer) => (runs(question, 'ss -Htuln') ? unavailable(answer) : undefined),
    outcome: 'inconclusive',
    reasons: ['path-between-nodes'],
    findings: [],
  },
];
