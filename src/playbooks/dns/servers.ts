// Which servers the legs lead to: the Service's address, each serving CoreDNS replica, NodeLocal DNSCache.

import type { Pod } from '../../probes/api-objects.ts';
import { blocksOf, type DnsInventory, isReady } from './inventory.ts';
import type { Server } from './legs.ts';

// Link-local address that the project's own manifest uses (kubernetes cluster/addons/dns/nodelocaldns).
const NODE_CACHE_ADDRESS = '169.254.20.10';

// Each replica costs two queries from each place; four show whether one differs.
const MAX_REPLICAS = 4;

export function listServers(inventory: DnsInventory): Server[] {
  const address = inventory.service?.spec.clusterIP ?? inventory.address;
  const service: Server[] =
    address !== undefined && address !== '' && address !== 'None'
      ? [{ kind: 'service', label: 'kube-dns', address, port: 53 }]
      : [];
  const cache: Server[] =
    inventory.nodeCache !== undefined && inventory.kubelet?.clusterDns.includes(NODE_CACHE_ADDRESS)
      ? [{ kind: 'node-cache', label: 'NodeLocal DNSCache', address: NODE_CACHE_ADDRESS, port: 53 }]
      : [];
  const replicas = inventory.pods
    .filter((pod) => isReady(pod) && pod.status.podIP !== '')
    .slice(0, MAX_REPLICAS)
    .map((pod) => toServer(pod, blocksOf(inventory)[0]?.port ?? 53));
  return [...service, ...cache, ...replicas];
}

const toServer = (pod: Pod, port: number): Server => ({
  kind: 'replica',
  label: pod.metadata.name,
  address: pod.status.podIP,
  port,
  node: pod.spec.nodeName,
});
