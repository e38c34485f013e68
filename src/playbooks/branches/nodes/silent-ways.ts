// Findings about ways on which packets vanish and nothing on either node says why: the underlay between them, or something
// on it that stops the tunnel's packets only. The counters of both tunnel devices tell where they were last seen. Pure.

import type { Evidence } from '../../../diagnosis/evidence.ts';
import type { Finding, Subject } from '../../../diagnosis/finding.ts';
import type { Culprit } from './culprits.ts';
import { nodeCodes } from './node-codes.ts';
import { SYMPTOMS } from './node-finding.ts';
import type { Survey } from './node-survey.ts';

/** Where a fault between nodes sits: on the node that stands out, else on the pair. */
export function placeOf(culprit: Culprit): { subject: Subject; node?: string; ends?: string[] } {
  switch (culprit.kind) {
    case 'node':
      return { subject: { kind: 'node', name: culprit.node }, node: culprit.node };
    case 'pair':
      return { subject: { kind: 'node-pair', name: culprit.nodes.join(' <-> ') }, ends: culprit.nodes };
    case 'everywhere':
      return { subject: { kind: 'cluster' } };
  }
}

const nodesOf = (culprit: Culprit): string[] => (culprit.kind === 'node' ? [culprit.node] : culprit.nodes);

export const unreachableUnderlay = (
  { nodes }: Survey,
  culprit: Culprit,
  evidence: Evidence<unknown>[],
): Finding => ({
  code: 'node.underlay-unreachable',
  ...nodeCodes['node.underlay-unreachable'],
  params: {
    addresses: nodesOf(culprit).flatMap((name) => nodes.get(name)?.addresses.slice(0, 1) ?? []),
    peers: culprit.kind === 'node' ? culprit.peers : [],
  },
  ...placeOf(culprit),
  confidence: 'proven',
  advisory: false,
  evidence,
  // Who looked at one way only had no way to tell which of its ends is cut off.
  explains: [
    'node.not-ready',
    ...(culprit.kind === 'node' ? (['node.underlay-unreachable'] as const) : []),
    ...SYMPTOMS,
  ],
  remediations: [],
});

export function blockedTunnel(survey: Survey, culprit: Culprit, evidence: Evidence<unknown>[]): Finding {
  const { encapsulation } = survey.cni;
  const counts = culprit.kind === 'node' ? tunnelCounts(survey, culprit.node) : undefined;
  return {
    code: 'node.tunnel-port-blocked',
    ...nodeCodes['node.tunnel-port-blocked'],
    params: {
      port: encapsulation.kind === 'vxlan' ? encapsulation.port : 0,
      peers: culprit.kind === 'node' ? culprit.peers : [],
      ...counts,
    },
    ...placeOf(culprit),
    confidence: counts ? 'proven' : 'likely',
    advisory: false,
    evidence,
    explains: SYMPTOMS.filter((code) => code !== 'node.tunnel-port-blocked'),
    remediations: [],
  };
}

/** What the node's tunnel device sent and received meanwhile. Undefined: unseen, or both ways carried packets. */
function tunnelCounts({ nodes, cni }: Survey, name: string): { sent: number; received: number } | undefined {
  const node = nodes.get(name);
  const { encapsulation } = cni;
  if (encapsulation.kind !== 'vxlan' || !node) return undefined;
  const device = (links: typeof node.network.interfaces | undefined) =>
    links?.status === 'observed' ? links.value.find((link) => link.name === encapsulation.device) : undefined;
  const [before, after] = [device(node.network.interfaces), device(node.later?.interfaces)];
  if (!before || !after) return undefined;
  const sent = after.sent.packets - before.sent.packets;
  const received = after.received.packets - before.received.packets;
  return sent >= 10 && received < sent / 4 ? { sent, received } : undefined;
}
