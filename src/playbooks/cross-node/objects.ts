// What the objects alone say about nodes: whether they report, which ranges their pods have, which address the CNI
// registered for them. The network is not asked.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { Facts, NodeFacts } from '../../diagnosis/facts.ts';
import type { Finding } from '../../diagnosis/finding.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { Node } from '../../probes/api-objects.ts';
import { listObjects } from '../../probes/api-reads.ts';
import { ipv4Range, rangesOverlap } from '../../probes/ipv4-range.ts';
import { nodeCodes } from '../branches/nodes/node-codes.ts';
import { agentOf, nodeFinding } from '../branches/nodes/node-finding.ts';
import { checkReporting } from '../branches/nodes/node-reporting.ts';
import type { CniNetwork } from '../cni/network.ts';

export async function checkObjects(
  ask: Ask,
  facts: Facts,
  cni: CniNetwork,
  sample: NodeFacts[],
): Promise<Finding[]> {
  const listed = await ask(listObjects('nodes', Node));
  return [
    ...sample.flatMap((node) => checkReporting(node, listed)),
    ...sample.flatMap((node) => withoutRange(node, facts, listed)),
    ...sample.flatMap((node, at) => overlapping(node, sample.slice(0, at), facts, listed)),
    ...(listed.status === 'observed' ? sharedAddresses(listed.value, cni, listed) : []),
  ];
}

/** Where the other nodes have ranges, this one needs one too; a CNI that gives addresses its own way has none at all. */
function withoutRange({ name, podCidrs }: NodeFacts, { nodes }: Facts, listed: Evidence<unknown>): Finding[] {
  if (podCidrs.length > 0 || !nodes.some((other) => other.podCidrs.length > 0)) return [];
  return [
    {
      code: 'node.cidr-missing',
      params: {},
      ...nodeFinding(name, nodeCodes['node.cidr-missing'], [listed]),
    },
  ];
}

/** With one of `said` it was said there. */
function overlapping(
  node: NodeFacts,
  said: NodeFacts[],
  { nodes }: Facts,
  listed: Evidence<unknown>,
): Finding[] {
  const overlap = (range: string, other: string): boolean => {
    const [a, b] = [ipv4Range(range), ipv4Range(other)];
    return a !== undefined && b !== undefined && rangesOverlap(a, b);
  };
  return node.podCidrs.flatMap((range): Finding[] => {
    const others = nodes.flatMap((other) => [
      ...(other === node || said.includes(other) ? [] : other.podCidrs).map((each) => ({
        kind: 'pods' as const,
        name: other.name,
        range: each,
      })),
      ...other.addresses.map((each) => ({ kind: 'node-address' as const, name: other.name, range: each })),
    ]);
    const found = others.find((other) => overlap(range, other.range));
    if (!found) return [];
    return [
      {
        code: 'node.cidr-overlap',
        params: { range, with: found },
        ...nodeFinding(node.name, nodeCodes['node.cidr-overlap'], [listed]),
      },
    ];
  });
}

/** Two nodes registered with one address: what is meant for one of them goes to the other. */
function sharedAddresses(nodes: Node[], cni: CniNetwork, listed: Evidence<unknown>): Finding[] {
  const [observer] = nodes;
  const registered = nodes.flatMap((node) => {
    const entries = cni.peerEntries(node === observer ? (nodes[1] ?? node) : (observer ?? node), node);
    const address = entries?.forwarding?.destination ?? entries?.route.gateway;
    return address === undefined ? [] : [{ node, address }];
  });
  return registered.flatMap(({ node, address }): Finding[] => {
    const own = node.status.addresses.filter(({ type }) => type === 'InternalIP').map((each) => each.address);
    const other = registered.find((each) => each.address === address && each.node !== node);
    // The one whose address it is does nothing wrong.
    if (!other || own.includes(address)) return [];
    return [
      {
        code: 'node.address-wrong',
        params: { agent: agentOf(cni.agent), registered: address, own, sharedWith: other.node.metadata.name },
        ...nodeFinding(node.metadata.name, nodeCodes['node.address-wrong'], [listed]),
      },
    ];
  });
}
