// A pod with dnsPolicy Default asks the node's resolver, not CoreDNS. Seen: external names resolve, cluster names
// are refused by the upstream.

import { misconfiguredPod } from './misconfigured-pod.ts';

export const podDnsPolicyDefault = misconfiguredPod(
  'pod-dns-policy-default',
  { dnsPolicy: 'Default' },
  'policy-default',
);
