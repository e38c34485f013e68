// Does a node send what is for a peer's own address to the peer's MAC? An entry that somebody has fixed, or another machine
// that answers for the address, takes it elsewhere. Pure.

import type { Evidence } from '../../../diagnosis/evidence.ts';
import type { Finding } from '../../../diagnosis/finding.ts';
import type { Neighbour } from '../../../probes/neighbours.ts';
import type { CniNetwork } from '../../cni/network.ts';
import { nodeCodes } from './node-codes.ts';
import { agentOf, nodeFinding, observedOr } from './node-finding.ts';
import type { NodeNetwork } from './node-network.ts';

/** `all`: whoever was looked at, the two included. */
export function checkUnderlayNeighbour(
  from: NodeNetwork,
  to: NodeNetwork,
  all: NodeNetwork[],
  { agent }: CniNetwork,
  seen: Evidence<unknown>[],
): Finding[] {
  const entry = entryFor(from, to);
  const owner = observedOr(to.interfaces, []).find(({ addresses }) =>
    addresses.some(({ address }) => address === entry?.address),
  );
  if (entry?.mac === undefined || !owner || hasMac(to, entry.mac)) return [];
  // In some clouds the network itself answers for every address, with a MAC of its own.
  if (!entry.states.includes('PERMANENT') && !showsRealMacs(all)) return [];
  const { device, address, mac } = entry;
  return [
    {
      code: 'node.neighbour-wrong',
      params: {
        agent: agentOf(agent),
        peers: [to.name],
        ...{ device, address, mac: owner.mac, actual: mac, leadsTo: 'node' },
      },
      ...nodeFinding(
        from.name,
        nodeCodes['node.neighbour-wrong'],
        [from.neighbours, to.interfaces, ...seen],
        ['node.underlay-unreachable'],
      ),
    },
  ];
}

const entryFor = (from: NodeNetwork, to: NodeNetwork): Neighbour | undefined =>
  observedOr(from.neighbours, []).find(
    ({ address, mac }) => mac !== undefined && to.addresses.includes(address),
  );

const hasMac = (node: NodeNetwork, mac: string): boolean =>
  observedOr(node.interfaces, []).some((link) => link.mac === mac);

const showsRealMacs = (all: NodeNetwork[]): boolean =>
  all.some((from) =>
    all.some((to) => {
      const mac = entryFor(from, to)?.mac;
      return from !== to && mac !== undefined && hasMac(to, mac);
    }),
  );
