// How many addresses of each node's range pods have, counted from their objects, so that no node has to be asked. Only
// where the CNI gives out addresses node by node (host-local): elsewhere the range of a node is not what runs out.

import type { Facts } from '../diagnosis/facts.ts';
import type { Ask } from '../diagnosis/playbook.ts';
import type { CniNetwork } from '../playbooks/cni/network.ts';
import { usableRange } from '../playbooks/cni-health/address-use.ts';
import { Pod } from '../probes/api-objects.ts';
import { listObjects } from '../probes/api-reads.ts';
import { ipv4Range, rangeContains } from '../probes/ipv4-range.ts';
import { type Reading, unread } from './reading.ts';

export async function measureAddresses(ask: Ask, { nodes }: Facts, cni: CniNetwork): Promise<Reading> {
  if (cni.attachment !== 'bridge') return unread('addresses');
  const listed = await ask(listObjects('pods', Pod));
  if (listed.status === 'unavailable') return unread('addresses', listed.reason);
  const pods = listed.value.filter(holdsAddress);
  const counted = nodes.map(({ name, podCidrs }) => {
    const usable = podCidrs.map(usableRange).find((range) => range !== undefined);
    if (!usable) return undefined;
    const used = pods.filter(({ spec, status }) => {
      const address = ipv4Range(status.podIP);
      return spec.nodeName === name && address !== undefined && rangeContains(usable, address);
    }).length;
    return { node: name, used, capacity: usable.high - usable.low + 1 };
  });
  const addresses = counted.filter((each) => each !== undefined);
  return {
    what: 'addresses',
    samples: { what: 'addresses', addresses },
    failures: counted.filter((each) => each === undefined).map(() => 'no-target'),
  };
}

/** One that is over has given its address back. */
const holdsAddress = ({ spec, status }: Pod): boolean =>
  !spec.hostNetwork && status.podIP !== '' && status.phase !== 'Succeeded' && status.phase !== 'Failed';
