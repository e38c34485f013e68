// CoreDNS that answers nobody: only what lies unread in its sockets says that it is CoreDNS itself.

import { listing, lists, printing, runs, unavailable } from '../../support/spoiled-drills.ts';
import type { RecordedCase } from './recorded-case.ts';

interface PodOnNode {
  metadata: { labels: Record<string, string> };
  spec: { nodeName: string };
}

export const hungReplicaCases: RecordedCase[] = [
  {
    title: 'dns: the only replica hangs',
    from: 'dns-coredns-hangs',
    change: (question, answer) => {
      if (lists(question, 'pods'))
        return listing(answer, (pod: PodOnNode) =>
          pod.metadata.labels['k8s-app'] === 'kube-dns' && pod.spec.nodeName === 'n1' ? undefined : pod,
        );
      if (lists(question, 'endpointslices'))
        return listing(answer, (slice: { endpoints: { nodeName: string }[] }) => ({
          ...slice,
          endpoints: slice.endpoints.filter(({ nodeName }) => nodeName !== 'n1'),
        }));
      return lists(question, 'deployments')
        ? listing(answer, (deployment: { spec: object }) => ({
            ...deployment,
            spec: { ...deployment.spec, replicas: 1 },
          }))
        : undefined;
    },
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.coredns-down',
        subject: 'deployment kube-system/coredns',
        params: { cause: 'hangs', desired: 1, ready: 0 },
      },
    ],
  },
  {
    title: 'dns: replicas with queries unread, and no connection that waits, may be busy as well',
    from: 'dns-coredns-hangs',
    change: (question, answer) =>
      runs(question, 'ss -Htuln')
        ? printing(answer, (sockets) => sockets.replace(/LISTEN \d+/g, 'LISTEN 0'))
        : undefined,
    outcome: 'inconclusive',
    reasons: ['traffic-unexplained'],
    findings: [],
  },
  {
    title: 'dns: replicas that have read all that came in do not hang',
    from: 'dns-coredns-hangs',
    change: (question, answer) =>
      runs(question, 'ss -Htuln')
        ? printing(answer, (sockets) => sockets.replace(/(UNCONN|LISTEN) \d+/g, '$1 0'))
        : undefined,
    outcome: 'inconclusive',
    reasons: ['traffic-unexplained'],
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
    reasons: ['traffic-unexplained'],
    findings: [],
  },
  {
    title: 'dns: replicas whose sockets cannot be seen are not said to hang',
    from: 'dns-coredns-hangs',
    change: (question, answer) => (runs(question, 'ss -Htuln') ? unavailable(answer) : undefined),
    outcome: 'inconclusive',
    reasons: ['traffic-unexplained'],
    findings: [],
  },
];
