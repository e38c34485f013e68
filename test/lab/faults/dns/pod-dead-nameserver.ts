// A pod with dnsPolicy None whose dnsConfig names an address where nothing listens. Seen: every name times out in this
// pod, and resolves in its neighbours.

import { misconfiguredPod } from './misconfigured-pod.ts';

export const podDeadNameserver = misconfiguredPod(
  'pod-dead-nameserver',
  { dnsPolicy: 'None', dnsConfig: { nameservers: ['10.96.0.99'], searches: ['shop.svc.cluster.local'] } },
  'policy-none',
);
