// Which servers the legs lead to: the Service's address, each serving CoreDNS replica, endpoints of the Service that are
// no CoreDNS pod, NodeLocal DNSCache.

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
  return [...service, ...cache, ...replicas, ...strangers(inventory)];
}

const toServer = (pod: Pod, port: number): Server => ({
  kind: 'replica',
  label: pod.metadata.name,
  address: pod.status.podIP,
  port,
  node: pod.spec.nodeName,
});

/** Ready endpoints that belong to no CoreDNS pod known here: written by hand, or left behind. */
function strangers({ slices, pods, evidence }: DnsInventory): Server[] {
  if (evidence.pods.status === 'unavailable') return [];
  const known = new Set(pods.map(({ status }) => status.podIP));
  return slices
    .flatMap(({ endpoints, ports }) =>
      endpoints
        .filter(
          ({ conditions, addresses }) => conditions.ready && !addresses.some((address) => known.has(address)),
        )
        .flatMap(({ addresses, nodeName }) =>
          addresses.slice(0, 1).map(
            (address): Server => ({
              kind: 'replica',
              label: `endpoint ${address}`,
              address,
              port: ports.find(({ protocol }) => protocol === 'UDP')?.port ?? 53,
              ...(nodeName === '' ? {} : { node: nodeName }),
              stranger: true,
            }),
          ),
        ),
    )
    .slice(0, MAX_REPLICAS);
}
