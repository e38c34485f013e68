// Whose MAC a node has for a peer's own address: the peer's, a stranger's, or that of a network that answers for everybody.

import { expect, test } from 'vitest';
import type { NodeNetwork } from '../../src/playbooks/branches/nodes/node-network.ts';
import { checkUnderlayNeighbour } from '../../src/playbooks/branches/nodes/underlay-neighbours.ts';
import { genericProfile } from '../../src/playbooks/cni/generic.ts';
import { inet, link, seen } from '../support/wired-pod.ts';

const macs = { n1: '02:00:00:00:00:11', n2: '02:00:00:00:00:12', n3: '02:00:00:00:00:13' };
type Name = keyof typeof macs;
const STRANGER = '02:00:00:00:00:99';
const addressOf = (name: Name): string => `10.0.0.${name.slice(1)}`;

/** `entries`: the MAC that the node has for each of the others. */
const nodeWith = (name: Name, entries: Partial<Record<Name, string>>, state = 'REACHABLE'): NodeNetwork => ({
  name,
  object: undefined,
  addresses: [addressOf(name)],
  podCidrs: [],
  interfaces: seen([link({ name: 'eth0', mac: macs[name], addresses: [inet(addressOf(name))] })]),
  routes: seen([]),
  neighbours: seen(
    Object.entries(entries).map(([peer, mac]) => ({
      ...{ address: addressOf(peer as Name), device: 'eth0', mac, states: [state] },
    })),
  ),
  forwarding: seen([]),
  settings: seen([]),
});

async function found(...nodes: [NodeNetwork, NodeNetwork, ...NodeNetwork[]]) {
  const cni = await genericProfile('unknown').describe(async () => expect.fail('asks nothing'), {
    ...{ kubernetesVersion: '', cni: 'unknown', nodes: [] },
  });
  return checkUnderlayNeighbour(nodes[0], nodes[1], nodes, cni, []).map(({ node, params }) => ({
    node,
    params,
  }));
}

test('the peer’s own MAC is right', async () => {
  expect(await found(nodeWith('n1', { n2: macs.n2 }), nodeWith('n2', { n1: macs.n1 }))).toEqual([]);
});

test('a stranger’s MAC is wrong where other entries are right', async () => {
  const wrong = await found(
    nodeWith('n1', { n2: STRANGER, n3: macs.n3 }),
    nodeWith('n2', {}),
    nodeWith('n3', {}),
  );

  expect(wrong).toMatchObject([
    { node: 'n1', params: { peers: ['n2'], mac: macs.n2, actual: STRANGER, leadsTo: 'node' } },
  ]);
});

test('one that somebody fixed is wrong by itself', async () => {
  expect(await found(nodeWith('n1', { n2: STRANGER }, 'PERMANENT'), nodeWith('n2', {}))).toHaveLength(1);
});

test('a network that answers for every address is no stranger', async () => {
  const everybody = nodeWith('n1', { n2: STRANGER, n3: STRANGER });

  expect(await found(everybody, nodeWith('n2', { n1: STRANGER }), nodeWith('n3', {}))).toEqual([]);
});
