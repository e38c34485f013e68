// A world whose pods ask a cache on their own node, as NodeLocal DNSCache sets it up.

import type { World } from '../../support/world.ts';
import { makeDaemonSet } from '../../support/world-objects.ts';

export const NODE_CACHE = '169.254.20.10';

/** Every node's own cache, which pods are told to ask in place of the Service. */
export function withNodeCache(world: World): void {
  world.daemonsets.push(makeDaemonSet('kube-system', 'node-local-dns', { 'k8s-app': 'node-local-dns' }));
  for (const settings of Object.values(world.kubelets)) settings.clusterDns = [NODE_CACHE];
  world.resolvers[NODE_CACHE] = {
    'example.com.': { rcode: 'NOERROR', addresses: ['203.0.113.10'] },
    'kubernetes.default.svc.cluster.local.': { rcode: 'NOERROR', addresses: ['10.96.0.1'] },
  };
}
